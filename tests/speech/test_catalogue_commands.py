"""`callbot models` and `callbot voices` as people and scripts use them: exit codes, lines, JSON."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from callbot import cli
from tests.support import small_commune
from tests.support.downloads import Site, callbot, file_entry, install, item, web_site, write_catalogue

LARGE = bytes(range(256)) * 1000
FILES = {"model.bin": LARGE, "config.json": b"{}"}


@pytest.fixture
def site() -> Iterator[Site]:
    """A web server that holds a model."""
    with web_site() as running:
        running.pages |= {f"/m/{path}": content for path, content in FILES.items()}
        yield running


@pytest.fixture
def home(site: Site, tmp_path: Path) -> Path:
    """A folder whose catalogue begins with a model that nobody has and one that the server has."""
    first = item("first", FILES, {"from": f"{site.address}/gone/"}, automatic=True)
    second = item("second", FILES, {"from": f"{site.address}/m/"}, automatic=True)
    write_catalogue(tmp_path / "models", [first, second])
    return tmp_path


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `callbot` in this process: exit code, standard output, standard error."""
    monkeypatch.chdir(home)
    monkeypatch.setenv("CALLBOT_MODELS_DIR", "models")
    monkeypatch.setenv("CALLBOT_VOICES_DIR", "voices")
    monkeypatch.setenv("CALLBOT_KNOWLEDGE_DIR", str(small_commune.write(home / "commune")))

    def callbot_in_process(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["callbot", *arguments])
        code = 0
        try:
            cli.main()
        except SystemExit as leave:
            code = leave.code if isinstance(leave.code, int) else 0
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return callbot_in_process


def rows(text: str) -> dict[str, dict[str, object]]:
    """JSON lines by their name."""
    return {row["name"]: row for row in map(json.loads, text.splitlines())}


def test_a_pull_without_a_name_gets_what_can_be_had(run: Run, site: Site) -> None:
    """The first cannot be had, the second can; the list then shows which one is in use and why; the next pull has nothing to do."""
    host = site.address.removeprefix("http://")
    code, out, said = run("models", "pull")
    assert (code, out) == (0, "")
    assert said.splitlines() == [
        "downloading model.bin",
        f"first: {host} answered 404 for {site.address}/gone/model.bin",
        "trying second instead",
        "downloading model.bin",
        "downloading config.json",
        f"second: installed from {host}",
        "models: second is in use, the first installed for engine = auto; first: not installed",
    ]
    code, out, _ = run("models", "list", "--json")
    listed = rows(out)
    assert code == 0
    assert listed["second"] == {
        "name": "second",
        "role": "stt",
        "engine": "whisper",
        "language": "fr",
        "licence": "MIT",
        "size_bytes": len(LARGE) + 2,
        "state": "installed",
        "problem": None,
        "in_use": True,
        "why": "the first installed for engine = auto; first: not installed",
        "source": host,
        "stand_in": False,
        "about": "",
        "sources": [host],
        "files": [file_entry(path, content) for path, content in FILES.items()],
    }
    assert (listed["first"]["state"], listed["first"]["in_use"]) == ("missing", False)
    site.asked.clear()
    assert run("models", "pull")[0] == 0
    assert site.asked == []


def test_check_names_the_file_and_the_mend_and_pull_mends_it(run: Run, home: Path) -> None:
    """A changed byte, then a missing file: one line each, exit code 1; after `pull` all is well."""
    install(home / "models", "second", {"model.bin": b"?" + LARGE[1:]})
    code, out, said = run("models", "check", "second")
    assert code == 1
    assert out.splitlines() == [
        "second: model.bin is corrupt (its checksum differs): run `callbot models pull second`",
        "second: config.json is missing: run `callbot models pull second`",
    ]
    assert said == "callbot: 1 of 1 models cannot be used as they are\n"
    assert run("models", "pull", "second")[0] == 0
    code, out, said = run("models", "check", "--json")
    assert (code, said) == (0, "")
    assert json.loads(out) == {"name": "second", "ok": True, "problems": [], "verified": True}


def test_wrong_use_and_failure_have_their_exit_codes(run: Run, home: Path) -> None:
    """2 for a name that the catalogue lacks; 1 for what cannot be had, although the others are installed."""
    code, _, said = run("models", "pull", "nothing")
    assert code == 2
    assert "'nothing' is not in the catalogue; `callbot models list` shows it" in said
    code, _, said = run("models", "pull", "first", "second")
    assert code == 1
    assert said.splitlines()[-1].startswith("callbot: first could not be installed: 127.0.0.1")
    assert (home / "models/second/model.bin").read_bytes() == LARGE
    code, out, said = run("models", "check", "first")
    assert (code, out) == (1, "first: not installed: run `callbot models pull first`\n")


def test_without_any_model_check_says_how_to_get_one(run: Run) -> None:
    """One line, exit code 1."""
    code, out, said = run("models", "check")
    assert (code, out) == (1, "")
    assert (
        said == "callbot: no French speech-to-text model is installed in models: run `callbot models pull`\n"
    )


def test_voices_are_listed_for_people(run: Run) -> None:
    """A table with the mark at the voice in use, and why."""
    code, out, _ = run("voices", "list")
    assert code == 0
    marked = [line.split()[1:4] for line in out.splitlines() if line.startswith("→")]
    assert marked[0] == ["pico", "pico", "fr"]
    assert out.splitlines()[-1] == (
        "→ in use: pico, the first installed for tts = auto; fr_FR-siwis-medium: not installed; kokoro-ff_siwis: not installed"
    )


def test_the_exit_code_is_the_process_s(home: Path) -> None:
    """In a process of its own: nothing on standard output, one line on standard error, 1."""
    code, out, said = callbot(home, "models", "check")
    assert (code, out, len(said.splitlines())) == (1, "", 1)


def test_a_commune_that_offers_english_gets_a_model_for_it(
    run: Run, site: Site, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that knows both languages is downloaded once, and used for both; the list of languages is the commune's."""
    both = item("second", FILES, {"from": f"{site.address}/m/"}, automatic=True, also=("en",))
    write_catalogue(home / "models", [both])
    monkeypatch.delenv("CALLBOT_KNOWLEDGE_DIR")
    code, _out, said = run("models", "pull")
    in_use = [line for line in said.splitlines() if "is in use" in line]
    assert code == 0
    assert said.count("downloading model.bin") == 1
    assert [line.split(" is in use")[0] for line in in_use] == ["models: second", "models (en): second"]

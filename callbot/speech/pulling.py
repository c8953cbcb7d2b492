"""Installing an item: sources in order, checksums, all or nothing, one pull of an item at a time.

An item is put together in `.NAME.pull` beside its place and renamed into it once every byte is checked and on the disk;
a pull that was killed leaves only that folder, which the next one takes away.
"""

import fcntl
import os
import shutil
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from callbot.errors import CatalogueError
from callbot.speech import installed
from callbot.speech.catalogue import File, Item, Locator, Source
from callbot.speech.fetching import CHUNK_BYTES, Fetcher, Reporter, SourceUnavailableError
from callbot.speech.installed import RECORD, Record, State


@dataclass(frozen=True, slots=True)
class Puller:
    """Installs items of one role into `folder`. Blocking; `reporter` is told what happens."""

    folder: Path
    fetcher: Fetcher
    reporter: Reporter

    def pull(self, item: Item) -> bool:
        """Install the item, or repair it; True when something was downloaded, False when all was there already.

        Raises CatalogueError, in one line, when no source could give it or the folder cannot be written.
        """
        if item.comes_with_callbot:
            self._say(item, "comes with callbot, nothing to download")
            return False
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with self._alone(item):
                damaged = installed.find_problems(item, self.folder)
                if not damaged and installed.state(item, self.folder)[0] is State.INSTALLED:
                    self._say(item, "already installed")
                    return False
                self._say(item, f"installed from {self._from_any(item, set(damaged))}")
                return True
        except OSError as error:
            where = error.filename or self.folder
            raise CatalogueError(f"{item.name}: {where}: {error.strerror or error}") from None

    def _say(self, item: Item, line: str) -> None:
        self.reporter.say(f"{item.name}: {line}")

    @contextmanager
    def _alone(self, item: Item) -> Iterator[None]:
        """Hold the item's lock; the system lets go of it when the process dies."""
        with (self.folder / f".{item.name}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._say(item, "another pull of it is under way, waiting for it")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _from_any(self, item: Item, damaged: set[str]) -> str:
        """Try the sources in order; what to call the one that served. Raises CatalogueError when none does."""
        failures: list[str] = []
        for source in item.source:
            try:
                return self._from_one(item, source, damaged)
            except SourceUnavailableError as error:
                failures.append(str(error))
                self._say(item, str(error))
        raise CatalogueError(
            f"{item.name} could not be installed: {'; '.join(failures) or 'it has no source'}"
        )

    def _from_one(self, item: Item, source: Source, damaged: set[str]) -> str:
        """Install the item from this source, or leave everything as it was."""
        work = self.folder / f".{item.name}.pull"
        shutil.rmtree(work, ignore_errors=True)
        (work / "files").mkdir(parents=True)
        paths = [file.path for file in item.file if file.path in damaged]
        label = source.origins(path for path in paths if not self._in_another(item, path))
        try:
            gather = self._unzip if source.zip else self._put_together
            files = gather(item, source, work, damaged)
            _publish(
                work, self.folder / item.name, Record(source=label or "another item's folder", files=files)
            )
        finally:
            shutil.rmtree(work, ignore_errors=True)
        return label

    def _put_together(self, item: Item, source: Source, work: Path, damaged: set[str]) -> tuple[File, ...]:
        """Gather the item's files in `work/files` and check them; good ones that are installed already are kept."""
        elsewhere = {path: found for path in damaged if (found := self._in_another(item, path))}
        wanted = {
            file.path: source.pieces(file.path)
            for file in item.file
            if file.path in damaged and file.path not in elsewhere
        }
        self.fetcher.check(tuple(piece for pieces in wanted.values() for piece in pieces))
        for file in item.file:
            target = work / "files" / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            if file.path in elsewhere and _linked(elsewhere[file.path], target):
                continue
            with target.open("xb") as out:
                if file.path in wanted:
                    for piece in wanted[file.path]:
                        self.fetcher.bring(piece, out, work / "packages")
                else:
                    with elsewhere.get(file.path, self.folder / item.name / file.path).open("rb") as kept:
                        shutil.copyfileobj(kept, out, CHUNK_BYTES)
                _settle(out)
            if installed.sha256_of(target) != file.sha256:
                raise SourceUnavailableError(
                    f"{source.pieces(file.path)[0].origin}: {file.path} has a wrong checksum"
                )
        return item.file

    def _in_another(self, item: Item, path: str) -> Path | None:
        """The same file in another item's folder, byte for byte: two voices of one model need it only once."""
        file = next(file for file in item.file if file.path == path)
        for found in sorted(self.folder.glob(f"*/{path}")):
            same = found.stat().st_size == file.size and installed.sha256_of(found) == file.sha256
            if same and found.parent != self.folder / item.name:
                return found
        return None

    def _unzip(self, item: Item, source: Source, work: Path, _damaged: set[str]) -> tuple[File, ...]:
        """Download an archive, check it, unpack it into `work/files`, and describe what it held."""
        locator = Locator.parse(source.zip)
        self.fetcher.check((locator,))
        archive = work / "archive.zip"
        with archive.open("xb") as out:
            self.fetcher.bring(locator, out, work / "packages")
        actual = installed.sha256_of(archive)
        first = self.folder / f"{item.name}.sha256"
        expected = source.sha256 or (first.read_text("utf-8").split()[0] if first.is_file() else "")
        if expected and actual != expected:
            raise SourceUnavailableError(f"{locator.origin}: {_basename(locator)} has a wrong checksum")
        unpack(archive, work / "files")
        if not expected:
            first.write_text(f"{actual}  {_basename(locator)}\n", "utf-8")
            self._say(
                item, f"no checksum is published; the one of this first download is recorded in {first}"
            )
        return _describe(work / "files")


def unpack(archive: Path, into: Path) -> None:
    """Unpack a ZIP archive without the single folder around everything, if there is one.

    Raises SourceUnavailableError for an archive that is damaged, or that would write elsewhere than `into`.
    """
    try:
        with zipfile.ZipFile(archive) as source:
            members = [info for info in source.infolist() if not info.is_dir()]
            tops = {PurePosixPath(info.filename).parts[:1] for info in members}
            wrapped = len(tops) == 1 and all(len(PurePosixPath(info.filename).parts) > 1 for info in members)
            for info in members:
                parts = _safe_parts(info)[1 if wrapped else 0 :]
                target = into.joinpath(*parts)
                target.parent.mkdir(parents=True, exist_ok=True)
                with source.open(info) as stream, target.open("xb") as out:
                    shutil.copyfileobj(stream, out, CHUNK_BYTES)
                    _settle(out)
    except (zipfile.BadZipFile, EOFError) as error:
        raise SourceUnavailableError(f"the archive cannot be unpacked ({error})") from None


def _linked(found: Path, target: Path) -> bool:
    """Whether `target` could be made another name of `found`; where that cannot be, it is copied."""
    try:
        os.link(found.resolve(), target)
    except OSError:
        return False
    return True


def _safe_parts(info: zipfile.ZipInfo) -> tuple[str, ...]:
    path = PurePosixPath(info.filename)
    link = stat.S_ISLNK(info.external_attr >> 16)
    if link or path.is_absolute() or ".." in path.parts or "\\" in info.filename:
        raise SourceUnavailableError(f"the archive is unsafe: it holds '{info.filename}'")
    return path.parts


def _describe(root: Path) -> tuple[File, ...]:
    paths = [path for path in sorted(root.rglob("*")) if path.is_file()]
    return tuple(
        File(
            path=path.relative_to(root).as_posix(), size=path.stat().st_size, sha256=installed.sha256_of(path)
        )
        for path in paths
    )


def _publish(work: Path, place: Path, record: Record) -> None:
    """Put the finished folder in its place; what stood there goes."""
    with (work / "files" / RECORD).open("xb") as out:
        out.write(record.model_dump_json(indent=1).encode())
        _settle(out)
    if place.is_symlink() or place.exists():
        place.rename(work / "old")
    (work / "files").rename(place)
    directory = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _settle(out: IO[bytes]) -> None:
    """Have the file on the disk before its name is."""
    out.flush()
    os.fsync(out.fileno())


def _basename(piece: Locator) -> str:
    return piece.address.rsplit("/", 1)[-1]

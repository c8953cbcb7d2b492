"""What has been heard already: by the recogniser in use, here or in what the corpus brings along.

The corpus brings transcripts of one model (`SHIPPED`). They serve every other one until it has heard lines of its own: errors of
another recogniser are nearer to those of this one than none.
"""

from functools import cache
from pathlib import Path

from callbot import corpus
from callbot.config import Settings
from callbot.corpus.reader import Part
from callbot.errors import CatalogueError
from callbot.heard.transcripts import Heard, read
from callbot.speech import engines
from callbot.speech.catalogue import Role

__all__ = ["SHIPPED", "SHIPPED_FOLDER", "cache_file", "ears", "files", "known"]

SHIPPED_FOLDER = Path(corpus.__file__).with_name("heard")
SHIPPED = "whisper-base"
"""The model whose transcripts the corpus brings along: the registry's."""


def ears(settings: Settings) -> str:
    """The name of the recogniser's model in use, and what it is told beforehand; empty when none is installed."""
    try:
        name = engines.choose(settings, Role.STT).item.name
    except CatalogueError:
        return ""
    return name if settings.stt_prompt == "off" else f"{name}+{settings.stt_prompt}"


def cache_file(settings: Settings, model: str, part: Part = Part.TRAIN) -> Path:
    """Where what this model hears here is kept; the exam's lines stay away from all others."""
    name = f"{model}.exam.tsv" if part is Part.EXAM else f"{model}.tsv"
    return settings.data_dir / "understanding" / "heard" / name


def files(settings: Settings) -> tuple[Path, ...]:
    """The files of transcripts that training uses: when they change, the router is made again."""
    model = ears(settings)
    found = [SHIPPED_FOLDER / f"{model}.tsv", cache_file(settings, model)] if model else []
    return tuple(file for file in found if file.is_file()) or _stand_in()


def known(settings: Settings) -> tuple[Heard, ...]:
    """Every rendition of `files`, each once."""
    return tuple(
        {each.key: each for file in files(settings) for each in _read(file, file.stat().st_size)}.values()
    )


def _stand_in() -> tuple[Path, ...]:
    file = SHIPPED_FOLDER / f"{SHIPPED}.tsv"
    return (file,) if file.is_file() else ()


@cache
def _read(file: Path, _size: int) -> tuple[Heard, ...]:
    """A file that only grows, read once for each size."""
    return tuple(read(file))

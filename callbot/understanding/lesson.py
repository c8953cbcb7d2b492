"""What a trained router has learnt, kept beside it, so that a small change need not be learnt as a whole (`retraining`).

`lesson-router-<version>.npz`: `code` (of what learnt it), `since` (how many lines have changed since everything was learnt as a whole),
`texts` and `labels` (JSON), how many of them are the language's `own` (-1: all), and a checksum of what the detector of emergencies
learnt besides (`danger`). Numbers and JSON only, never a pickle. Lines are kept as the router reads them, so that another way of
normalising is a change of lines like any other.
"""

import json
import os
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np

from callbot.understanding import danger_model, embedding, features, phonetic, retraining, training
from callbot.understanding.retraining import MOST_CHANGES, Change, change
from callbot.understanding.training import Examples

__all__ = ["Lesson", "checksum", "code", "nearest", "write"]

_CODE = (features, phonetic, training, retraining)


@dataclass(frozen=True)
class Lesson:
    """What the router in `file` has learnt, and how many lines have changed since it learnt everything as a whole."""

    file: Path
    since: int
    examples: Examples
    danger: str = ""


def code() -> str:
    """Changes when the same lines would be learnt otherwise."""
    sources = (Path(str(module.__file__)).read_bytes() for module in _CODE)
    return sha256(b"\0".join((embedding.MODEL.encode(), *sources))).hexdigest()


def checksum(harmless: Sequence[str]) -> str:
    """Changes when the detector of emergencies learns other lines besides the router's, or learns them otherwise."""
    source = Path(str(danger_model.__file__)).read_bytes()
    return sha256(b"\0".join((source, *(text.encode() for text in harmless)))).hexdigest()


def write(lesson: Lesson) -> None:
    """Atomically, beside the router; lessons whose router is gone are removed."""
    place = _place(lesson.file)
    partial = place.with_name(f".{os.getpid()}.partial.npz")
    np.savez_compressed(
        partial,
        code=np.array(code()),
        since=np.array(lesson.since),
        own=np.array(-1 if lesson.examples.own is None else lesson.examples.own),
        danger=np.array(lesson.danger),
        texts=np.array(json.dumps(lesson.examples.texts)),
        labels=np.array(json.dumps(lesson.examples.labels)),
    )
    partial.replace(place)
    for old in place.parent.glob("lesson-*.npz"):
        if not _router(old).exists():
            old.unlink(missing_ok=True)


def nearest(file: Path, examples: Examples) -> tuple[Lesson, Change] | None:
    """Of the routers of the same kind as `file` (the same name up to the version) the one that lacks least of `examples`.

    None when none was learnt by this code, or when more than MOST_CHANGES lines have changed since one was learnt as a whole.
    """
    kind = file.name.partition("-")[0]
    lessons = filter(None, map(_read, sorted(file.parent.glob(f"lesson-{kind}-*.npz"))))
    changes = [(lesson, change(lesson.examples, examples)) for lesson in lessons if lesson.file.exists()]
    small = [pair for pair in changes if pair[0].since + pair[1].lines <= MOST_CHANGES]
    return min(small, key=lambda pair: pair[1].lines, default=None)


def _place(file: Path) -> Path:
    return file.with_name(f"lesson-{file.name}")


def _router(place: Path) -> Path:
    return place.with_name(place.name.removeprefix("lesson-"))


def _read(place: Path) -> Lesson | None:
    """None when it is damaged or of other code."""
    try:
        with np.load(place, allow_pickle=False) as saved:
            if str(saved["code"]) != code():
                return None
            texts = tuple(json.loads(str(saved["texts"])))
            labels = tuple((motive, aspect) for motive, aspect in json.loads(str(saved["labels"])))
            own = int(saved["own"])
            known = Examples(texts, labels, None if own < 0 else own)
            return Lesson(_router(place), int(saved["since"]), known, str(saved["danger"]))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None

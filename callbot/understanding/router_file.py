"""The trained router on the disk: which file belongs to a knowledge base and this code, written and read.

`data_dir/understanding/router-<version>.npz` holds numbers and JSON only, never a pickle, so that reading it cannot run code.
The version covers the questions, the background, the transcripts and the code that learns; a file of another version is not
looked at, a damaged one is made again.
"""

import hashlib
import json
import logging
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from callbot.config import Settings
from callbot.corpus import reader as corpus
from callbot.heard import known
from callbot.knowledge.store import Knowledge
from callbot.languages.tables import FOLDER, FRENCH
from callbot.understanding import (
    danger_model,
    danger_tables,
    embedding,
    features,
    hearsay,
    normalise,
    phonetic,
    plain_words,
    training,
)
from callbot.understanding.danger_model import DangerModel
from callbot.understanding.training import Model

log = logging.getLogger(__name__)

KEPT = 2
"""Routers of former versions that stay on the disk, beside the newest one of each language: 60 MB each."""

Learnt = tuple[Model, DangerModel | None]
"""The router, and in French the emergency detector."""


def artefact(settings: Settings, knowledge: Knowledge) -> Path:
    """The file of the trained router for exactly this knowledge and this code."""
    version = hashlib.sha256(f"{knowledge.fingerprint} {embedding.MODEL}".encode())
    language = knowledge.language
    sources = [*_code(), training.BACKGROUND_FILE, training.CONVERSATION_FILE, *corpus.files()]
    if language == FRENCH:
        sources += [danger_tables.FRENCH, *known.files(settings)]
    else:
        tables = [FOLDER / language / f"{name}.toml" for name in ("normal", "background", "conversation")]
        sources += [Path(plain_words.__file__), *filter(Path.is_file, tables), *corpus.files(language)]
    for source in sources:
        version.update(source.read_bytes())
    return settings.data_dir / "understanding" / f"{kind(language)}-{version.hexdigest()[:16]}.npz"


def code_version() -> str:
    """Changes when the program on the disk that makes routers is another one: what runs could not read them."""
    return hashlib.sha256(b"".join(source.read_bytes() for source in _code())).hexdigest()


def _code() -> list[Path]:
    modules = (normalise, phonetic, features, training, hearsay, danger_model)
    return [Path(module.__file__ or "") for module in modules]


def kind(language: str) -> str:
    """What the file names of a language's routers begin with, before a hyphen."""
    return "router" if language == FRENCH else f"router_{language}"


def write(file: Path, model: Model, detector: DangerModel | None) -> None:
    """Atomically; of routers of other versions the KEPT latest stay: drafts that are tried, and what an answer may be restored to."""
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(f".{os.getpid()}.partial.npz")
    arrays: Any = {  # not dict[str, …], in which mypy sees savez's other parameters
        "labels": np.array(json.dumps(model.labels)),
        "weights": model.weights.astype(np.float16),
        "biases": model.biases,
        "sharpness": np.array(model.sharpness),
    }
    if detector:
        arrays |= {
            "danger_numbers": np.array(json.dumps(detector.numbers)),
            "danger_weights": detector.weights.astype(np.float16),
            "danger_biases": detector.biases,
        }
    np.savez(partial, **{**arrays, **model.features.arrays()})
    partial.replace(file)
    others = (old for old in file.parent.glob(f"{file.stem.partition('-')[0]}-*.npz") if old != file)
    for old in sorted(filter(_is_whole, others), key=_written, reverse=True)[KEPT:]:
        old.unlink(missing_ok=True)


def _is_whole(file: Path) -> bool:
    return ".partial" not in file.name


def _written(file: Path) -> float:
    """When, in seconds; 0 when another process has just removed it."""
    try:
        return file.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def read(file: Path) -> Learnt | None:
    """What `file` holds, or None when it is missing or damaged."""
    try:
        with np.load(file, allow_pickle=False) as saved:
            return _model(saved), _detector(saved)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        log.warning("the trained router cannot be read and is made again")
        return None


def _model(saved: Any) -> Model:
    labels = tuple((motive, aspect) for motive, aspect in json.loads(str(saved["labels"])))
    return Model(
        labels,
        features.Features.read(saved),
        saved["weights"].astype(np.float32),
        saved["biases"],
        (float(saved["sharpness"][0]), float(saved["sharpness"][1])),
    )


def _detector(saved: Any) -> DangerModel | None:
    if "danger_weights" not in saved.files:
        return None
    weights = saved["danger_weights"].astype(np.float32)
    return DangerModel(tuple(json.loads(str(saved["danger_numbers"]))), weights, saved["danger_biases"])

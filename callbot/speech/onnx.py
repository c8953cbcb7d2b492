"""Opening ONNX voices alike for Piper and Kokoro: one thread, the processor, errors that name the voice and the mend."""

from pathlib import Path
from typing import Any

import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as _state

from callbot.errors import EngineError

OnnxError: tuple[type[Exception], ...] = (
    *(kind for kind in vars(_state).values() if isinstance(kind, type) and issubclass(kind, Exception)),
    RuntimeError,
    ValueError,
)
"""Everything that ONNX Runtime raises; its own exceptions have no parent in common."""


def open_session(path: Path, voice: str) -> Any:
    """Open a model that computes on the calling thread, so that this thread's priority is the model's. Raises EngineError."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except OnnxError as error:
        raise EngineError(f"voice '{voice}': {path.name} is not a whole ONNX model") from error


def one_file(folder: Path, pattern: str, voice: str) -> Path:
    """The one file of the voice's folder that matches. Raises EngineError when there is none, or more than one."""
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        what = f"has {len(found)} files" if found else "lacks a file"
        raise EngineError(f"voice '{voice}': {folder} {what} named {pattern}")
    return found[0]

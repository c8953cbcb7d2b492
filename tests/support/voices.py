"""The voices that tests speak with; one that is missing fails the test with the command that brings it."""

import shutil
from pathlib import Path

import pytest

from callbot import config


def voice_folder(name: str) -> Path:
    """The installed voice's folder."""
    folder = config.load().voices_dir.resolve() / name
    if not folder.is_dir():
        pytest.fail(f"{folder} is missing: run make setup")
    return folder


def kokoro_folder() -> Path:
    """Kokoro's folder. Its voice file comes from npm: without npm Pico is the automatic choice, and Kokoro cannot be tested."""
    folder = config.load().voices_dir.resolve() / "kokoro-ff_siwis"
    if not folder.is_dir() and shutil.which("npm") is None:
        pytest.skip("Kokoro's voice comes from npm, which this machine does not have; Pico is used instead")
    return voice_folder("kokoro-ff_siwis")

"""Calls in English through real engines and a real connection: recordings as the caller's voice."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from callbot.audio.files import read_wav, write_wav
from callbot.audio.types import TELEPHONE_HZ
from tests.support.cli import callbot
from tests.support.scripted import QUESTIONS


def place(data_dir: Path, *files: Path, line: str) -> list[dict[str, Any]]:
    """`callbot call --json` with a service of its own; its events."""
    ran = callbot(
        data_dir, "call", *files, "--to", line, "--json", "--pace", "real", tts="pico", media_port=1
    )
    assert ran.code == 0, ran.lines
    return [json.loads(line) for line in ran.out.splitlines()]


def key_then(folder: Path, low_hz: int, high_hz: int, question: Path) -> Path:
    """A telephone key as it sounds on the line and, once the bot has said its sentences, a question: one turn of the caller."""
    at = np.arange(TELEPHONE_HZ // 4) / TELEPHONE_HZ
    tone = (np.sin(2 * np.pi * low_hz * at) + np.sin(2 * np.pi * high_hz * at)) * 8000
    quiet, listening = (np.zeros(TELEPHONE_HZ * ms // 1000, np.int16) for ms in (500, 13_500))
    file = folder / "key.wav"
    speech, _rate_hz = read_wav(question)
    write_wav(file, np.concatenate([quiet, tone.astype(np.int16), listening, speech]), TELEPHONE_HZ)
    return file


def said(events: list[dict[str, Any]]) -> list[str]:
    """What the caller heard, in order."""
    return [event["text"] for event in events if event["event"] == "PlaybackStarted"]


@pytest.mark.parametrize("how", ["line", "key"])
def test_a_question_in_english_is_answered_in_english(tmp_path: Path, how: str) -> None:
    """On the English line at once; on the other one after key nine, with the disclosure once more."""
    question = QUESTIONS / "en_passport_price.wav"
    if how == "line":
        events = place(tmp_path, question, line="0199000003")
        assert events[0]["language"] == "en"
        assert said(events)[0] == (
            "Hello, you have reached the town hall of Valbourg-sur-Ourcelle. I am an automatic voice assistant."
        )
    else:
        events = place(tmp_path, key_then(tmp_path, 852, 1477, question), line="0199000001")
        assert [event["language"] for event in events if event["event"] == "LanguageChanged"] == ["en"]
        assert "We will continue in English. I am an automatic voice assistant." in said(events)
    matched = [event for event in events if event["event"] == "IntentMatched"][-1]
    assert (matched["decision"], matched["motive"]) == ("answer", "titre_prix")
    assert any("eighty-six euros for an adult" in text for text in said(events))
    assert (events[-1]["event"], events[-1]["outcome"]) == ("CallEnded", "answered")

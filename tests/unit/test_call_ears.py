"""What a call's ears tell the conversation, and how often."""

import numpy as np

from callbot.audio.types import FRAME_MS, TELEPHONE_HZ, Pcm
from callbot.call_ears import CLOCK_MS, Ears
from callbot.dialogue.turns import Conversation
from callbot.events import DtmfReceived
from callbot.hearing import Heard, Hearing
from callbot.parts import Parts
from callbot.understanding.interpretation import Interpretation
from tests.support.scripted import ScriptedRecognizer

FRAME = TELEPHONE_HZ * FRAME_MS // 1000


class Keys(Hearing):
    """Hears a key in every piece that is not silent."""

    def __init__(self) -> None:
        self._rate_hz = TELEPHONE_HZ
        self._samples = 0
        self._listening = False

    def push(self, pcm: Pcm) -> list[Heard]:
        """A key, or nothing."""
        self._samples += len(pcm)
        return [DtmfReceived(self.at_ms, "5")] if pcm.any() else []


class Listening(Conversation):
    """Hears whatever comes."""

    def __init__(self) -> None:
        self.listened = True

    @property
    def private(self) -> bool:
        """Whether the caller speaks to somebody else."""
        return not self.listened


def ears_of(conversation: Conversation) -> tuple[Ears, list[tuple[int, list[Heard]]]]:
    """Ears, and what they tell: when, and what was heard."""
    told: list[tuple[int, list[Heard]]] = []
    parts = Parts(conversation, Keys(), ScriptedRecognizer([]), Interpretation)
    ears = Ears(
        parts,
        TELEPHONE_HZ,
        advance=lambda heard: told.append((ears.at_ms, list(heard))),
        failed=lambda _error: None,
    )
    return ears, told


def test_the_time_is_told_once_per_message() -> None:
    """Of one frame or of four."""
    ears, told = ears_of(Listening())
    ears.hear(np.zeros(FRAME, np.int16))
    ears.hear(np.zeros(4 * FRAME, np.int16))
    assert told == [(20, []), (100, [])]


def test_what_is_heard_is_told_at_its_own_time() -> None:
    """In the middle of a message, as if its frames had come one by one."""
    ears, told = ears_of(Listening())
    message = np.zeros(4 * FRAME, np.int16)
    message[FRAME : FRAME + 10] = 1000
    ears.hear(message)
    assert told == [(40, [DtmfReceived(40, "5")]), (80, [])]


def test_a_long_message_is_no_leap_in_time() -> None:
    """A leg may send a second at once: the conversation lives through it in steps."""
    ears, told = ears_of(Listening())
    ears.hear(np.zeros(TELEPHONE_HZ, np.int16))
    assert told == [(at_ms, []) for at_ms in range(CLOCK_MS, 1001, CLOCK_MS)]


def test_time_goes_by_while_the_caller_speaks_to_somebody_else() -> None:
    """Told as often, without a word of what they say."""
    conversation = Listening()
    ears, told = ears_of(conversation)
    conversation.listened = False
    ears.hear(np.full(2 * FRAME, 1000, np.int16))
    assert told == [(40, [])]

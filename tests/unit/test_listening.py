"""From sound to utterances, on real speech."""

import numpy as np
import pytest

from callbot.audio.types import SPEECH_HZ, Pcm
from callbot.speech.endpointing import Change, Paused, Resumed, Started, Stopped, TooLong
from callbot.speech.listening import PRE_ROLL_MS, Heard, Listener, Speech, transcribe
from callbot.speech.recognizer import Transcript
from callbot.speech.voice_activity import CHUNK_MS
from tests.support.recognition import heard, quiet

SECTEUR = heard("secteur")


def listen(sound: Pcm, push_ms: int = 20, limit_ms: int = 28_000) -> list[Heard]:
    """What a listener with the default pause and end of turn hears, frame by frame."""
    listener = Listener(250, 700, limit_ms)
    size = push_ms * SPEECH_HZ // 1000
    frames = (sound[start : start + size] for start in range(0, len(sound), size))
    return [noticed for frame in frames for noticed in listener.push(frame)]


def changes(noticed: list[Heard]) -> list[Change]:
    """Without the sound."""
    return [item for item in noticed if not isinstance(item, Speech)]


def utterance(noticed: list[Heard]) -> Pcm:
    """All the sound together."""
    return np.concatenate([item.pcm_16k for item in noticed if isinstance(item, Speech)])


def test_an_utterance_is_the_sound_from_its_pre_roll_to_its_pause() -> None:
    """Nothing lost, nothing twice: it is one piece of the sound, from 300 ms before the voice to the pause."""
    sound = np.concatenate([quiet(1000), SECTEUR, quiet(1500)])
    noticed = listen(sound)
    match changes(noticed):
        case [Started() as started, *_, Paused() as paused, Stopped() as stopped]:
            begin_ms = started.began_ms - PRE_ROLL_MS
            piece = utterance(noticed)
            end = paused.at_ms * SPEECH_HZ // 1000
            np.testing.assert_array_equal(piece, sound[end - len(piece) : end])
            assert begin_ms - CHUNK_MS < (end - len(piece)) * 1000 // SPEECH_HZ <= begin_ms
            assert stopped.speech_end_ms == paused.speech_end_ms
        case other:
            raise AssertionError(other)


def test_a_pause_inside_is_given_when_the_caller_goes_on() -> None:
    """With a pause in the middle the sound is still one piece."""
    sound = np.concatenate([quiet(500), SECTEUR[:32000], quiet(450), SECTEUR[32000:], quiet(1500)])
    noticed = listen(sound)
    kinds = [type(change) for change in changes(noticed)]
    assert kinds[0] is Started
    assert Resumed in kinds
    assert kinds[-2:] == [Paused, Stopped]
    piece = utterance(noticed)
    end = changes(noticed)[-2].at_ms * SPEECH_HZ // 1000
    np.testing.assert_array_equal(piece, sound[end - len(piece) : end])


def test_the_order_lets_the_shell_act_on_each_item() -> None:
    """Started and Resumed come before their sound; Paused, Stopped and TooLong after it."""
    noticed = listen(np.concatenate([SECTEUR, quiet(1500)]))
    assert isinstance(noticed[0], Started)
    assert isinstance(noticed[1], Speech)
    assert isinstance(noticed[-1], Stopped)
    assert isinstance(noticed[-2], Paused)
    assert isinstance(noticed[-3], Speech)


def test_the_length_of_pushes_changes_nothing() -> None:
    """20 ms frames or one piece: the same."""
    sound = np.concatenate([quiet(200), SECTEUR, quiet(1504)])
    framed, whole = listen(sound), listen(sound, push_ms=len(sound))
    assert changes(framed) == changes(whole)
    np.testing.assert_array_equal(utterance(framed), utterance(whole))


def test_two_utterances_share_no_sound() -> None:
    """The pre-roll of the second begins after the first."""
    sound = np.concatenate([SECTEUR, quiet(800), SECTEUR, quiet(1500)])
    noticed = listen(sound)
    starts = [change for change in changes(noticed) if isinstance(change, Started)]
    assert len(starts) == 2
    assert len(utterance(noticed)) < len(sound)


def test_silence_gives_nothing() -> None:
    """No change, no sound."""
    assert listen(quiet(5000)) == []


def test_speech_without_end_is_cut_at_the_limit() -> None:
    """No piece outlasts the limit by more than its pre-roll."""
    sound = np.tile(SECTEUR[8000:56000], 4)
    noticed = listen(sound, limit_ms=5000)
    assert any(isinstance(item, TooLong) for item in noticed)
    longest = 0
    for item in noticed:
        longest = 0 if isinstance(item, Started) else longest
        longest += len(item.pcm_16k) if isinstance(item, Speech) else 0
        assert longest <= (5000 + PRE_ROLL_MS + 2 * CHUNK_MS) * SPEECH_HZ // 1000


def test_reset_forgets_the_utterance() -> None:
    """Speech that goes on after a reset is a new utterance."""
    listener = Listener(250, 700, 28_000)
    first = changes(listener.push(SECTEUR[:32000]))
    listener.reset()
    assert listener.speech_ms == 0
    second = changes(listener.push(SECTEUR[32000:40000]))
    assert [type(change) for change in first + second] == [Started, Started]


class CountingRecognizer:
    """Writes how many milliseconds each utterance lasted."""

    def __init__(self) -> None:
        self._samples = 0

    def push(self, pcm_16k: Pcm) -> None:
        """Count."""
        self._samples += len(pcm_16k)

    async def final(self) -> Transcript:
        """The length, and begin again."""
        lasted_ms, self._samples = self._samples * 1000 // SPEECH_HZ, 0
        return Transcript(str(lasted_ms), 1.0)


@pytest.mark.parametrize("cut_ms", [940, 1120, 3040, 3520])
async def test_a_recording_that_ends_within_a_word_is_heard(cut_ms: int) -> None:
    """The network hears a voice a little longer than it lasts; the silence put after the recording allows for that."""
    sound = np.concatenate([quiet(500), SECTEUR[: cut_ms * SPEECH_HZ // 1000]])
    turns = await transcribe(CountingRecognizer(), Listener(250, 700, 28_000), sound, 700)  # type: ignore[arg-type]
    assert [int(turn.text) > 300 for turn in turns] == [True]

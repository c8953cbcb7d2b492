"""A hold: silence at once, and the same sentence from a little before, whatever else happens; for every kind of leg."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callbot.audio.playout import AGAIN_MS, Playout
from callbot.audio.types import FRAME_MS, Pcm
from callbot.events import PlayPrompt
from callbot.media.asterisk import AsteriskDialect
from callbot.media.audiosocket import AudioSocketDialect
from callbot.media.twilio import TwilioDialect
from callbot.playback import Playback
from tests.support.speaking_over import FRAME, Leg, TestLeg

MOST = 60
"""Frames of a prompt."""


def numbered(prompt: int, frames: int, *, first: int = 0) -> Pcm:
    """Frames of 20 ms, each of a value of its own."""
    values = [prompt * MOST + number + 1 for number in range(first, first + frames)]
    return np.repeat(np.array(values, np.int16) * 8, FRAME)


class Caller:
    """Hears what a Playback says on one leg, frame by frame."""

    def __init__(self, dialect: Leg) -> None:
        self.leg = TestLeg(dialect, linear=True)
        opened = self.leg.open()
        self.started: list[str] = []
        self.finished: list[str] = []
        self.heard: list[int] = []
        self.at_ms = 0
        self.playback = Playback(
            dialect,
            opened.rate_hz,
            send=self.leg.send,
            on_start=lambda prompt: self.started.append(prompt.text),
            on_finish=lambda prompt: self.finished.append(prompt.text),
        )

    def listen(self, frames: int) -> None:
        """Hear some frames."""
        for _ in range(frames):
            for report in self.leg.reports():
                for event in self.leg.dialect.receive(report):
                    self.playback.mark_played(event.name)  # type: ignore[union-attr]
            self.heard.append(round(float(self.leg.play()[0]) / 8))
            self.at_ms += FRAME_MS
            self.playback.pump(self.at_ms)

    def say(self, prompt: int, frames: int) -> None:
        """The bot begins a prompt that is rendered."""
        self.playback.begin(PlayPrompt(str(prompt)))
        self.playback.add(numbered(prompt, frames))
        self.playback.end()
        self.playback.pump(self.at_ms)


LINEAR = [AsteriskDialect, AudioSocketDialect]
DIALECTS = pytest.mark.parametrize("dialect", [*LINEAR, TwilioDialect])


@DIALECTS
def test_a_hold_is_heard_at_once_and_the_sentence_goes_on_from_before(dialect: type[Leg]) -> None:
    """One frame later nothing is heard; then 200–600 ms come again, and the end, with its mark once."""
    caller = Caller(dialect())
    caller.say(0, 60)
    caller.listen(40)
    stopped = caller.playback.hold_back(caller.at_ms)
    assert stopped is not None
    assert stopped.played_ms == pytest.approx(800, abs=40)
    last = max(caller.heard)
    caller.listen(51)  # a frame may be on its way
    assert set(caller.heard[-50:]) == {0}
    caller.playback.take_up(caller.at_ms)
    caller.listen(70)
    again = [value for value in caller.heard[-70:] if value]
    assert AGAIN_MS[0] - FRAME_MS <= (last - again[0]) * FRAME_MS <= AGAIN_MS[1] + FRAME_MS
    assert (caller.started, caller.finished) == (["0"], ["0"])


@DIALECTS
def test_an_interruption_after_a_hold_tells_what_was_heard_before_it(dialect: type[Leg]) -> None:
    """And nothing of it is heard any more."""
    caller = Caller(dialect())
    caller.say(0, 60)
    caller.listen(30)
    caller.playback.hold_back(caller.at_ms)
    caller.listen(20)
    stopped = caller.playback.clear(caller.at_ms)
    assert stopped is not None
    assert stopped.played_ms == pytest.approx(600, abs=40)
    caller.listen(60)
    assert set(caller.heard[-60:]) == {0}
    assert caller.finished == []


def test_a_sentence_that_is_still_being_made_is_held_with_what_comes() -> None:
    """What is made during the hold waits behind what was held."""
    caller = Caller(AsteriskDialect())
    caller.playback.begin(PlayPrompt("0"))
    caller.playback.add(numbered(0, 30))
    caller.listen(20)
    caller.playback.hold_back(caller.at_ms)
    caller.playback.add(numbered(0, 30, first=30))
    caller.playback.end()
    caller.listen(30)
    caller.playback.take_up(caller.at_ms)
    caller.listen(70)
    assert set(range(1, 61)) <= set(caller.heard)
    assert caller.finished == ["0"]


def test_it_goes_on_from_between_two_words() -> None:
    """The softest moment of those that may be."""
    playout = Playout(8000)
    sound = np.full(FRAME * 60, 3000, np.int16)
    sound[FRAME * 18 : FRAME * 20] = 0  # 360–400 ms
    playout.add(sound)
    for at_ms in range(0, 800, FRAME_MS):
        playout.due(at_ms)
    assert playout.hold(800) == 800
    playout.go_on()
    [first, *_] = playout.due(900)
    assert not np.any(first)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("say"), st.integers(1, MOST)),
        st.tuples(st.just("listen"), st.integers(1, 80)),
        st.tuples(st.sampled_from(["hold", "go on", "clear"]), st.just(0)),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(STEPS, st.sampled_from(LINEAR))
def test_whatever_happens_every_sentence_is_heard_whole_or_interrupted(
    steps: list[tuple[str, int]], dialect: type[Leg]
) -> None:
    """Every frame of what was not cleared, in order but for what is said again; marks once, in order; silence while it is held."""
    caller = Caller(dialect())
    said: dict[int, int] = {}
    cleared: set[int] = set()
    held = False
    for what, number in steps:
        match what:
            case "say":
                caller.say(len(said), number)
                said[len(said)] = number
            case "listen":
                caller.listen(number)
                if held:
                    assert set(caller.heard[-number:][1:]) <= {0}
            case "hold":
                caller.playback.hold_back(caller.at_ms)
                held = True
            case "go on":
                caller.playback.take_up(caller.at_ms)
                held = False
            case "clear":
                caller.playback.clear(caller.at_ms)
                cleared |= {prompt for prompt in said if str(prompt) not in caller.finished}
                held = False
    caller.playback.take_up(caller.at_ms)
    caller.listen((MOST + 40) * (len(said) + 1))
    whole = [prompt for prompt in said if prompt not in cleared]
    assert caller.finished == [str(prompt) for prompt in whole]
    assert len(caller.started) == len(set(caller.started))
    for prompt in whole:
        values = {prompt * MOST + number + 1 for number in range(said[prompt])}
        assert values <= set(caller.heard)
    voiced = [value for value in caller.heard if value]
    back = [before - after for before, after in itertools.pairwise(voiced) if after < before]
    assert all(frames * FRAME_MS <= AGAIN_MS[1] + 2 * FRAME_MS for frames in back)

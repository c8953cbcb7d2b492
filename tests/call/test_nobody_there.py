"""Whole calls without an ordinary end: a machine, music, silence, a caller who never stops, too long a call. Media and ears are real."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from callbot.audio.music import gymnopedie
from callbot.audio.types import TELEPHONE_HZ, Pcm
from callbot.caller import Caller
from callbot.dialogue.closed import Presence
from callbot.dialogue.phrases import FRENCH
from callbot.events import (
    CallEnded,
    CallerAbsent,
    CallerQueued,
    Event,
    IntentMatched,
    MusicHeard,
    NoInput,
    Outcome,
    PlaybackFinished,
    PlaybackInterrupted,
    PlaybackStarted,
    SpeechStopped,
    ToneHeard,
)
from tests.support import tones as lines
from tests.support.commune import Shut
from tests.support.scripted import Sentence, media_server, question
from tests.support.tones import over_alaw, tones, tune

SAY = FRENCH.sentences
STORY = "alors voilà c'est toute une histoire"


async def call(
    tmp_path: Path,
    *turns: Pcm,
    script: Sequence[str] = (),
    presence: Presence | None = None,
    **settings: object,
) -> list[Event]:
    """The events of a call whose caller brings these sounds, one after each answer, and then is silent for a long time."""
    async with media_server(tmp_path, list(script), presence=presence, **settings) as (server, recorded):
        caller = Caller(
            [*turns, np.zeros(90 * TELEPHONE_HZ, np.int16)], fast=True, on_event=lambda _event: None
        )
        await caller.call(f"ws://127.0.0.1:{server.port}/media?events=1")
        return list(recorded.only)


def said(events: Sequence[Event]) -> list[str]:
    """What the bot began to say."""
    return [event.text for event in events if isinstance(event, PlaybackStarted)]


def end(events: Sequence[Event]) -> Outcome:
    """How the call ended."""
    last = events[-1]
    assert isinstance(last, CallEnded)
    return last.outcome


def reasons(events: Sequence[Event]) -> list[str]:
    """Why nobody was there, and why somebody was called."""
    return [event.reason for event in events if isinstance(event, CallerAbsent | CallerQueued)]


def endless(seconds: int) -> Pcm:
    """A voice that makes no pause: questions one after the other, their silences left out."""
    voices = np.concatenate([question(name) for name in ("acte_naissance", "encombrants", "horaires_samedi")])
    pieces = voices[: len(voices) // 400 * 400].reshape(-1, 400)
    loud = np.abs(pieces).max(axis=1) > 600
    return np.resize(pieces[loud].ravel(), seconds * TELEPHONE_HZ)


async def test_a_fax_is_hung_up_on_and_no_person_is_called(tmp_path: Path) -> None:
    """After its second tone, with a word to whoever may be there."""
    events = await call(tmp_path, tones(lines.CNG * 2), no_input_ms=5000)
    [heard] = [event for event in events if isinstance(event, ToneHeard)]
    assert heard.machine == "fax"
    assert said(events)[-1] == SAY["machine"]
    assert (reasons(events), end(events)) == (["machine"], Outcome.ABSENT)


async def test_busy_tone_after_an_answer_leaves_it_an_answered_call(tmp_path: Path) -> None:
    """How an analogue line tells that the caller has hung up."""
    events = await call(
        tmp_path, question("acte_naissance"), tones(lines.BUSY), script=["un acte de naissance"]
    )
    assert [type(event) for event in events if isinstance(event, IntentMatched | CallerAbsent)] == [
        IntentMatched,
        CallerAbsent,
    ]
    assert (reasons(events), end(events)) == (["machine"], Outcome.ANSWERED)


async def test_music_is_waited_through_and_left(tmp_path: Path) -> None:
    """One ladder's step at most before it is sure; then one sentence, quiet, whom to call in danger, a goodbye; no person."""
    music = over_alaw(np.tile(gymnopedie(), 2)[: 60 * TELEPHONE_HZ])
    events = await call(tmp_path, music, hold_music_ms=20_000, no_input_ms=9000)
    assert [type(event) for event in events if isinstance(event, MusicHeard | CallerAbsent)] == [
        MusicHeard,
        CallerAbsent,
    ]
    texts = said(events)
    assert texts[-3:] == [SAY["music"], SAY["silent_danger"], SAY["music_goodbye"]]
    assert texts.count(SAY["music"]) == 1
    assert (reasons(events), end(events)) == (["music"], Outcome.ABSENT)


async def test_who_takes_the_telephone_up_again_is_answered(tmp_path: Path) -> None:
    """Words end the waiting."""
    events = await call(
        tmp_path,
        np.concatenate([tune(32), question("acte_naissance")]),
        script=[Sentence.of("un acte de naissance", seconds=2.5)],
        hold_music_ms=30_000,
    )
    texts = said(events)
    assert texts.index(SAY["music"]) < texts.index("C'est gratuit.")
    assert not [event for event in events if isinstance(event, CallerAbsent)]


async def test_who_never_stops_hears_the_whole_apology_and_answer(tmp_path: Path) -> None:
    """The voice that goes on does not cut the bot off, as it would an ordinary answer."""
    events = await call(tmp_path, endless(24), script=["un acte de naissance", ""], no_input_ms=5000)
    assert next(event for event in events if isinstance(event, SpeechStopped)).cut
    first = next(
        n
        for n, event in enumerate(events)
        if isinstance(event, PlaybackStarted) and event.text == SAY["interrupt"]
    )
    heard = [
        event
        for event in events[first:]
        if isinstance(event, PlaybackStarted | PlaybackFinished | PlaybackInterrupted)
    ]
    assert [type(event) for event in heard[:4]] == [PlaybackStarted, PlaybackFinished] * 2
    assert said(events[first:])[:2] == [SAY["interrupt"], "C'est gratuit."]


async def test_who_never_stops_and_is_not_understood_gets_a_person(tmp_path: Path) -> None:
    """Asked for one sentence, then for something to choose, then a person."""
    events = await call(tmp_path, endless(64), script=[STORY] * 4)
    apologies = [text for text in said(events) if text in (SAY["interrupt"], SAY["interrupt_again"])]
    assert apologies[0] == SAY["interrupt"]
    assert reasons(events) in (["no_match"], ["story"])
    assert end(events) is Outcome.HANDED_OVER


async def test_a_silent_line_gets_a_person_while_people_are_there(tmp_path: Path) -> None:
    """Who cannot speak is not hung up on."""
    events = await call(tmp_path, no_input_ms=2000)
    assert [event.count for event in events if isinstance(event, NoInput)] == [1, 2]
    assert (reasons(events), end(events)) == (["no_input"], Outcome.HANDED_OVER)


async def test_a_silent_line_while_closed_is_told_whom_to_call_and_is_nobody(tmp_path: Path) -> None:
    """112, and 114 by text message; no citizen without an answer."""
    events = await call(tmp_path, no_input_ms=2000, presence=Shut())
    assert said(events)[-2:] == [SAY["silent_danger"], SAY["goodbye"]]
    assert (reasons(events), end(events)) == (["silence"], Outcome.ABSENT)


async def test_too_long_a_call_while_closed_ends_with_a_goodbye(tmp_path: Path) -> None:
    """It says so, and when to call again."""
    events = await call(
        tmp_path,
        *[question("acte_naissance")] * 12,
        script=["un acte de naissance"] * 12,
        presence=Shut(),
        max_call_ms=30_000,
    )
    assert said(events)[-2].startswith("Nous parlons depuis un bon moment, je dois m'arrêter là.")
    assert said(events)[-1] == SAY["goodbye"]
    assert end(events) is Outcome.CLOSED

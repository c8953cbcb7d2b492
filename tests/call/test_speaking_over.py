"""Callers who speak over the bot, on the real call stack with recorded speech; every time is counted in frames of the caller's sound."""

import numpy as np
import pytest

from callbot.audio.types import FRAME_MS, TELEPHONE_HZ, Pcm
from callbot.bench.latency_material import cough, mm_hmm
from callbot.events import (
    FinalTranscript,
    IntentMatched,
    LanguageChanged,
    NoMatch,
    PlaybackFinished,
    PlaybackHeld,
    PlaybackInterrupted,
    PlaybackResumed,
    PlaybackStarted,
    SpeechStopped,
    TurnTimed,
)
from callbot.media.asterisk import AsteriskDialect
from callbot.media.audiosocket import AudioSocketDialect
from callbot.media.twilio import TwilioDialect
from callbot.understanding.interpretation import Candidate, Interpretation
from tests.support.scripted import question
from tests.support.sound import CLIPS, clip
from tests.support.speaking_over import FRAME, Leg, Line, a_call, at_level

DIALECTS = pytest.mark.parametrize("dialect", [AsteriskDialect, AudioSocketDialect, TwilioDialect])
REACTION_MS = 200
REPEAT = {"répétez": Interpretation("répétez", act="repeter")}


def spoken(pcm: Pcm, peak: int = 512) -> Pcm:
    """From the first frame in which somebody speaks to the last one."""
    frames = pcm[: len(pcm) // FRAME * FRAME].reshape(-1, FRAME)
    loud = np.flatnonzero(np.abs(frames.astype(np.int32)).max(axis=1) >= peak)
    return frames[loud[0] : loud[-1] + 1].reshape(-1)


def oui() -> Pcm:
    """A recorded « oui »."""
    return spoken(at_level(question("oui")))


async def into_the_answer(line: Line, ms: int = 700) -> None:
    """The caller has asked, and the answer has played for `ms`."""
    await line.until(PlaybackFinished, 2)
    await line.say(spoken(at_level(question("acte_naissance"))))
    await line.until(PlaybackStarted, 3)
    await line.listen(ms)


@DIALECTS
async def test_a_question_over_an_answer_stops_it_at_once_and_is_answered(dialect: type[Leg]) -> None:
    """From the caller's first frame to the bot's last one 200 ms at most; what was heard is told, and the new question answered."""
    async with a_call(["un acte de naissance", "un acte de naissance"], dialect=dialect) as line:
        await into_the_answer(line)
        began_ms = line.at_ms
        await line.say(spoken(at_level(question("passeport_enfant_prix"))))
        assert line.silent_from_ms(began_ms) - began_ms <= REACTION_MS
        [held] = line.of(PlaybackHeld)
        [cut] = line.of(PlaybackInterrupted)
        assert isinstance(cut, PlaybackInterrupted)
        assert 700 <= cut.played_ms <= 700 + 2 * REACTION_MS
        assert "C'est gratuit.".startswith(cut.heard)
        assert held.at_ms < cut.at_ms
        await line.until(IntentMatched, 2)
        await line.until(PlaybackStarted, 4)
        assert not line.of(PlaybackResumed)


@DIALECTS
@pytest.mark.parametrize(
    ("sound", "text"), [("cough", ""), ("mm-hmm", "mm-hmm"), ("oui", "oui"), ("oui", "")]
)
async def test_a_cough_or_a_word_of_assent_does_not_end_the_answer(
    dialect: type[Leg], sound: str, text: str
) -> None:
    """It may hold it; then the same sentence goes on from a little before, and is heard to its end, once."""
    made = {"cough": cough(1), "mm-hmm": mm_hmm(140.0), "oui": oui()}
    async with a_call(["un acte de naissance", text], dialect=dialect) as line:
        await into_the_answer(line)
        await line.say(made[sound])
        await line.until(PlaybackFinished, 4)
        assert not line.of(PlaybackInterrupted)
        assert len(line.of(PlaybackResumed)) == len(line.of(PlaybackHeld))
        started = [event.text for event in line.of(PlaybackStarted) if isinstance(event, PlaybackStarted)]
        assert started[2:] == ["C'est gratuit.", "Avez-vous une autre question ?"]
        assert len(line.of(PlaybackFinished)) == 4
        assert len(line.of(IntentMatched)) == 1


async def test_what_was_held_is_heard_whole() -> None:
    """Every frame of the sentence reaches the caller's ear: up to the hold, and from before it."""
    async with a_call(["un acte de naissance"]) as alone, a_call(["un acte de naissance", "oui"]) as held:
        for line in (alone, held):
            await into_the_answer(line)
        await alone.until(PlaybackFinished, 3)
        await held.say(oui())
        await held.until(PlaybackFinished, 3)
        assert held.of(PlaybackResumed)
        whole, pieces = (
            [
                frame.tobytes()
                for frame in line.heard[line.of(PlaybackStarted)[2].at_ms // FRAME_MS :]
                if np.any(frame)
            ]
            for line in (alone, held)
        )
        assert set(whole) <= set(pieces)
        assert len(whole) < len(pieces) <= len(whole) + 40


@pytest.mark.parametrize(("echo_db", "echo_ms"), [(-6.0, 20), (-6.0, 400), (-15.0, 100), (-30.0, 200)])
async def test_the_bot_s_own_echo_does_not_stop_it(echo_db: float, echo_ms: int) -> None:
    """Whatever its words are taken for, it is neither obeyed nor answered, and hardly ever holds."""
    async with a_call(
        ["un acte de naissance", *["acte de naissance"] * 9], echo_db=echo_db, echo_ms=echo_ms
    ) as line:
        await line.until(PlaybackFinished, 2)
        await line.listen(3000)
        assert not line.of(PlaybackInterrupted, PlaybackHeld, NoMatch, IntentMatched)


async def test_a_caller_who_speaks_over_the_echo_of_the_bot_is_heard() -> None:
    """Double talk: what is not echo is the caller."""
    async with a_call([], echo_db=-12.0) as line:
        await line.until(PlaybackFinished, 1)
        await line.until(PlaybackStarted, 2)
        await line.listen(600)
        began_ms = line.at_ms
        await line.say(spoken(at_level(question("passeport_enfant_prix"))))
        assert line.silent_from_ms(began_ms) - began_ms <= 2 * REACTION_MS
        assert line.of(PlaybackInterrupted)


@pytest.mark.parametrize("reader", CLIPS, ids=lambda path: path.stem)
async def test_a_television_does_not_stop_the_answer(reader: object) -> None:
    """Another voice, 17 dB softer than the caller's question was."""
    async with a_call(["un acte de naissance", "le journal de vingt heures"]) as line:
        await into_the_answer(line, 300)
        await line.say(at_level(clip(reader), -17.0))  # type: ignore[arg-type]
        assert not line.of(PlaybackInterrupted, PlaybackHeld)
        assert len(line.of(IntentMatched)) == 1


async def test_the_disclosure_is_neither_held_nor_interrupted() -> None:
    """What is said over it is answered after it."""
    async with a_call(["un acte de naissance"]) as line:
        await line.listen(300)
        await line.say(spoken(at_level(question("acte_naissance"))))
        await line.until(IntentMatched)
        first = line.of(PlaybackFinished)[0]
        assert not any(event.at_ms < first.at_ms for event in line.of(PlaybackHeld, PlaybackInterrupted))


async def test_what_is_asked_during_the_disclosure_is_timed_from_its_own_end() -> None:
    """The wait for the rest of the disclosure is the caller's wait too; it is part of the route."""
    async with a_call(["un acte de naissance"]) as line:
        await line.listen(300)
        await line.say(spoken(at_level(question("acte_naissance"))))
        await line.until(TurnTimed)
        [stopped], [decided], [timed] = line.of(SpeechStopped), line.of(IntentMatched), line.of(TurnTimed)
        assert isinstance(stopped, SpeechStopped)
        assert isinstance(timed, TurnTimed)
        assert timed.response_ms == timed.at_ms - stopped.speech_end_ms
        assert timed.endpoint_ms == stopped.at_ms - stopped.speech_end_ms
        assert timed.first_audio_ms == timed.at_ms - decided.at_ms
        assert timed.decode_ms + timed.route_ms == decided.at_ms - stopped.at_ms
        replies = [event for event in line.of(PlaybackStarted) if isinstance(event, PlaybackStarted)]
        assert [event.response_ms for event in replies] == [None, timed.response_ms]


async def test_what_had_begun_in_another_language_is_thrown_away() -> None:
    """A key changes the language in the middle of a sentence: no recogniser has heard all of it; the next one is answered."""
    async with a_call(["un acte de naissance", "un acte de naissance"]) as line:
        await line.until(PlaybackFinished, 2)
        asked = spoken(at_level(question("acte_naissance")))
        await line.say(asked[: len(asked) // 2])
        line.flow.actions.do(LanguageChanged(line.at_ms, "fr"))
        await line.say(asked[len(asked) // 2 :])
        await line.until(SpeechStopped)
        await line.listen(300)
        assert not line.of(IntentMatched, NoMatch, FinalTranscript)
        await line.say(asked)
        await line.until(IntentMatched)
        assert len(line.of(FinalTranscript)) == 1


async def test_a_noise_that_interrupted_is_followed_by_the_rest_of_the_answer() -> None:
    """Somebody speaks for long and no word is heard: the bot says its sentence again instead of « je n'ai pas compris »."""
    async with a_call(["un acte de naissance", ""]) as line:
        await into_the_answer(line)
        await line.say(spoken(at_level(clip(CLIPS[3]))))
        assert line.of(PlaybackInterrupted)
        await line.until(PlaybackStarted, 4)
        texts = [event.text for event in line.of(PlaybackStarted) if isinstance(event, PlaybackStarted)]
        assert texts[2:] == ["C'est gratuit.", "C'est gratuit."]
        assert not line.of(NoMatch)
        assert len(line.of(TurnTimed)) == len(line.of(IntentMatched)) == 1


async def test_pardon_after_an_interruption_says_the_answer_again() -> None:
    """« Répétez » is about what was interrupted."""
    async with a_call(["un acte de naissance", "répétez"], readings=REPEAT) as line:
        await into_the_answer(line)
        await line.say(spoken(at_level(question("passeport_enfant_prix"))))
        await line.until(PlaybackStarted, 4)
        texts = [event.text for event in line.of(PlaybackStarted) if isinstance(event, PlaybackStarted)]
        assert texts[2:] == ["C'est gratuit.", "C'est gratuit."]


async def test_a_short_question_that_held_the_bot_is_answered() -> None:
    """However short: what has a meaning takes the floor."""
    short = {"combien": Interpretation("combien", candidates=(Candidate("acte_naissance", "", 0.9),))}
    async with a_call(["un acte de naissance", "combien"], readings=short) as line:
        await into_the_answer(line)
        await line.say(oui())
        await line.until(IntentMatched, 2, ms=3000)
        assert line.of(PlaybackInterrupted)


async def test_a_sentence_that_is_still_being_made_is_held_and_goes_on() -> None:
    """The hold outlasts the making; the sentence is heard to its end."""
    async with a_call(["un acte de naissance", "oui"], rendered=False) as line:
        await into_the_answer(line, 400)
        await line.say(oui())
        await line.until(PlaybackFinished, 3)
        assert line.of(PlaybackResumed)
        assert not line.of(PlaybackInterrupted)


def test_the_material_is_speech() -> None:
    """What the tests above say is loud enough to hold the bot at all."""
    assert len(oui()) > TELEPHONE_HZ * 0.15

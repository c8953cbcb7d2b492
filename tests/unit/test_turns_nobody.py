"""Decent endings: a machine, music, a caller who never stops, silence, too long a call; whole conversations in virtual time."""

import pytest

from callbot.dialogue.closed import Presence
from callbot.dialogue.endings import MOST_STORIES, WORDLESS_MS, Hold
from callbot.dialogue.handover import Way
from callbot.dialogue.patience import NUMBER_MS, PATIENCE_MS
from callbot.dialogue.phrases import FRENCH
from callbot.dialogue.turn_table import Clock, Turn, Understood
from callbot.dialogue.turns import Conversation
from callbot.events import (
    CallbackRequested,
    CallerAbsent,
    CallStarted,
    ClearAudio,
    Decision,
    DtmfReceived,
    HangUp,
    IntentMatched,
    MusicHeard,
    MusicStopped,
    NoInput,
    NoMatch,
    Outcome,
    PlaybackFinished,
    PlayPrompt,
    SpeechStarted,
    SpeechStopped,
    ToneHeard,
    Transfer,
    TransferResult,
)
from callbot.understanding.interpretation import Candidate, Interpretation
from tests.support.commune import Shut, new_dialogue

QUESTION = Interpretation("un acte de naissance", candidates=(Candidate("acte_naissance", "prix", 0.9),))
STORY = Interpretation("alors voilà c'est toute une histoire")
FIRE = Interpretation("au feu", emergency="18")
SAY = FRENCH.sentences
PRICE = PlayPrompt("C'est gratuit.", interruptible=False)
MUSIC = PlayPrompt(SAY["music"])
MINUTE = 60_000


def begun(
    *,
    presence: Presence | None = None,
    limit: int = 3,
    way: Way | None = None,
    returned: TransferResult | None = None,
    takes_callbacks: bool = False,
    caller: str = "",
) -> Conversation:
    """A conversation whose greeting was heard; the bot listens from 1,000 ms."""
    dialogue = new_dialogue(
        presence=presence, no_match_limit=limit, takes_callbacks=takes_callbacks, caller=caller
    )
    call = Conversation(
        dialogue,
        filler="Un instant.",
        no_input_ms=5000,
        barge_in_ms=500,
        max_call_ms=10 * MINUTE,
        hold_music_ms=2 * MINUTE,
        way=way,
        returned=returned,
    )
    call.handle(CallStarted(0, "", "", "test"))
    call.handle(PlaybackFinished(500))
    call.handle(PlaybackFinished(1000))
    assert call.turn is Turn.LISTENING
    return call


def say(
    call: Conversation, at_ms: int, reading: Interpretation = QUESTION, *, cut: bool = False
) -> list[object]:
    """The caller says something, which is understood at `at_ms`."""
    call.handle(SpeechStarted(at_ms - 1000))
    call.handle(SpeechStopped(at_ms - 100, at_ms - 700, cut))
    return list(call.handle(Understood(at_ms, reading, cut=cut)))


def hear_all(call: Conversation, at_ms: int) -> list[object]:
    """Everything that plays is heard; what comes after each sentence."""
    outputs: list[object] = []
    for number in range(12):
        if call.turn is not Turn.SPEAKING:
            break
        outputs += call.handle(PlaybackFinished(at_ms + number))
    return outputs


# -- a machine -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("machine", ["busy", "fax", "ringing", "sit", "dial", "modem"])
def test_a_machine_is_hung_up_on_and_reaches_nobody(machine: str) -> None:
    """A short goodbye that the tone cannot interrupt, in case that somebody is there; no person is called."""
    call = begun()
    assert call.handle(ToneHeard(5000, machine)) == [
        CallerAbsent(5000, "machine"),
        ClearAudio(),
        PlayPrompt(SAY["machine"], interruptible=False),
    ]
    call.handle(SpeechStarted(5100))
    assert call.handle(Clock(6000, 900)) == []
    assert call.handle(ToneHeard(6500, machine)) == []
    assert call.handle(PlaybackFinished(8000)) == [HangUp(Outcome.ABSENT)]


@pytest.mark.parametrize(
    ("before", "outcome"),
    [(QUESTION, Outcome.ANSWERED), (STORY, Outcome.ABANDONED)],
    ids=["answered", "not answered"],
)
def test_busy_tone_after_a_conversation_is_the_caller_hanging_up(
    before: Interpretation, outcome: Outcome
) -> None:
    """An analogue line tells us so: the call counts as what it was, and not as a machine's."""
    call = begun()
    say(call, 4000, before)
    hear_all(call, 6000)
    call.handle(ToneHeard(12_000, "busy"))
    assert call.outcome_if_gone is outcome
    assert hear_all(call, 15_000) == [HangUp(outcome)]


def test_a_machine_is_not_passed_on_although_a_person_was_announced() -> None:
    """The receptionist does not get the tone."""
    call = begun(way=Way.BRIDGE)
    call.handle(DtmfReceived(3000, "0"))
    assert call.handle(ToneHeard(4000, "busy"))[0] == CallerAbsent(4000, "machine")
    assert hear_all(call, 8000) == [HangUp(Outcome.ABANDONED)]


def test_an_emergency_goes_to_a_person_whatever_is_heard() -> None:
    """Who called the fire brigade's number out is never hung up on for a tone."""
    call = begun()
    say(call, 3000, FIRE)
    assert call.handle(ToneHeard(4000, "busy")) == []
    assert isinstance(hear_all(call, 8000)[-1], Transfer)


def test_an_emergency_told_over_the_goodbye_is_heard() -> None:
    """The last chance of a wrong judgement."""
    call = begun()
    call.handle(ToneHeard(4000, "busy"))
    say(call, 6000, FIRE)
    outputs = hear_all(call, 8000)
    assert outputs[-1] == Transfer("accueil", "100", "emergency")


AGENT = Interpretation("passez-moi quelqu'un", act="agent")


@pytest.mark.parametrize("said", ["0", AGENT], ids=["key 0", "an agent"])
def test_who_asks_for_a_person_over_the_goodbye_to_a_machine_gets_one(said: str | Interpretation) -> None:
    """A machine does not ask."""
    call = begun(way=Way.BRIDGE)
    call.handle(ToneHeard(4000, "fax"))
    if isinstance(said, str):
        assert call.handle(DtmfReceived(6000, said)) == []
    else:
        assert say(call, 6000, said) == []
    assert not [one for one in hear_all(call, 8000) if isinstance(one, HangUp)]
    assert call.turn is Turn.WAITING


@pytest.mark.parametrize("key", ["1", "5"])
def test_any_key_over_the_goodbye_to_a_machine_keeps_the_call(key: str) -> None:
    """One that only says that somebody is there."""
    call = begun()
    call.handle(ToneHeard(4000, "fax"))
    call.handle(DtmfReceived(6000, key))
    assert not [one for one in hear_all(call, 8000) if isinstance(one, HangUp)]
    assert call.turn is Turn.LISTENING


def test_what_was_asked_before_the_busy_tone_is_nobodys_wish_any_more() -> None:
    """The caller has hung up: the receptionist does not get the tone."""
    call = begun(way=Way.BRIDGE)
    say(call, 3000)
    call.handle(DtmfReceived(4000, "0"))
    call.handle(ToneHeard(9000, "busy"))
    assert hear_all(call, 12_000)[-1] == HangUp(call.outcome_if_gone)


@pytest.mark.parametrize("sign", [QUESTION, "5"], ids=["words", "a key"])
@pytest.mark.parametrize("machine", ["fax", "modem"])
def test_who_has_spoken_is_no_fax(sign: Interpretation | str, machine: str) -> None:
    """A whistle, a hearing aid beside the telephone."""
    call = begun()
    if isinstance(sign, str):
        call.handle(DtmfReceived(3000, sign))
    else:
        say(call, 3000, sign)
        hear_all(call, 5000)
    assert call.handle(ToneHeard(9000, machine)) == []
    assert call.turn is Turn.LISTENING


# -- music ---------------------------------------------------------------------------------------------------------


def test_on_hold_the_bot_says_so_once_waits_and_takes_leave() -> None:
    """No ladder, no person: a sentence, two minutes of quiet, a goodbye."""
    call = begun()
    call.handle(Clock(6000))
    hear_all(call, 8000)
    call.handle(MusicHeard(21_000))
    assert call.handle(Clock(21_100)) == [MUSIC]
    hear_all(call, 27_000)
    assert [call.handle(Clock(at_ms)) for at_ms in range(27_100, 141_000, 100)] == [[]] * 1139
    assert call.handle(Clock(141_000)) == [
        CallerAbsent(141_000, "music"),
        ClearAudio(),
        PlayPrompt(SAY["silent_danger"]),
    ]
    assert hear_all(call, 147_000) == [PlayPrompt(SAY["music_goodbye"]), HangUp(Outcome.ABSENT)]


def test_who_comes_back_from_hold_is_answered() -> None:
    """Words cancel at any time, over the goodbye as well."""
    call = begun()
    call.handle(MusicHeard(21_000))
    call.handle(Clock(21_100))
    hear_all(call, 27_000)
    assert say(call, 60_000)[-1] == PlayPrompt("C'est gratuit.")
    hear_all(call, 65_000)
    call.handle(MusicHeard(100_000))
    assert call.handle(Clock(101_000)) == [], "said once in a call"


def test_who_comes_back_during_the_goodbye_is_answered() -> None:
    """It is the first that is heard of them."""
    call = begun()
    call.handle(MusicHeard(100_000))
    call.handle(Clock(100_100))
    hear_all(call, 107_000)
    assert CallerAbsent(220_000, "music") in call.handle(Clock(100_000 + 2 * MINUTE))
    call.handle(SpeechStarted(221_000))
    assert call.handle(Clock(221_500, 500)) == [ClearAudio()]
    decided = say(call, 224_000)[0]
    assert isinstance(decided, IntentMatched)
    assert decided.decision is Decision.ANSWER


def test_music_that_stops_leaves_time_to_speak() -> None:
    """The caller takes the telephone up again: as long as after a question."""
    call = begun()
    call.handle(MusicHeard(21_000))
    call.handle(Clock(21_100))
    hear_all(call, 27_000)
    call.handle(MusicStopped(60_000))
    assert call.handle(Clock(64_900)) == []
    assert call.handle(Clock(65_000)) == [NoInput(65_000, 1), PlayPrompt(SAY["no_input"])]


def test_who_is_there_with_music_and_not_understood_gets_a_person() -> None:
    """A citizen in a noisy place: three failures, with music behind them."""
    call = begun(way=Way.BRIDGE)
    call.handle(MusicHeard(21_000))
    for number in range(3):
        outputs = say(call, 22_000 + number * 10_000, STORY)
        assert outputs[0] == NoMatch(22_000 + number * 10_000, number + 1, 0.0)
        hear_all(call, 25_000 + number * 10_000)
    assert call.turn is Turn.WAITING


def test_speech_without_words_in_music_goes_up_the_ladder() -> None:
    """Somebody whom the recogniser cannot understand for the noise behind them: asked again, then a person."""
    call = begun(way=Way.BRIDGE)
    call.handle(MusicHeard(21_000))
    call.handle(Clock(21_100))
    hear_all(call, 27_000)
    outputs: list[object] = []
    for number in range(9):
        outputs += say(call, 30_000 + number * 4000, Interpretation(""))
        outputs += hear_all(call, 32_000 + number * 4000)
    assert [one.count for one in outputs if isinstance(one, NoMatch)] == [1, 2, 3]
    assert call.turn is Turn.WAITING


@pytest.mark.parametrize(("sign", "music_ms"), [("voice", 30_000), ("long voice", 9000), ("key", 30_000)])
def test_a_line_on_which_somebody_was_heard_is_passed_on(sign: str, music_ms: int) -> None:
    """Music, and once a voice or any key: a person finds out, and hears the music if that is all there is."""
    call = begun(way=Way.BRIDGE)
    if sign == "key":
        call.handle(DtmfReceived(3000, "5"))
    else:
        call.handle(SpeechStarted(2000))
        call.handle(SpeechStopped(4000, 3000 if sign == "long voice" else 2200))
        call.handle(Understood(4100, Interpretation("")))
    call.handle(MusicHeard(music_ms))
    call.handle(Clock(30_100))
    hear_all(call, 37_000)
    outputs = call.handle(Clock(30_000 + 2 * MINUTE))
    assert outputs == [PlayPrompt(FRENCH.handovers["no_input"].format(service="l'accueil"), False)]
    assert [one for one in hear_all(call, 160_000) if isinstance(one, HangUp)] == []
    assert call.turn is Turn.WAITING


def test_somebody_in_music_while_nobody_is_there_hears_whom_to_call() -> None:
    """The hours, 112 and 114, a goodbye."""
    call = begun(presence=Shut())
    say(call, 3000, Interpretation(""))
    call.handle(MusicHeard(30_000))
    call.handle(Clock(30_100))
    hear_all(call, 37_000)
    call.handle(Clock(30_000 + 2 * MINUTE))
    outputs = hear_all(call, 160_000)
    assert PlayPrompt(SAY["silent_danger"]) in outputs
    assert isinstance(outputs[-1], HangUp)


def test_a_note_is_no_voice() -> None:
    """Chords of a piano, which voice activity takes for one: nobody is called for them."""
    call = begun()
    for began_ms in (6060, 10_660):
        call.handle(SpeechStarted(began_ms))
        call.handle(SpeechStopped(began_ms + 1000, began_ms + 400))
        call.handle(Understood(began_ms + 1100, Interpretation("")))
    call.handle(MusicHeard(21_000))
    call.handle(Clock(21_100))
    hear_all(call, 27_000)
    assert call.handle(Clock(21_000 + 2 * MINUTE))[0] == CallerAbsent(21_000 + 2 * MINUTE, "music")


def test_the_clock_of_music_starts_after_the_last_word() -> None:
    """For WORDLESS_MS after a word somebody may be there."""
    hold = Hold()
    assert hold.lasted_ms(90_000) == 0
    hold.begins(100_000)
    assert hold.lasted_ms(130_000) == 30_000
    hold.said(140_000)
    assert hold.lasted_ms(140_000 + WORDLESS_MS - 1) == 0
    assert hold.lasted_ms(140_000 + WORDLESS_MS) == WORDLESS_MS
    hold.ends()
    assert hold.lasted_ms(200_000) == 0


def test_on_hold_while_closed_no_key_is_promised() -> None:
    """Nobody is there: zero would lead to nobody."""
    call = begun(presence=Shut())
    call.handle(MusicHeard(21_000))
    assert call.handle(Clock(21_100)) == [PlayPrompt(SAY["music_closed"])]


# -- a caller who never stops --------------------------------------------------------------------------------------


def test_who_never_stops_is_answered_over_their_voice() -> None:
    """What was understood is said, after an apology; the speech that goes on does not stop it."""
    call = begun()
    outputs = say(call, 30_000, cut=True)
    assert outputs[-1] == PlayPrompt(SAY["interrupt"], interruptible=False)
    call.handle(SpeechStarted(30_000))
    assert call.handle(Clock(31_500, 1500)) == []
    assert call.handle(PlaybackFinished(32_000)) == [PRICE]
    assert call.handle(Clock(33_000, 3000)) == []
    call.handle(SpeechStopped(34_000, 33_400))
    assert call.handle(Understood(34_100, STORY)) == []
    assert call.handle(PlaybackFinished(35_000)) == [PlayPrompt(SAY["anything_else"])]


def test_who_never_stops_and_is_not_understood_is_asked_for_less_each_time_then_gets_a_person() -> None:
    """A short question, choices or « autrement », a person: never the same for ever."""
    call = begun(limit=5, way=Way.BRIDGE)
    said = []
    for number in range(MOST_STORIES):
        at_ms = 30_000 * (number + 1)
        outputs = [*say(call, at_ms, STORY, cut=True), *hear_all(call, at_ms + 3000)]
        said.append([output.text for output in outputs if isinstance(output, PlayPrompt)])
    assert said[0] == [SAY["interrupt"], SAY["short_question"]]
    assert said[1] == [SAY["interrupt_again"], SAY["no_match"]]
    assert said[2] == [FRENCH.handovers["story"].format(service="l'accueil")]
    assert call.turn is Turn.WAITING


def test_a_short_answer_in_between_begins_the_count_anew() -> None:
    """Only in a row."""
    call = begun(limit=5)
    say(call, 30_000, STORY, cut=True)
    hear_all(call, 33_000)
    say(call, 40_000)
    hear_all(call, 43_000)
    assert say(call, 80_000, STORY, cut=True)[-1] == PlayPrompt(SAY["interrupt"], interruptible=False)


def test_who_tells_of_an_emergency_without_end_is_answered_at_once() -> None:
    """No apology before the number."""
    call = begun()
    assert say(call, 30_000, FIRE, cut=True)[-1] == PlayPrompt(
        "C'est une urgence. Raccrochez et composez le dix-huit, pour les pompiers.", interruptible=False
    )


def test_an_emergency_within_the_rest_of_a_story_is_heard() -> None:
    """While the bot interrupts, what is urgent counts."""
    call = begun()
    say(call, 30_000, cut=True)
    call.handle(SpeechStarted(30_100))
    call.handle(SpeechStopped(31_000, 30_500))
    assert call.handle(Understood(31_100, FIRE)) == []
    outputs = hear_all(call, 32_000)
    assert any(isinstance(output, Transfer) and output.reason == "emergency" for output in outputs)


def test_when_closed_a_story_ends_with_the_hours_and_the_call_goes_on() -> None:
    """Nobody is there to listen: the bot says so, offers to have them called back, and listens again."""
    call = begun(presence=Shut(), limit=5, takes_callbacks=True)
    for number in range(MOST_STORIES):
        outputs = say(call, 30_000 * (number + 1), STORY, cut=True)
        rest = hear_all(call, 30_000 * (number + 1) + 3000)
    assert isinstance(outputs[-1], PlayPrompt)
    assert outputs[-1].text.startswith(
        "Excusez-moi de vous interrompre. Le mieux est d'en parler à une personne."
    )
    assert "Nos bureaux sont fermés." in outputs[-1].text
    assert rest == [PlayPrompt(SAY["offer_callback"])]
    assert call.turn is Turn.LISTENING


def test_who_asks_for_a_moment_is_given_half_a_minute() -> None:
    """Looking for papers takes longer than thinking of an answer; the next silence is as long as ever."""
    call = begun()
    say(call, 3000, Interpretation("attendez", act="attendre"))
    hear_all(call, 5000)
    assert call.turn is Turn.LISTENING
    silent = [call.handle(Clock(at_ms)) for at_ms in range(5000, 5000 + PATIENCE_MS, 100)]
    assert silent == [[]] * len(silent)
    assert call.handle(Clock(5100 + PATIENCE_MS))[0] == NoInput(5100 + PATIENCE_MS, 1)
    hear_all(call, 40_000)
    assert call.handle(Clock(45_100))[0] == NoInput(45_100, 2)


# -- silence -------------------------------------------------------------------------------------------------------


def stay_silent(call: Conversation, at_ms: int = 1000) -> tuple[list[object], int]:
    """Say nothing until the bot does something else than asking; what it does, and when."""
    for _ in range(8):
        outputs = call.handle(Clock(at_ms + 5000))
        outputs += hear_all(call, at_ms + 8000)  # type: ignore[arg-type]
        at_ms += 8100
        if call.turn is not Turn.LISTENING:
            return list(outputs), at_ms
    raise AssertionError("asked for ever")


def test_who_is_silent_gets_a_person_who_may_help() -> None:
    """A caller who cannot speak is not left alone while people are there."""
    call = begun(way=Way.BRIDGE)
    outputs, _ = stay_silent(call)
    assert call.turn is Turn.WAITING
    assert (
        PlayPrompt(FRENCH.handovers["no_input"].format(service="l'accueil"), interruptible=False) in outputs
    )


def test_a_silent_line_that_comes_back_from_the_pbx_is_not_sent_round_for_ever() -> None:
    """Nobody picked up, and the PBX gives it back: whom to call in danger, a farewell, the end; no citizen."""
    call = begun(returned=TransferResult.NO_ANSWER)
    outputs, _ = stay_silent(call)
    assert PlayPrompt(SAY["silent_danger"]) in outputs
    assert [output.reason for output in outputs if isinstance(output, CallerAbsent)] == ["silence"]
    assert outputs[-1] == HangUp(Outcome.ABSENT)


def test_who_had_spoken_before_the_silence_is_a_caller() -> None:
    """Closed, and silent after a question that was not understood: not answered, and not nobody."""
    call = begun(presence=Shut())
    say(call, 4000, STORY)
    hear_all(call, 6000)
    outputs, _ = stay_silent(call, 6000)
    assert outputs[-1] == HangUp(Outcome.ABANDONED)


def test_a_silent_line_while_closed_is_nobody_and_may_still_speak() -> None:
    """The farewell can be interrupted; who does was there."""
    call = begun(presence=Shut())
    at_ms = 1000
    outputs: list[object] = []
    while not any(isinstance(one, PlayPrompt) and "bureaux sont fermés" in one.text for one in outputs):
        outputs = list(call.handle(Clock(at_ms + 5000)))
        at_ms += 5000
        if not any(isinstance(one, PlayPrompt) and "bureaux sont fermés" in one.text for one in outputs):
            hear_all(call, at_ms)
    assert call.outcome_if_gone is Outcome.ABSENT
    call.handle(SpeechStarted(at_ms + 100))
    assert call.handle(Clock(at_ms + 700, 500)) == [ClearAudio()]
    say(call, at_ms + 3000)
    assert call.outcome_if_gone is Outcome.ANSWERED


# -- too long a call -----------------------------------------------------------------------------------------------


def test_too_long_a_call_while_closed_is_taken_leave_of() -> None:
    """It says when to call again, and hangs up."""
    call = begun(presence=Shut())
    outputs = [*call.handle(Clock(10 * MINUTE)), *hear_all(call, 10 * MINUTE + 5000)]
    texts = [output.text for output in outputs if isinstance(output, PlayPrompt)]
    assert texts[0].startswith("Nous parlons depuis un bon moment, je dois m'arrêter là.")
    assert texts[-1] == SAY["goodbye"]
    assert outputs[-1] == HangUp(Outcome.CLOSED)


def test_who_is_leaving_their_number_may_finish() -> None:
    """A call-back request is not lost at its last step; after NUMBER_MS the call ends all the same."""
    call = begun(presence=Shut(), takes_callbacks=True)
    say(call, 9 * MINUTE, Interpretation("rappelez moi", act="rappel"))
    hear_all(call, 9 * MINUTE + 5000)
    assert call.takes_keys
    call.handle(SpeechStarted(10 * MINUTE - 3000))
    assert call.handle(Clock(10 * MINUTE)) == []
    assert call.handle(Clock(10 * MINUTE + NUMBER_MS - 100)) == []
    ends = 10 * MINUTE + NUMBER_MS
    outputs = [*call.handle(Clock(ends)), *call.handle(PlaybackFinished(ends + 2000))]
    said = [output.text for output in outputs if isinstance(output, PlayPrompt)]
    assert said[0] == "Votre demande de rappel n'est pas enregistrée."
    assert said[1].startswith("Nous parlons depuis un bon moment")


def test_who_hangs_up_after_the_number_is_called_back() -> None:
    """A number that was confirmed is not lost with the line; one that was not is."""
    for turns, kept in ((0, []), (1, ["+33612345678"])):
        call = begun(presence=Shut(), takes_callbacks=True, caller="0612345678")
        say(call, 4000, Interpretation("rappelez moi", act="rappel"))
        hear_all(call, 9000)
        for turn in range(turns):
            say(call, 20_000 + turn, Interpretation("oui", act="oui"))
        told = call.gone(30_000)
        assert [event.number for event in told if isinstance(event, CallbackRequested)] == kept
        assert call.gone(30_000) == []


def test_whom_to_call_in_an_emergency_is_said_to_its_end() -> None:
    """The longest call ends after the number, not in the middle of it."""
    call = begun(presence=Shut())
    say(call, 10 * MINUTE - 1000, FIRE)
    assert call.handle(Clock(10 * MINUTE)) == []
    assert call.handle(PlaybackFinished(10 * MINUTE + 3000)) != []
    hear_all(call, 10 * MINUTE + 6000)
    outputs = call.handle(Clock(10 * MINUTE + 7000))
    assert isinstance(outputs[-1], PlayPrompt)
    assert outputs[-1].text.startswith("Nous parlons depuis un bon moment")

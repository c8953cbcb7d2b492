"""A message instead of a person who is not there: asked for, recorded, kept, begun again, erased; in virtual time."""

from collections.abc import Sequence

import pytest

from callbot.dialogue.message_recording import FIRST_WORD_MS, SILENCE_MS
from callbot.dialogue.message_words import answer_about, wants_message
from callbot.dialogue.moves import State
from callbot.dialogue.phrases import SENTENCES as SAY
from callbot.dialogue.turn_table import Clock, GiveUp, Output, Turn, Understood
from callbot.dialogue.turns import Conversation
from callbot.events import (
    CallbackRequested,
    CallStarted,
    DropMessage,
    DtmfReceived,
    HangUp,
    IntentMatched,
    KeepMessage,
    MessageAccepted,
    MessageDropped,
    MessageOffered,
    MessageRecorded,
    NoMatch,
    PlaybackFinished,
    PlayPrompt,
    RecordMessage,
    SpeechStarted,
    SpeechStopped,
    ToneHeard,
)
from callbot.languages.tongues import tongue
from callbot.understanding.interpretation import Candidate, Interpretation
from tests.support.commune import OPENING, Shut, new_dialogue

MOST_MS = 60_000
SHUT = f"Nos bureaux sont fermés. Ils rouvrent {OPENING}."
AGENT = Interpretation("un agent", act="agent")
YES, NO = Interpretation("oui", act="oui"), Interpretation("non", act="non")
MUMBLE = Interpretation("charabia de toutes sortes ici")
QUESTION = Interpretation("un acte de naissance", candidates=(Candidate("acte_naissance", "prix", 0.9),))
OF_THE_MESSAGE = (MessageOffered, MessageAccepted, MessageRecorded, MessageDropped, RecordMessage, KeepMessage, DropMessage)  # fmt: skip


class Caller:
    """A conversation while nobody is there, with everything that came out of it; `at_ms` goes on with each turn."""

    def __init__(self, *, takes_callbacks: bool = False, message_ms: int = MOST_MS) -> None:
        dialogue = new_dialogue(presence=Shut(), takes_callbacks=takes_callbacks, message_ms=message_ms)
        self.call = Conversation(
            dialogue, filler="Un instant.", no_input_ms=7000, barge_in_ms=500, max_call_ms=600_000
        )
        self.dialogue = dialogue
        self.at_ms = 0
        self.out: list[Output] = list(self.call.handle(CallStarted(0, "", "", "test")))
        self.listen()

    def listen(self) -> list[str]:
        """Hear the bot out; its sentences."""
        said = [self.out[-1]] if isinstance(self.out[-1], PlayPrompt) else []
        while self.call.turn is Turn.SPEAKING:
            self.at_ms += 1000
            outputs = self.call.handle(PlaybackFinished(self.at_ms))
            self.out += outputs
            said += [output for output in outputs if isinstance(output, PlayPrompt)]
        return [prompt.text for prompt in said if isinstance(prompt, PlayPrompt)]

    def says(self, reading: Interpretation) -> list[str]:
        """One turn; what the bot answers, heard to its end."""
        self.at_ms += 1500
        self.call.handle(SpeechStarted(self.at_ms - 1000))
        self.call.handle(SpeechStopped(self.at_ms, self.at_ms - 500))
        self.out += self.call.handle(Understood(self.at_ms, reading))
        return self.listen()

    def presses(self, key: str) -> list[str]:
        """One key, and the answer."""
        self.at_ms += 500
        self.out += self.call.handle(DtmfReceived(self.at_ms, key))
        return self.listen()

    def speaks(self, ms: int) -> None:
        """Of the message: so much voice, in the recording."""
        self.out += self.call.handle(SpeechStarted(self.at_ms))
        self.waits(ms)
        self.out += self.call.handle(SpeechStopped(self.at_ms + 500, self.at_ms))

    def waits(self, ms: int) -> None:
        """Time goes by."""
        for _ in range(0, ms, 100):
            self.at_ms += 100
            self.out += self.call.handle(Clock(self.at_ms))

    def of_the_message(self) -> list[Output]:
        """What was told and done of it, times left out."""
        return [output for output in self.out if isinstance(output, OF_THE_MESSAGE)]


def recording(caller: Caller | None = None) -> Caller:
    """A caller who has agreed, and hears the tone."""
    caller = caller or Caller()
    caller.says(AGENT)
    assert caller.says(YES) == [SAY["message_speak"]]
    assert caller.call.turn is Turn.RECORDING
    return caller


def names(outputs: Sequence[Output]) -> list[str]:
    """What kind each one is."""
    return [type(output).__name__ for output in outputs]


def test_consent_yes_then_a_key_ends_it_and_it_is_kept() -> None:
    """Nothing is recorded before the yes; what was said is kept, said so, and the conversation goes on."""
    caller = Caller()
    assert caller.says(AGENT) == [SHUT, SAY["message_consent"]]
    assert caller.dialogue.state is State.MESSAGE_CONSENT
    asked_ms = caller.at_ms
    caller.says(YES)
    begun_ms = caller.at_ms
    caller.speaks(4000)
    assert caller.presses("#") == [SAY["message_kept"], SAY["anything_else"]]
    assert caller.of_the_message() == [
        MessageOffered(asked_ms - 2000),
        MessageAccepted(begun_ms - 1000),
        RecordMessage("", MOST_MS),
        KeepMessage(),
        MessageRecorded(begun_ms + 4500, 4500, "key"),
    ]
    assert caller.says(QUESTION)[0] == "C'est gratuit."
    assert caller.call.gone(caller.at_ms) == []


@pytest.mark.parametrize("no", [NO, "2", Interpretation("pas de message merci"), Interpretation("euh non merci", act="non")])  # fmt: skip
def test_consent_no_records_nothing(no: Interpretation | str) -> None:
    """By voice, by key, or by more words; it is not offered a second time."""
    caller = Caller()
    caller.says(AGENT)
    said = caller.presses(no) if isinstance(no, str) else caller.says(no)
    assert said == [SAY["message_refused"]]
    assert names(caller.of_the_message()) == ["MessageOffered"]
    assert caller.says(AGENT) == [SHUT, SAY["anything_else"]]


def test_consent_unclear_is_asked_once_more_then_nothing_is_recorded() -> None:
    """Neither words without meaning, nor silence, nor a question about it are a yes."""
    for unclear in (MUMBLE, Interpretation("qui écoute le message"), Interpretation("")):
        caller = Caller()
        caller.says(AGENT)
        if unclear.text:
            assert caller.says(unclear) == [SAY["message_consent_again"]]
            assert caller.says(unclear) == [SAY["message_refused"]]
            assert isinstance(caller.out[-1], NoMatch | PlayPrompt)
        else:
            caller.waits(7100)
            assert caller.listen() == [SAY["message_consent_again"]]
        assert names(caller.of_the_message()) == ["MessageOffered"]


def test_a_question_instead_of_a_yes_is_answered() -> None:
    """A sure one; nothing is recorded."""
    caller = Caller()
    caller.says(AGENT)
    assert caller.says(QUESTION) == ["C'est gratuit.", SAY["anything_else"]]
    assert caller.dialogue.state is State.ANYTHING_ELSE


@pytest.mark.parametrize("says", [Interpretation("plutôt un message"), "2", Interpretation("je préfère laisser un message")])  # fmt: skip
def test_beside_a_callback_a_message_is_chosen_and_agreed_to(says: Interpretation | str) -> None:
    """Choosing it is no consent yet: what becomes of the recording is told first."""
    caller = Caller(takes_callbacks=True)
    assert caller.says(AGENT) == [SHUT, SAY["offer_callback"], SAY["offer_message"]]
    said = caller.presses(says) if isinstance(says, str) else caller.says(says)
    assert said == [SAY["message_consent"]]
    assert caller.presses("1") == [SAY["message_speak"]]
    assert names(caller.of_the_message()) == ["MessageOffered", "MessageAccepted", "RecordMessage"]


def test_beside_a_message_yes_is_the_callback() -> None:
    """As without messages."""
    caller = Caller(takes_callbacks=True)
    caller.says(AGENT)
    assert "À quel numéro" in caller.says(YES)[0]


def test_who_asks_for_it_by_themselves_is_asked_as_well() -> None:
    """At any moment while nobody is there; where no messages are taken it is no wish we know."""
    wish = Interpretation("bonjour je voudrais laisser un message pour le maire")
    caller = Caller()
    assert caller.says(wish) == [SAY["message_consent"]]
    assert names(caller.of_the_message()) == ["MessageOffered"]
    assert caller.of_the_message() == [MessageOffered(caller.at_ms - 1000)]
    caller = Caller(message_ms=0)
    assert SAY["message_consent"] not in caller.says(wish)


def test_a_long_silence_ends_it() -> None:
    """Pauses in it do not; who never says a word has left nothing."""
    caller = recording()
    caller.speaks(3000)
    caller.waits(SILENCE_MS - 1000)
    caller.speaks(3000)
    caller.waits(SILENCE_MS + 100)
    assert caller.listen() == [SAY["message_kept"], SAY["anything_else"]]
    [kept] = [output for output in caller.out if isinstance(output, MessageRecorded)]
    assert (kept.ended, kept.duration_ms) == ("silence", 3000 + SILENCE_MS - 1000 + 3000 + SILENCE_MS)
    silent = recording()
    silent.waits(FIRST_WORD_MS + 100)
    assert silent.listen() == [SAY["message_nothing"]]
    assert names(silent.of_the_message())[2:] == ["RecordMessage", "DropMessage", "MessageDropped"]


def test_it_is_cut_off_at_its_most_and_kept() -> None:
    """Who speaks on and on is stopped politely; a noise that never ends too."""
    caller = recording()
    begun_ms = caller.at_ms
    caller.out += caller.call.handle(SpeechStarted(begun_ms))
    caller.waits(MOST_MS + 200)
    assert caller.listen() == [SAY["message_full"], SAY["message_kept"], SAY["anything_else"]]
    assert MessageRecorded(begun_ms + MOST_MS, MOST_MS, "length") in caller.out


def test_who_hangs_up_in_the_middle_leaves_what_was_said() -> None:
    """And who hangs up before a word has left nothing; a line's busy tone is a hang-up."""
    caller = recording()
    begun_ms = caller.at_ms
    caller.out += caller.call.handle(SpeechStarted(caller.at_ms))
    caller.waits(2000)
    assert caller.call.gone(caller.at_ms) == [
        KeepMessage(),
        MessageRecorded(begun_ms + 2000, 2000, "hang_up"),
    ]
    silent = recording()
    silent.waits(1000)
    assert silent.call.gone(silent.at_ms) == [DropMessage(), MessageDropped(silent.at_ms)]
    analogue = recording()
    analogue.speaks(2000)
    analogue.out += analogue.call.handle(ToneHeard(analogue.at_ms, "busy"))
    analogue.listen()
    kept = [output for output in analogue.out if isinstance(output, MessageRecorded)]
    assert [one.ended for one in kept] == ["hang_up"]
    assert isinstance(analogue.out[-1], HangUp)


def test_a_fault_loses_nothing_of_it() -> None:
    """The service stops, or the recogniser fails: it is kept, then the call ends as ever."""
    caller = recording()
    caller.speaks(2000)
    caller.out += caller.call.handle(GiveUp(caller.at_ms, "closing"))
    caller.listen()
    assert [one.ended for one in caller.out if isinstance(one, MessageRecorded)] == ["fault"]
    assert isinstance(caller.out[-1], HangUp)


@pytest.mark.parametrize("again", ["2", Interpretation("je voudrais recommencer")])
def test_it_is_recorded_again(again: str | Interpretation) -> None:
    """The first one is erased, and the consent still stands."""
    caller = recording()
    caller.speaks(2000)
    caller.presses("1")
    said = caller.presses(again) if isinstance(again, str) else caller.says(again)
    assert said == [SAY["message_speak"]]
    caller.speaks(3000)
    caller.presses("#")
    assert names(caller.of_the_message())[2:] == [
        "RecordMessage", "KeepMessage", "MessageRecorded", "DropMessage", "MessageDropped",
        "RecordMessage", "KeepMessage", "MessageRecorded",
    ]  # fmt: skip


@pytest.mark.parametrize("erase", ["3", Interpretation("effacez le s'il vous plaît")])
def test_it_is_erased(erase: str | Interpretation) -> None:
    """The caller has thought better of it."""
    caller = recording()
    caller.speaks(2000)
    caller.presses("#")
    said = caller.presses(erase) if isinstance(erase, str) else caller.says(erase)
    assert said == [SAY["message_erased"]]
    assert names(caller.of_the_message())[-2:] == ["DropMessage", "MessageDropped"]


def test_the_goodbye_after_it_keeps_it() -> None:
    """« non merci » answers « Avez-vous une autre question ? »."""
    caller = recording()
    caller.speaks(2000)
    caller.presses("#")
    caller.says(NO)
    assert isinstance(caller.out[-1], HangUp)
    assert names(caller.of_the_message())[-1] == "MessageRecorded"


def test_an_emergency_comes_before_it() -> None:
    """Told instead of a yes: whom to call; nothing is recorded."""
    caller = Caller()
    caller.says(AGENT)
    assert caller.says(Interpretation("au feu", emergency="18"))[0].startswith("C'est une urgence.")
    assert names(caller.of_the_message()) == ["MessageOffered"]
    emergencies = [one.emergency for one in caller.out if isinstance(one, IntentMatched)]
    assert emergencies == [None, "18"]


def test_a_callback_that_cannot_be_noted_leaves_the_message() -> None:
    """The number failed; a message needs none."""
    caller = Caller(takes_callbacks=True, message_ms=0)
    assert not [one for one in caller.out if isinstance(one, CallbackRequested)]
    dialogue = new_dialogue(presence=Shut(), message_ms=MOST_MS)
    reply = dialogue.hear(Interpretation("rappelez moi", act="rappel"))
    assert reply.text == f"{SHUT} {SAY['message_consent']}"


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("je voudrais laisser un message", True),
        ("est ce que je peux laisser un message", True),
        ("i would like to leave a message", True),
        ("j'ai laissé un message hier et personne ne m'a rappelé", False),
        ("je ne veux pas laisser de message", False),
        ("un message", False),
    ],
)
def test_words_that_ask_for_it(text: str, wish: bool) -> None:
    """A wish, and not the tale of an earlier one."""
    assert wants_message(text) is wish


def test_words_about_it_mean_nothing_elsewhere() -> None:
    """« recommencez » after an answer is no order to record."""
    assert [answer_about(state, "recommencez") for state in (State.ANYTHING_ELSE, State.MESSAGE_KEPT)] == [
        "",
        "again",
    ]


def test_english_has_its_sentences() -> None:
    """As French has."""
    texts = tongue("en").texts.sentences
    assert texts["message_consent"].startswith("Would you like to leave a message?")

"""What the bot says next. The dialogue is one state, tables, and pure functions: readings in, replies out, no I/O, no clock.

It decides; it never writes an answer: what it says is a fixed sentence or a validated entry. readings.py reads
utterances, acts.py acts and keys; answering.py answers, asking.py asks back, people.py leads to a person, taking_down.py notes whom
to call back; all share one Memory.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from callbot.dialogue.acts import Acts, Parts
from callbot.dialogue.answering import Answering
from callbot.dialogue.asides import Asides
from callbot.dialogue.asking import Asking
from callbot.dialogue.callback_details import NOWHERE
from callbot.dialogue.callback_request import Request, presented
from callbot.dialogue.callback_written import HIDDEN, asks_for_call, tells_who
from callbot.dialogue.closed import AlwaysThere, Presence
from callbot.dialogue.endings import Endings
from callbot.dialogue.handover import Plan
from callbot.dialogue.memory import Memory
from callbot.dialogue.message_offer import MessageOffer
from callbot.dialogue.moves import COURTESIES, KEYS, MOVES, PASSING, State
from callbot.dialogue.pacing import paced
from callbot.dialogue.people import People
from callbot.dialogue.phrases import Phrases
from callbot.dialogue.reader import FRENCH, Reader
from callbot.dialogue.reading_words import ReadingWords
from callbot.dialogue.readings import Readings
from callbot.dialogue.reply import Answers, Reply
from callbot.dialogue.satisfaction import Satisfaction
from callbot.dialogue.satisfaction_table import Drawn, Spared
from callbot.dialogue.taking_down import TakingDown
from callbot.dialogue.transfer_phrases import FAILURES, PASSED
from callbot.events import Decision, Outcome, PlayPrompt, Transfer, TransferResult
from callbot.knowledge.entries import Service
from callbot.turn_taking.expectation import Expects, expected
from callbot.understanding.interpretation import Candidate, Interpretation
from callbot.understanding.spoken_forms.communes import Communes

DIGITS = frozenset("0123456789*#")
"""The keys where a score is awaited: one that is none is told so."""


class Dialogue:
    """One caller's conversation. `today` decides which entries may still be spoken.

    `presence`: whether a person is there to take over; `on_call`: who takes emergencies over when nobody else is there;
    `caller`: the number that their telephone presents, may be empty; `takes_callbacks`: the bot notes down whom to call back;
    `calls_back`: who waits in the queue may ask for it in any case;
    `communes`: those that addresses may name; `opens_on`: whether somebody may call a caller back on that day;
    `announced`: exceptional messages, said after the disclosure; `survey`: the lot has chosen the call to be asked about satisfaction;
    `message_ms`: how long a message may be that callers leave while nobody is there, 0: none is taken.
    """

    def __init__(
        self,
        phrases: Phrases,
        answers: Answers,
        *,
        today: date,
        answer_threshold: float,
        confirm_threshold: float,
        clarify_threshold: float,
        clarify_ratio: float,
        no_match_limit: int,
        most_asked: Sequence[str] = (),
        presence: Presence | None = None,
        on_call: Service | None = None,
        words: ReadingWords = FRENCH,
        caller: str = "",
        takes_callbacks: bool = False,
        calls_back: bool = False,
        communes: Communes = NOWHERE,
        opens_on: Callable[[date], bool] = lambda _: True,
        announced: Sequence[PlayPrompt] = (),
        survey: Drawn | None = None,
        message_ms: int = 0,
    ) -> None:
        self._phrases = phrases
        self._memory = Memory()
        self._announced = tuple(announced)
        self._reader = Reader(answers, today, answer_threshold, words)
        self._people = People(
            self._memory,
            phrases,
            answers,
            presence or AlwaysThere(),
            on_call,
            takes_callbacks,
            message_ms > 0,
            calls_back or takes_callbacks,
        )
        self._endings = Endings(self._memory, self._people)
        self._survey = Satisfaction(self._memory, self._people, words.satisfaction, survey)
        self._asking = Asking(
            self._memory,
            phrases,
            self._reader,
            self._people,
            confirm_threshold,
            clarify_threshold,
            clarify_ratio,
            no_match_limit,
            tuple(
                Candidate(motive, aspect, 0.0)
                for motive, _, aspect in (entry.partition(".") for entry in most_asked)
            ),
        )
        self._answering = Answering(
            self._memory,
            phrases,
            answers,
            self._reader,
            self._people,
            self._asking,
            today=today,
            sure=answer_threshold,
        )
        self._taking = TakingDown(
            self._memory,
            self._reader,
            self._people,
            caller=presented(caller),
            today=today,
            communes=communes,
            opens_on=opens_on,
            confirm_threshold=confirm_threshold,
        )
        self._message = MessageOffer(self._memory, self._people, message_ms)
        self._asides = Asides(self._memory, self._asking, self._people, self._reader)
        parts = Parts(
            self._memory,
            self._reader,
            self._people,
            self._asking,
            self._answering,
            self._taking,
            self._message,
            self._survey,
            self._asides,
        )
        self._acts = Acts(parts)
        self._readings = Readings(parts, self._acts)

    def open(self) -> tuple[PlayPrompt, ...]:
        """The first sentences: that a machine speaks (cannot be interrupted), then what is exceptional, then what it can do."""
        disclosure = PlayPrompt(self._phrases.say("disclosure"), interruptible=False)
        self._memory.last_said = (*self._announced, self.greeting())
        return disclosure, *self._memory.last_said

    # -- in several languages (polyglot.py) ------------------------------------------------------------------------

    language = "fr"
    """Of a conversation that knows only one; with several, Polyglot has it."""

    @property
    def keys(self) -> frozenset[str]:
        """The telephone keys that may mean something; while a number is pressed all do (`takes_keys`)."""
        return DIGITS if self._survey.scoring else frozenset(KEYS)

    def greeting(self) -> PlayPrompt:
        """What the bot can do, as it is now."""
        return self._people.sentence("greeting")

    def asks(self, reply: Reply) -> Reply:
        """`reply` is said in place of one of ours, and asks what the caller wants."""
        memory = self._memory
        memory.state, memory.failures, memory.last_said = State.QUESTION, 0, reply.say
        return self._paced(reply)

    def go_on_from(self, other: "Dialogue") -> tuple[PlayPrompt, ...]:
        """The caller changes the language: what `other` achieved in this call is ours as well; what it gave up is to be said."""
        self._memory.go_on_from(other._memory)
        lost = other._memory.callback is not None
        self._memory.held = other.keep_callback()
        if self._memory.held:
            return (self._people.sentence("number_kept"),)
        return (self._people.sentence("not_noted"),) if lost else ()

    # -- what happens ----------------------------------------------------------------------------------------------

    def hear(self, reading: Interpretation) -> Reply:
        """React to an utterance."""
        self._memory.meet()
        self._memory.noted = False
        self._survey.listen(reading.text)
        answer_to = self._reader.words.answer_to
        act = answer_to(self.state, reading.text, reading.act, self._memory.answered)
        return self._paced(self._readings.heard(replace(reading, act=act)))

    def press(self, digit: str) -> Reply | None:
        """React to a key; None when the key means nothing here."""
        self._memory.meet()
        reply = self._acts.pressed(digit)
        return self._paced(reply) if reply else None

    def interrupt(self, reading: Interpretation, times: int) -> Reply:
        """React to one who speaks without end, and had to be cut off for the `times`th time in a row."""
        return self._paced(self._endings.story(self.hear(reading), times))

    @property
    def expects(self) -> Expects:
        """What kind of answer our last sentence asks for."""
        callback = self._memory.callback
        return expected(self._survey.state, callback.step if callback else None)

    def answers(self, reading: Interpretation) -> bool:
        """Whether an utterance is one of the few answers that our last question asks for."""
        memory = self._memory
        if self.takes_keys and memory.callback:
            return memory.callback.answers(reading)
        answer_to = self._reader.words.answer_to
        act = answer_to(self.state, reading.text, reading.act, memory.answered)
        if self.state is State.CHOICE and self._reader.chosen(
            replace(reading, act=act), memory.offered, menu=memory.menu
        ):
            return True
        if self._survey.answers(reading):
            return True
        move = MOVES.get((self.state, act)) if act else None
        return act in ("oui", "non") or (move is not None and bool(move.choose or move.record))

    @property
    def takes_keys(self) -> bool:
        """Every key may belong to a number that the caller is pressing."""
        return self._memory.state is State.CALLBACK

    def written(self, text: str) -> str:
        """What of an utterance may be written down: while a request is taken down, nothing that may tell who somebody is."""
        memory = self._memory
        if self.takes_keys and memory.callback:
            return memory.callback.written(text)
        asked = memory.state is State.OFFER_CALLBACK or asks_for_call(text)
        private = memory.noted or (self._people.takes_callbacks and asked)
        return HIDDEN if private and tells_who(text) else self._survey.written(text)

    def keep_callback(self) -> Request | None:
        """The caller is gone: the call-back request that was being taken down, if its number was confirmed."""
        memory = self._memory
        callback, held = memory.callback, memory.held
        memory.callback = memory.held = None
        return held or (callback.keep() if callback else None)

    def silence(self) -> Reply:
        """React to a caller who says nothing after a question."""
        callback = self._memory.callback
        if self.takes_keys and callback:
            return self._paced(self._taking.noted(callback, callback.silent(), None, Decision.NO_MATCH))
        if self._survey.standing:
            return self._paced(self._survey.silence())
        if self.state is State.MESSAGE_CONSENT:
            return self._paced(self._message.unclear())
        return self._paced(self._asking.failure("no_input", None))

    def recorded(self, ended: str, *, kept: bool) -> Reply:
        """The caller has spoken a message, which is over as MessageRecorded tells it; `kept`: there was a voice in it."""
        return self._paced(self._message.recorded(ended, kept=kept))

    def give_up(self, reason: str) -> Reply:
        """Hand over for a reason outside the conversation: `fault`, `too_long`, `closing`, `busy` or `no_input`.

        Who was answered and is only asked how it was is told goodbye instead.
        """
        if self._survey.standing:
            return self._paced(self._survey.leave())
        return self._paced(self._people.handover(Decision.HANDOVER, reason, ""))

    def hold(self) -> Reply:
        """React to music where a caller should be."""
        if self._survey.standing:
            return self._paced(self._survey.leave())
        self._survey.spare(Spared.LINE)
        return self._paced(self._endings.hold())

    def leave(self, reason: str) -> Reply:
        """End the call, for there is nobody to talk to: `machine` or `music`."""
        return self._paced(self._endings.leave(reason))

    def reopen(self) -> None:
        """The caller spoke again while we took leave: the conversation goes on."""
        if self._memory.state is State.CLOSED:
            before = self._survey.reopened()
            self._memory.state, self._memory.ending = before or State.ANYTHING_ELSE, False

    @property
    def state(self) -> State:
        """Where the conversation stands."""
        return self._memory.state

    @property
    def failures(self) -> int:
        """Utterances not understood, or silences, in a row."""
        return self._memory.failures

    @property
    def outcome_if_gone(self) -> Outcome:
        """The outcome when the caller hangs up now."""
        return Outcome.HANDED_OVER if self.state is State.HANDED_OVER else self.own_outcome

    @property
    def own_outcome(self) -> Outcome:
        """What the bot itself has achieved."""
        return self._memory.outcome

    # -- around a handover -----------------------------------------------------------------------------------------

    def open_again(self, result: TransferResult) -> tuple[PlayPrompt, ...]:
        """The first sentences to a caller whom the PBX brings back from a transfer that failed so."""
        return self._people.given_back(result) if result in FAILURES else self.open()

    def plan(self, transfer: Transfer) -> Plan:
        """What is said during the handover, to the caller and to the person."""
        return replace(self._people.plan(transfer), own=self._taking.caller)

    def urgent(self, transfer: Transfer, number: str) -> Transfer:
        """Who waits for a person has told of an emergency: the same way, for that."""
        return self._people.urgent(transfer, number)

    def passed_on(self, service: str) -> Transfer:
        """To whom a caller goes whom an agent passes on to `service`."""
        there = self._people.answers.service(service)
        return Transfer(there.id, there.destination, PASSED)

    def come_back(self, transfer: Transfer, result: TransferResult, *, deaf: bool) -> Reply:
        """React to a handover that failed: the reception once, else the conversation goes on.

        `deaf`: the bot can understand nobody any more.
        """
        return self._paced(self._asides.came_back(self._people.come_back(transfer, result, deaf=deaf)))

    def turned_away(self, transfer: Transfer, *, asked: bool = False) -> Reply:
        """React to a queue in which as many wait as may: offer a call-back, or have the service itself rung."""
        return self._paced(self._asides.came_back(self._people.turned_away(transfer, asked=asked)))

    # -- inside ----------------------------------------------------------------------------------------------------

    def _paced(self, reply: Reply) -> Reply:
        """As slowly as the caller asked for; what is said is kept for whoever asks for it once more."""
        memory = self._memory
        reply = self._asides.resumed(reply)
        self._survey.watch(reply)
        memory.courtesies = memory.courtesies + 1 if reply.act in COURTESIES else 0
        if reply.say and reply.act not in PASSING:
            memory.last_said = reply.say
        return replace(reply, say=paced(reply.say, memory.slow, self._phrases.texts.shorter))

"""What the bot says next. The dialogue is one state, tables, and pure functions: readings in, replies out, no I/O, no clock.

It decides; it never writes an answer: what it says is a fixed sentence or a validated entry.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from callbot.dialogue.choices import HINT, Option, close, options
from callbot.dialogue.closed import LAST, AlwaysThere, Closed, Presence, nobody_there
from callbot.dialogue.context import Context, slots_of
from callbot.dialogue.handover import Plan
from callbot.dialogue.moves import KEYS, MOVES, State
from callbot.dialogue.phrases import MENU, Phrases
from callbot.dialogue.reader import Reader
from callbot.dialogue.reply import Answers, Reply
from callbot.dialogue.transfer_phrases import (
    AGAIN,
    FAILURES,
    FAREWELL,
    GIVEN_BACK,
    NOBODY,
    TransferPhrases,
    briefing,
)
from callbot.events import Decision, HangUp, Outcome, PlayPrompt, Transfer, TransferResult
from callbot.knowledge.entries import Entry, Service
from callbot.understanding.interpretation import Candidate, Interpretation

MOST_FAILURES = 2
"""Handovers that reached nobody; then no other one is tried in this call, save in an emergency."""


class Dialogue:
    """One caller's conversation. `today` decides which entries may still be spoken.

    `presence`: whether a person is there to take over; `on_call`: who takes emergencies over when nobody else is there.
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
    ) -> None:
        self._phrases = phrases
        self._answers = answers
        self._today = today
        self._sure = answer_threshold
        self._half_sure = confirm_threshold
        self._reader = Reader(answers, today, answer_threshold)
        self._together, self._ratio = clarify_threshold, clarify_ratio
        self._proposed: Candidate | None = None
        self._offered: tuple[Option, ...] = ()
        self._context = Context()
        self._heard = ""
        self._most_asked = tuple(
            Candidate(motive, aspect, 0.0)
            for motive, _, aspect in (entry.partition(".") for entry in most_asked)
        )
        self._menu = False  # the choice stands among what is asked most, which proposes nothing
        self._slow = False  # the caller asked for it
        self._offered_service = ""  # who may know a detail that we do not
        self._limit = no_match_limit
        self._last_said: tuple[PlayPrompt, ...] = ()
        self._subject = ""  # what the caller was last answered about, for who picks up
        self._emergency_number = ""
        self._reached_nobody = 0  # handovers that failed
        self._presence = presence or AlwaysThere()
        self._on_call = on_call
        self._ending = False  # given up while nobody was there: all that follows ends the call
        self._outcome = Outcome.ABANDONED
        self.failures = 0
        """Utterances not understood, or silences, in a row."""
        self.state = State.QUESTION

    def open(self) -> tuple[PlayPrompt, ...]:
        """The first sentences: that a machine speaks (cannot be interrupted), then what it can do."""
        disclosure = PlayPrompt(self._phrases.say("disclosure"), interruptible=False)
        return disclosure, self._sentence("greeting")

    def hear(self, reading: Interpretation) -> Reply:
        """React to an utterance."""
        return self._paced(self._heard_as(reading))

    def press(self, digit: str) -> Reply | None:
        """React to a key; None when the key means nothing here."""
        reply = self._act(KEYS[digit]) if digit in KEYS else None
        return self._paced(reply) if reply else None

    def silence(self) -> Reply:
        """React to a caller who says nothing after a question."""
        return self._paced(self._failure("no_input", None))

    def give_up(self, reason: str) -> Reply:
        """Hand over for a reason outside the conversation: `fault`, `too_long` or `closing`."""
        return self._paced(self._handover(Decision.HANDOVER, reason, ""))

    def reopen(self) -> None:
        """The caller spoke again while we took leave: the conversation goes on."""
        if self.state is State.CLOSED:
            self.state = State.ANYTHING_ELSE

    @property
    def outcome_if_gone(self) -> Outcome:
        """The outcome when the caller hangs up now."""
        return Outcome.HANDED_OVER if self.state is State.HANDED_OVER else self._outcome

    @property
    def own_outcome(self) -> Outcome:
        """What the bot itself has achieved."""
        return self._outcome

    # -- around a handover -----------------------------------------------------------------------------------------

    def open_again(self, result: TransferResult) -> tuple[PlayPrompt, ...]:
        """The first sentences to a caller whom the PBX brings back from a transfer that failed so."""
        if result not in FAILURES:
            return self.open()
        self._reached_nobody, self.state = 1, State.ANYTHING_ELSE
        given_back = self._transfer_phrases.given_back(result, self._answers.service(""))
        return PlayPrompt(AGAIN, interruptible=False), PlayPrompt(given_back)

    def plan(self, transfer: Transfer) -> Plan:
        """What is said during the handover, to the caller and to the person."""
        waiting = self._transfer_phrases.waiting(self._answers.service(transfer.service))
        return Plan(waiting, briefing(transfer.reason, self._subject), self._subject)

    def come_back(self, transfer: Transfer, result: TransferResult, *, deaf: bool) -> Reply:
        """React to a handover that failed: the reception once, else the conversation goes on.

        `deaf`: the bot can understand nobody any more.
        """
        return self._paced(self._come_back(transfer, result, deaf=deaf))

    def _come_back(self, transfer: Transfer, result: TransferResult, *, deaf: bool) -> Reply:
        service, reception = self._answers.service(transfer.service), self._answers.service("")
        phrases = self._transfer_phrases
        other = service.id != reception.id and reception.destination not in ("", transfer.destination)
        if other and self._presence.of_service(reception) is None:
            instead = PlayPrompt(phrases.reception_instead(result, service), interruptible=False)
            there = Transfer(reception.id, reception.destination, transfer.reason)
            return Reply(Decision.HANDOVER, (instead,), there)
        self._reached_nobody += 1
        if deaf or (transfer.reason in LAST and self._hopeless) or transfer.reason == "closing":
            return self._farewell(
                "fault" if deaf else transfer.reason, PlayPrompt(phrases.failure(result, service))
            )
        self.state, self.failures = State.ANYTHING_ELSE, 0
        if transfer.reason == "emergency":
            instruction = PlayPrompt(self._phrases.emergency(self._emergency_number), interruptible=False)
            failure = PlayPrompt(phrases.failure(result, service), interruptible=False)
            return Reply(Decision.EMERGENCY, (failure, instruction, PlayPrompt(GIVEN_BACK)))
        say = phrases.nobody if self._hopeless else phrases.given_back
        return Reply(Decision.HANDOVER, (PlayPrompt(say(result, service)),))

    @property
    def _transfer_phrases(self) -> TransferPhrases:
        return TransferPhrases(self._answers.service(""))

    @property
    def _hopeless(self) -> bool:
        return self._reached_nobody >= MOST_FAILURES

    def _farewell(self, reason: str, *first: PlayPrompt) -> Reply:
        """A caller who is silent may still say something; else nothing interrupts the bot that must stop."""
        self.state, self._ending = State.CLOSED, reason != "no_input"
        if reason == "fault":
            self._outcome = Outcome.FAILED
        say = tuple(replace(said, interruptible=not self._ending) for said in (*first, PlayPrompt(FAREWELL)))
        return Reply(Decision.HANDOVER, say, HangUp(self._outcome))

    def _nobody(self, reply: Reply, reason: str, first: tuple[PlayPrompt, ...]) -> Reply:
        """In place of one more handover."""
        if reason in LAST:
            return replace(self._farewell(reason, *first), decision=reply.decision)
        self.state, self.failures = State.ANYTHING_ELSE, 0
        return replace(reply, say=(*first, PlayPrompt(NOBODY)), then=None)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _heard_as(self, reading: Interpretation) -> Reply:
        """What tables read for sure (a choice, a short question) comes before what is only like an act."""
        if reading.emergency:
            return self._emergency(reading.emergency)
        if not reading.act:
            self._heard = reading.text
        known = self._chosen(reading) or self._two_questions(reading) or self._follow_up(reading)
        if known:
            return known
        return (self._act(reading.act) if reading.act else None) or self._understood(reading)

    def _paced(self, reply: Reply) -> Reply:
        """As slowly as the caller asked for."""
        if not self._slow:
            return reply
        return replace(reply, say=tuple(replace(prompt, slow=True) for prompt in reply.say))

    def _understood(self, reading: Interpretation) -> Reply:
        """Answer a sure question, ask about one that is close to another or half sure, else admit not to understand."""
        best = reading.best
        if best and (best.confidence >= self._sure or self._says_again(best)):
            self.failures = 0
            return self._motive(self._reader.in_context(best, reading.text, self._context))
        question = None
        if close(reading.candidates, together=self._together, ratio=self._ratio):
            question = self._choice(reading.candidates[:2])
        if question is None and best and best.confidence >= self._half_sure:
            question = self._confirmation(best)
        return question or self._failure("no_match", best, reading.candidates)

    def _act(self, act: str) -> Reply | None:  # noqa: PLR0911 (one return per kind of move)
        move = MOVES.get((self.state, act))
        if move is None:
            return None
        if not move.reject:
            self.failures = 0
        if move.reason:
            service = self._offered_service if self.state is State.OFFER else ""
            return self._handover(Decision.HANDOVER, move.reason, service, act=act)
        if move.repeat:
            self._slow = self._slow or move.slow
            return self._repeat(act)
        if move.accept and self._proposed:
            return replace(self._motive(self._proposed), act=act)
        if move.reject:
            return self._failure("not_that", None)
        if move.choose:
            return self._choose(move.choose, act)
        self.state = move.to
        then = HangUp(self._outcome) if move.to is State.CLOSED else None
        return Reply(Decision.ACT, (self._sentence(move.say),), then, act=act, confidence=1.0)

    def _sentence(self, name: str) -> PlayPrompt:
        """A fixed sentence, as it is said now that people are there, or not."""
        return PlayPrompt(self._phrases.say(name, closed=self._presence.of_line() is not None))

    def _says_again(self, best: Candidate) -> bool:
        """Asked whether it is this, the caller does not say yes, but the same thing once more."""
        same = self._proposed and (best.motive, best.aspect) == (self._proposed.motive, self._proposed.aspect)
        return self.state is State.CONFIRM and bool(same) and best.confidence >= self._half_sure

    def _confirmation(self, best: Candidate) -> Reply | None:
        """Ask whether `best` is the question; None where its entry cannot be spoken or has no subject to name it by.

        A second proposal in a row counts as a failure of the first, so that a caller is not asked for ever.
        """
        entry = self._reader.speakable(best)
        if entry is None or not entry.subject or self._asked_enough():
            return None
        self.state, self._proposed = State.CONFIRM, best
        question = PlayPrompt(self._phrases.confirm(entry.subject))
        return self._about(Decision.CLARIFY, (question,), best, entry)

    def _choice(self, candidates: Sequence[Candidate]) -> Reply | None:
        """Ask which of two it is; None where an entry cannot be spoken or named. Counted as `_confirmation` is."""
        offered = options(candidates, self._reader.speakable)
        if len(offered) < 2 or self._asked_enough():
            return None
        self.state, self._offered, self._menu = State.CHOICE, offered, False
        question = PlayPrompt(self._phrases.choose(offered[0].subject, offered[1].subject))
        self._last_said = (question,)
        best = candidates[0]
        return Reply(
            Decision.CLARIFY,
            (question,),
            motive=best.motive,
            aspect=best.aspect or None,
            confidence=best.confidence,
        )

    def _chosen(self, reading: Interpretation) -> Reply | None:
        """What the caller answers to « pour A, ou pour B ? ». None: they were not asked, or say something else."""
        if self.state is not State.CHOICE:
            return None
        wanted = self._reader.chosen(reading, self._offered, menu=self._menu)
        if len(wanted) == 2:
            first, second = (Context(candidate.motive, candidate.aspect) for candidate in wanted)
            return self._both(first, second)
        if not wanted:
            return None
        self.failures = 0
        return self._motive(wanted[0])

    def _two_questions(self, reading: Interpretation) -> Reply | None:
        """Answer both halves in turn; None: it is one question."""
        both = self._reader.two_questions(reading, self._context)
        return self._both(*both) if both else None

    def _both(self, first: Context, second: Context) -> Reply | None:
        """Each answer, then « autre question ? » once."""
        if not self._reader.answered_in_turn(first, second):
            return None
        self.failures = 0
        before = self._motive(Candidate(first.motive, first.aspect, 1.0), first)
        after = self._motive(Candidate(second.motive, second.aspect, 1.0), second)
        self._last_said = (before.say[0], *after.say)
        return replace(after, say=self._last_said, first=before)

    def _follow_up(self, reading: Interpretation) -> Reply | None:
        """Answer a short question about the turn before, or offer a person where no entry tells it; None: it is none."""
        meant = self._reader.follow_up(reading, self._context, asked=self.state is State.CONFIRM)
        if meant is None:
            return None
        if meant.known:
            self.failures = 0
            return self._motive(Candidate(meant.context.motive, meant.context.aspect, 1.0), meant.context)
        entry = self._answers.find(self._context.motive, "")
        self._offered_service = entry.service if entry else ""
        return self._failure("unknown_detail", None)

    def _choose(self, place: int, act: str) -> Reply | None:
        """The caller presses the key of what was offered in that place, from 1; None: nothing was."""
        if place > len(self._offered):
            return None
        return replace(self._motive(self._offered[place - 1].candidate), act=act)

    def _asked_enough(self) -> bool:
        """A second question of ours in a row counts as a failure of the first; true when a person is better than another one."""
        if self.state not in (State.CONFIRM, State.CHOICE) or self._menu:
            return False
        self.failures += 1
        return self.failures >= self._limit

    def _about(self, decision: Decision, say: tuple[PlayPrompt, ...], best: Candidate, entry: Entry) -> Reply:
        self._last_said = say
        return Reply(
            decision,
            say,
            motive=best.motive,
            aspect=entry.aspect or None,
            confidence=best.confidence,
            answer_id=entry.id,
        )

    def _repeat(self, act: str) -> Reply:
        """Say once more what was last asked or answered; the question it ends with still stands."""
        say = self._last_said or (PlayPrompt(self._phrases.say("nothing_to_repeat")),)
        return Reply(Decision.ACT, say, act=act, confidence=1.0)

    def _motive(self, best: Candidate, context: Context | None = None) -> Reply:
        """Answer `best`; `context`: what the turns after it are read with, where that is more than the words just said."""
        entry = self._answers.find(best.motive, best.aspect)
        self._context = context or slots_of(self._heard, best.motive, entry.aspect if entry else "")
        if entry is None or not entry.may_be_spoken(self._today):
            service = entry.service if entry else ""
            return self._handover(Decision.HANDOVER, "expired", service, best=best)
        self._subject = entry.subject
        said = PlayPrompt(entry.answer, interruptible=entry.kind != "transfer")
        if entry.kind == "transfer":
            return self._handover(
                Decision.HANDOVER, "entry", entry.service, best=best, first=(said,), answer_id=entry.id
            )
        self._outcome, self.state = Outcome.ANSWERED, State.ANYTHING_ELSE
        decision = Decision.ORIENT if entry.kind == "orient" else Decision.ANSWER
        say = (said, PlayPrompt(self._phrases.say("anything_else")))
        return self._about(decision, say, best, entry)

    def _failure(self, kind: str, best: Candidate | None, candidates: Sequence[Candidate] = ()) -> Reply:
        """`kind`: no_match, no_input, not_that (the caller rejected what was proposed), unknown_detail (no entry tells it)."""
        confidence = best.confidence if best else 0.0
        self.failures += 1
        if self.failures >= self._limit:
            reason = "no_input" if kind == "no_input" else "no_match"
            decision = Decision.HANDOVER if kind == "no_input" else Decision.NO_MATCH
            service = self._offered_service if kind == "unknown_detail" else ""
            return replace(self._handover(decision, reason, service), confidence=confidence)
        if self.failures > 1 and kind != "unknown_detail" and (choices := self._explicit(candidates)):
            return replace(choices, confidence=confidence)
        self.state = State.QUESTION
        prompt = self._sentence(kind)
        if kind == "unknown_detail":
            self.state = State.ANYTHING_ELSE if self._presence.of_line() else State.OFFER
            self._last_said = (prompt,)
        return Reply(Decision.NO_MATCH, (prompt,), confidence=confidence)

    def _explicit(self, candidates: Sequence[Candidate]) -> Reply | None:
        """After a second failure: the two likeliest by name where there is a hint of them, else what is asked most; keys do as well."""
        likely = options(candidates[:2], self._reader.speakable)
        hinted = len(likely) == 2 and sum(option.candidate.confidence for option in likely) >= HINT
        self._offered = likely if hinted else options(self._most_asked, self._reader.speakable)[: len(MENU)]
        if not self._offered:
            return None
        self.state, self._menu = State.CHOICE, not hinted
        subjects = [option.subject for option in self._offered]
        closed = self._presence.of_line() is not None
        texts = (self._phrases.choose(*subjects),) if hinted else self._phrases.menu(subjects, closed=closed)
        self._last_said = tuple(PlayPrompt(text) for text in texts)
        return Reply(Decision.NO_MATCH, self._last_said)

    def _emergency(self, number: str) -> Reply:
        self._emergency_number = number
        instruction = PlayPrompt(self._phrases.emergency(number), interruptible=False)
        nobody = self._presence.of_service(self._answers.service("")) is not None
        if nobody and self._on_call is None:
            return self._emergency_alone(number, instruction)
        service_id = self._on_call.id if nobody and self._on_call else ""
        return self._handover(
            Decision.EMERGENCY, "emergency", service_id, first=(instruction,), emergency=number
        )

    def _emergency_alone(self, number: str, instruction: PlayPrompt) -> Reply:
        """Nobody can take over: the caller is told whom to call, and stays with the bot (unless it was giving up)."""
        last = PlayPrompt(self._phrases.emergency_alone(number), interruptible=False)
        self._last_said = (instruction, last)
        self._needs_a_person()
        then = HangUp(self._outcome) if self._ending else None
        return Reply(Decision.EMERGENCY, self._last_said, then, emergency=number, confidence=1.0)

    def _handover(
        self,
        decision: Decision,
        reason: str,
        service_id: str,
        *,
        best: Candidate | None = None,
        act: str | None = None,
        emergency: str | None = None,
        answer_id: str | None = None,
        first: tuple[PlayPrompt, ...] = (),
    ) -> Reply:
        """The sentence before a transfer is never interrupted, so that the caller knows who comes next."""
        service = self._answers.service(service_id)
        closed = None if emergency else self._presence.of_service(service)
        if closed:
            said = self._say_closed(reason, service, closed)
            aspect = (best.aspect or None) if best else None
            return replace(
                said,
                decision=decision,
                motive=best.motive if best else None,
                aspect=aspect,
                act=act,
                confidence=best.confidence if best else 1.0,
            )
        self.state = State.HANDED_OVER
        phrases = self._phrases
        announced = (
            phrases.emergency_handover(emergency, service) if emergency else phrases.handover(reason, service)
        )
        announcement = PlayPrompt(announced, interruptible=False)
        reply = Reply(
            decision,
            (*first, announcement),
            Transfer(service.id, service.destination, reason),
            motive=best.motive if best else None,
            aspect=(best.aspect or None) if best else None,
            act=act,
            emergency=emergency,
            confidence=best.confidence if best else 1.0,
            answer_id=answer_id,
        )
        hopeless = self._hopeless and reason != "emergency"
        return self._nobody(reply, reason, first) if hopeless else reply

    def _say_closed(self, reason: str, service: Service, closed: Closed) -> Reply:
        """Say until when nobody is there, instead of a handover; then go on, or take leave where the bot cannot."""
        sentence = nobody_there(reason, service, closed)
        if reason in LAST:
            return self._leave_alone(reason, sentence)
        self._needs_a_person()
        self._last_said = PlayPrompt(sentence), self._sentence("anything_else")
        return Reply(Decision.HANDOVER, self._last_said)

    def _leave_alone(self, reason: str, sentence: str) -> Reply:
        """A caller who is silent may still say something; else nothing interrupts the bot that must stop."""
        self.state, self._ending = State.CLOSED, reason != "no_input"
        if reason == "fault":
            self._outcome = Outcome.FAILED
        elif reason != "no_input":
            self._outcome = Outcome.CLOSED
        texts = sentence, self._phrases.say("goodbye")
        say = tuple(PlayPrompt(text, interruptible=not self._ending) for text in texts)
        return Reply(Decision.HANDOVER, say, HangUp(self._outcome))

    def _needs_a_person(self) -> None:
        """The caller needs a person whom they do not get; an answer to another question makes good for it."""
        self._outcome = Outcome.CLOSED if self._outcome is not Outcome.FAILED else self._outcome
        self.state, self.failures, self._proposed = State.ANYTHING_ELSE, 0, None

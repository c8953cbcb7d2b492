"""The way to a person within the dialogue: announce one, say that nobody is there, go on when nobody was reached. No I/O."""

from dataclasses import dataclass, replace

from callbot.dialogue.alarms import ASKED, ENGLISH, QUESTIONS, Question
from callbot.dialogue.closed import LAST, Closed, Presence
from callbot.dialogue.handover import Plan
from callbot.dialogue.memory import Memory
from callbot.dialogue.moves import State
from callbot.dialogue.phrases import Phrases
from callbot.dialogue.reply import Answers, MessageStep, Reply
from callbot.dialogue.transfer_phrases import TransferPhrases, briefing
from callbot.events import Decision, HangUp, Outcome, PlayPrompt, Transfer, TransferResult
from callbot.knowledge.entries import Service
from callbot.understanding.interpretation import Candidate

OFFERS_CALLBACK = frozenset({"asked", "entry", "no_match", "expired", "story"})
"""Reasons of a handover that cannot be, after which the caller is asked whether somebody should call them back."""

OFFERS_MESSAGE = OFFERS_CALLBACK | {"callback"}
"""The same, after which they may leave a message."""

OFFER_MESSAGE = {True: "offer_message", False: "message_consent"}
"""The sentence, by whether a call-back is offered before it."""


@dataclass(frozen=True, slots=True)
class People:
    """Whom one conversation may be handed to. It decides with `memory`, and keeps nothing besides.

    `presence`: whether a person is there to take over; `on_call`: who takes emergencies over when nobody else is there.
    """

    memory: Memory
    phrases: Phrases
    answers: Answers
    presence: Presence
    on_call: Service | None
    takes_callbacks: bool = False
    takes_messages: bool = False
    """While nobody is there."""
    calls_back: bool = False
    """Who waits for them in the queue may ask to be called back."""

    @property
    def are_away(self) -> bool:
        """Nobody is there for the callers of this line."""
        return self.presence.of_line() is not None

    def sentence(self, name: str) -> PlayPrompt:
        """A fixed sentence, as it is said now that people are there, or not."""
        return PlayPrompt(self.phrases.say(name, closed=self.are_away))

    # -- announcing one --------------------------------------------------------------------------------------------

    def handover(
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
        service = self.answers.service(service_id)
        closed = None if emergency else self.presence.of_service(service)
        if closed:
            said = self._say_closed(reason, service, closed)
            said = replace(said, say=(*first, *said.say)) if reason == "callback" else said
            aspect = (best.aspect or None) if best else None
            return replace(
                said,
                decision=decision,
                motive=best.motive if best else None,
                aspect=aspect,
                act=act,
                confidence=best.confidence if best else 1.0,
            )
        self.memory.state = State.HANDED_OVER
        phrases = self.phrases
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
        unheard = reason == "no_input" and not self.memory.met and self.memory.reached_nobody > 0
        hopeless = (self.memory.hopeless and reason != "emergency") or unheard
        return self._nobody(reply, reason, first) if hopeless else reply

    def doubtful(self, question: Question) -> Reply:
        """Ask whether it is an emergency; what is told again after that is one."""
        memory = self.memory
        if memory.state in ASKED:
            return self.emergency(question.number)
        memory.state, memory.failures, memory.proposed = question.state, 0, None
        memory.last_said = (PlayPrompt(self.phrases.say(question.sentence)),)
        return Reply(Decision.CLARIFY, memory.last_said, confidence=1.0)

    def person_or_112(self) -> Reply:
        """It is not clear whether somebody is in danger: whom to call if so, and a person of the town hall where one is there."""
        memory, closed = self.memory, self.presence.of_line() is not None
        memory.state, memory.offered_service = (State.ANYTHING_ELSE if closed else State.OFFER), ""
        memory.last_said = (self.sentence("danger_person"),)
        return Reply(Decision.CLARIFY, memory.last_said, confidence=1.0)

    def emergency(self, number: str, language: str = "") -> Reply:
        """Whom to call, at once; then a person, where one is there. `language`: that of the caller's words, empty for ours."""
        reply = self._called_for(number)
        if language == "en" and number in ENGLISH:
            return replace(reply, say=(PlayPrompt(ENGLISH[number], interruptible=False), *reply.say))
        return reply

    def _called_for(self, number: str) -> Reply:
        self.memory.emergency_number = number
        instruction = PlayPrompt(self.phrases.emergency(number), interruptible=False)
        nobody = self.presence.of_service(self.answers.service("")) is not None
        if nobody and self.on_call is None:
            return self._emergency_alone(number, instruction)
        service_id = self.on_call.id if nobody and self.on_call else ""
        return self.handover(
            Decision.EMERGENCY, "emergency", service_id, first=(instruction,), emergency=number
        )

    def _emergency_alone(self, number: str, instruction: PlayPrompt) -> Reply:
        """Nobody can take over: the caller is told whom to call, and stays with the bot (unless it was giving up)."""
        memory = self.memory
        last = PlayPrompt(self.phrases.emergency_alone(number), interruptible=False)
        memory.last_said = (instruction, last)
        memory.needs_a_person()
        then = HangUp(memory.outcome) if memory.ending else None
        return Reply(Decision.EMERGENCY, memory.last_said, then, emergency=number, confidence=1.0)

    # -- nobody is there -------------------------------------------------------------------------------------------

    def _say_closed(self, reason: str, service: Service, closed: Closed) -> Reply:
        """Say until when nobody is there, instead of a handover; then go on, or take leave where the bot cannot."""
        sentence = self.phrases.nobody_there(reason, service, closed)
        if reason in LAST:
            return self._leave_alone(reason, sentence)
        self.memory.needs_a_person()
        calls = reason in OFFERS_CALLBACK and self._offer_callback()
        leaves = reason in OFFERS_MESSAGE and self._offer_message(asked=not calls)
        names = (*(["offer_callback"] if calls else []), *([OFFER_MESSAGE[calls]] if leaves else []))
        self.memory.last_said = (
            PlayPrompt(sentence),
            *(self.sentence(name) for name in names or ("anything_else",)),
        )
        step = MessageStep.OFFERED if leaves else None
        return Reply(Decision.HANDOVER, self.memory.last_said, message=step)

    @property
    def _in_danger(self) -> list[str]:
        """What a silent caller must know before the bot leaves them: they may be silent because they must."""
        return [] if self.memory.answered else [self.phrases.say("silent_danger")]

    def _offer_callback(self) -> bool:
        """Offer to have the caller called back, once; false: not in this call."""
        memory = self.memory
        if not self.takes_callbacks or memory.callback_offered:
            return False
        memory.callback_offered, memory.state = True, State.OFFER_CALLBACK
        return True

    def _offer_message(self, *, asked: bool) -> bool:
        """Offer that the caller leaves a message, once; `asked`: with the question whether we may record it. False: not in this call."""
        memory = self.memory
        if not self.takes_messages or memory.message_offered:
            return False
        memory.message_offered = True
        if asked:
            memory.state, memory.consent_asked = State.MESSAGE_CONSENT, 1
        return True

    def _leave_alone(self, reason: str, sentence: str) -> Reply:
        """A caller who is silent may still say something; else nothing interrupts the bot that must stop."""
        memory = self.memory
        memory.state, memory.ending = State.CLOSED, reason != "no_input"
        texts = [sentence, self.phrases.say("goodbye")]
        if reason == "fault":
            memory.outcome = Outcome.FAILED
        elif reason == "no_input":
            memory.take_leave_of_nobody()
            texts[1:1] = self._in_danger
        else:
            memory.outcome = Outcome.CLOSED
        say = tuple(PlayPrompt(text, interruptible=not memory.ending) for text in texts)
        return Reply(Decision.HANDOVER, say, HangUp(memory.outcome))

    # -- nobody was reached ----------------------------------------------------------------------------------------

    def given_back(self, result: TransferResult) -> tuple[PlayPrompt, ...]:
        """The first sentences to a caller whom the PBX brings back from a transfer that failed so."""
        self.memory.reached_nobody, self.memory.state = 1, State.ANYTHING_ELSE
        told = self._transfer_phrases.given_back(result, self.answers.service(""))
        return PlayPrompt(self.phrases.texts.again, interruptible=False), PlayPrompt(told)

    def plan(self, transfer: Transfer) -> Plan:
        """What is said during the handover, to the caller and to the person."""
        memory = self.memory
        service = self.answers.service(transfer.service)
        waiting = self._transfer_phrases.waiting(service)
        return Plan(
            waiting,
            briefing(transfer.reason, memory.subject),
            memory.subject,
            motive=memory.context.motive,
            calls_back=self.calls_back,
            instead=self._asks_by_keys(transfer.reason),
            texts=self.phrases.texts,
            back=self.phrases.texts.pass_back.format(service=service.spoken),
            urgent={
                number: (self.phrases.emergency(number), self.phrases.emergency_handover(number, service))
                for number in self.phrases.texts.emergency_names
            },
            doubts={one.sentence: self.phrases.say(one.sentence) for one in QUESTIONS.values()},
        )

    def urgent(self, transfer: Transfer, number: str) -> Transfer:
        """The same handover, now that who waits for it has told of an emergency."""
        self.memory.emergency_number = number
        return replace(transfer, reason="emergency")

    def come_back(self, transfer: Transfer, result: TransferResult, *, deaf: bool) -> Reply:
        """React to a handover that failed: the reception once, else the conversation goes on."""
        memory = self.memory
        service, reception = self.answers.service(transfer.service), self.answers.service("")
        phrases = self._transfer_phrases
        other = service.id != reception.id and reception.destination not in ("", transfer.destination)
        if other and self.presence.of_service(reception) is None:
            instead = PlayPrompt(phrases.reception_instead(result, service), interruptible=False)
            there = Transfer(reception.id, reception.destination, transfer.reason)
            return Reply(Decision.HANDOVER, (instead,), there)
        memory.reached_nobody += 1
        if deaf or (transfer.reason in LAST and memory.hopeless) or transfer.reason == "closing":
            return self._farewell(
                "fault" if deaf else transfer.reason, PlayPrompt(phrases.failure(result, service))
            )
        memory.state, memory.failures = State.ANYTHING_ELSE, 0
        if transfer.reason == "emergency":
            number = memory.emergency_number
            instruction = PlayPrompt(self.phrases.emergency(number), interruptible=False)
            failure = PlayPrompt(phrases.failure(result, service), interruptible=False)
            return Reply(
                Decision.EMERGENCY, (failure, instruction, PlayPrompt(self.phrases.texts.given_back))
            )
        if not (memory.hopeless or memory.held):
            return Reply(Decision.HANDOVER, (PlayPrompt(phrases.given_back(result, service)),))
        if memory.held or self._offer_callback():
            last = (
                (self.sentence("number_kept"), self.sentence("anything_else"))
                if memory.held
                else self._call_back_offered
            )
            memory.last_said = (PlayPrompt(phrases.failure(result, service)), *last)
            return Reply(Decision.HANDOVER, memory.last_said)
        return Reply(Decision.HANDOVER, (PlayPrompt(phrases.nobody(result, service)),))

    def _asks_by_keys(self, reason: str) -> bool:
        """Whether who gets no place in the queue is asked by keys, once, to be called back: in words that is not done here."""
        by_keys = self.calls_back and not self.takes_callbacks
        return by_keys and reason in OFFERS_CALLBACK and not self.memory.callback_offered

    def turned_away(self, transfer: Transfer, *, asked: bool) -> Reply:
        """As many wait in the queue as may: offer a call-back, once; else the service itself is rung, as without a queue.

        `asked`: they have heard that, and do not want to be called back.
        """
        memory, texts = self.memory, self.phrases.texts
        memory.callback_offered = memory.callback_offered or asked
        if transfer.reason in OFFERS_CALLBACK and not memory.held and self._offer_callback():
            memory.reached_nobody, memory.failures = memory.reached_nobody + 1, 0
            memory.last_said = (PlayPrompt(texts.queue_full), self.sentence("offer_callback"))
            return Reply(Decision.HANDOVER, memory.last_said)
        rung = texts.reception_instead.format(service=self.answers.service(transfer.service).spoken)
        texts_said = (rung,) if asked else (texts.queue_full, rung)
        said = tuple(PlayPrompt(text, interruptible=False) for text in texts_said)
        return Reply(Decision.HANDOVER, said, transfer)

    @property
    def _call_back_offered(self) -> tuple[PlayPrompt, ...]:
        return PlayPrompt(self.phrases.texts.nobody_now), self.sentence("offer_callback")

    @property
    def _transfer_phrases(self) -> TransferPhrases:
        return self.phrases.transfer(self.answers.service(""))

    def _farewell(self, reason: str, *first: PlayPrompt) -> Reply:
        """A caller who is silent may still say something; else nothing interrupts the bot that must stop."""
        memory = self.memory
        memory.state, memory.ending = State.CLOSED, reason != "no_input"
        if reason == "fault":
            memory.outcome = Outcome.FAILED
        if reason == "no_input":
            memory.take_leave_of_nobody()
            first = (*first, *map(PlayPrompt, self._in_danger))
        say = tuple(
            replace(said, interruptible=not memory.ending)
            for said in (*first, PlayPrompt(self.phrases.texts.farewell))
        )
        return Reply(Decision.HANDOVER, say, HangUp(memory.outcome))

    def _nobody(self, reply: Reply, reason: str, first: tuple[PlayPrompt, ...]) -> Reply:
        """In place of one more handover."""
        if reason in LAST:
            return replace(self._farewell(reason, *first), decision=reply.decision)
        self.memory.state, self.memory.failures = State.ANYTHING_ELSE, 0
        offers = reason in OFFERS_CALLBACK and self._offer_callback()
        texts = self.phrases.texts
        last = self._call_back_offered if offers else (PlayPrompt(texts.nobody),)
        return replace(reply, say=(*first, *last), then=None)

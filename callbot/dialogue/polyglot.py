"""A conversation that may change its language: a Dialogue for each, of which one speaks at a time. No I/O, no clock.

A change is asked for by key (each language has one; pressed again it leaves the language) or by words. What was achieved in the call
goes along: the outcome, how often nobody was reached, the pace, the subject that a person will be told. Who picks up is French.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from callbot.dialogue.callback_request import Request
from callbot.dialogue.handover import Plan
from callbot.dialogue.machine import Dialogue
from callbot.dialogue.moves import State
from callbot.dialogue.reply import Reply
from callbot.dialogue.transfer_phrases import briefing
from callbot.events import Decision, Outcome, PlayPrompt, Transfer, TransferResult
from callbot.knowledge.entries import Entry
from callbot.turn_taking.expectation import Expects
from callbot.understanding.interpretation import Interpretation

__all__ = ["Polyglot", "Speech", "Talk"]

ACT = "langue_"
"""What an act that asks for a language begins with; its code follows."""
DECIDED = (State.HANDED_OVER, State.CLOSED)
"""Where a caller may not ask for another language any more."""


class Talk(Protocol):
    """What turn-taking needs of a conversation: Dialogue has it, and so has Polyglot."""

    @property
    def failures(self) -> int:
        """Utterances not understood, or silences, in a row."""

    @property
    def state(self) -> State:
        """Where the conversation stands."""

    @property
    def language(self) -> str:
        """What is spoken now."""

    @property
    def keys(self) -> frozenset[str]:
        """The telephone keys that may mean something."""

    @property
    def expects(self) -> Expects:
        """What kind of answer our last sentence asks for."""

    @property
    def takes_keys(self) -> bool:
        """Every key may belong to a number that the caller is pressing."""

    def answers(self, reading: Interpretation) -> bool:
        """Whether an utterance is one of the few answers that our last question asks for."""

    def written(self, text: str) -> str:
        """What of an utterance may be written down."""

    def keep_callback(self) -> Request | None:
        """The request of a caller who is gone, if its number was confirmed."""

    def open(self) -> tuple[PlayPrompt, ...]:
        """The first sentences."""

    def open_again(self, result: TransferResult) -> tuple[PlayPrompt, ...]:
        """The first sentences to a caller whom the PBX brings back."""

    def hear(self, reading: Interpretation) -> Reply:
        """React to an utterance."""

    def press(self, digit: str) -> Reply | None:
        """React to a key."""

    def silence(self) -> Reply:
        """React to a caller who says nothing."""

    def recorded(self, ended: str, *, kept: bool) -> Reply:
        """React to a message that is over."""

    def give_up(self, reason: str) -> Reply:
        """Hand over for a reason outside the conversation."""

    def interrupt(self, reading: Interpretation, times: int) -> Reply:
        """React to one who speaks without end."""

    def hold(self) -> Reply:
        """React to music where a caller should be."""

    def leave(self, reason: str) -> Reply:
        """End the call, for there is nobody to talk to."""

    def reopen(self) -> None:
        """The caller spoke again while we took leave."""

    def plan(self, transfer: Transfer) -> Plan:
        """What is said during the handover."""

    def urgent(self, transfer: Transfer, number: str) -> Transfer:
        """Who waits for a person has told of an emergency: the same way, for that."""

    def passed_on(self, service: str) -> Transfer:
        """To whom a caller goes whom an agent passes on to `service`."""

    def come_back(self, transfer: Transfer, result: TransferResult, *, deaf: bool) -> Reply:
        """React to a handover that failed."""

    def turned_away(self, transfer: Transfer, *, asked: bool = False) -> Reply:
        """React to a queue that takes nobody more."""

    @property
    def outcome_if_gone(self) -> Outcome:
        """The outcome when the caller hangs up now."""

    @property
    def own_outcome(self) -> Outcome:
        """What the bot itself has achieved."""


@dataclass(frozen=True, slots=True)
class Speech:
    """What one language needs in one call. `make`: its Dialogue, made when it is first spoken."""

    key: str
    offer: str
    """The end of another language's greeting: how to come to this one."""
    first: str
    again: str
    briefing: str
    asks_for: Callable[[str], bool]
    """Whether a normalised utterance does nothing but ask for this language."""
    make: Callable[[], Dialogue]


class Polyglot:
    """One caller's conversation on a line that speaks `home` at first. `french`: the French entry of a motive and an aspect."""

    def __init__(
        self, speeches: Mapping[str, Speech], home: str, french: Callable[[str, str], Entry | None]
    ) -> None:
        self._speeches = speeches
        self._home = self.language = home
        self._french = french
        self._dialogues = {home: speeches[home].make()}
        self._about: tuple[str, str] | None = None  # the last motive and aspect, for who picks up

    @property
    def state(self) -> State:
        """Where the conversation stands, in the language that is spoken."""
        return self._now.state

    @property
    def failures(self) -> int:
        """Utterances not understood, or silences, in a row."""
        return self._now.failures

    @property
    def keys(self) -> frozenset[str]:
        """Those of the dialogue and those of the languages."""
        return self._now.keys | {speech.key for speech in self._speeches.values()}

    @property
    def outcome_if_gone(self) -> Outcome:
        """As the dialogue that speaks has it."""
        return self._now.outcome_if_gone

    @property
    def own_outcome(self) -> Outcome:
        """As the dialogue that speaks has it."""
        return self._now.own_outcome

    @property
    def expects(self) -> Expects:
        """As the dialogue that speaks has it."""
        return self._now.expects

    @property
    def takes_keys(self) -> bool:
        """As the dialogue that speaks has it."""
        return self._now.takes_keys

    def open(self) -> tuple[PlayPrompt, ...]:
        """The line's greeting, then how to go on in each other language, in that language."""
        offers = [
            PlayPrompt(speech.offer, language=code)
            for code, speech in self._speeches.items()
            if code != self.language
        ]
        return (*self._now.open(), *offers)

    def open_again(self, result: TransferResult) -> tuple[PlayPrompt, ...]:
        """As the line's language has it."""
        return self._now.open_again(result)

    def hear(self, reading: Interpretation) -> Reply:
        """Change the language if that is what the caller says, or cries for help in, else react as the dialogue does."""
        if reading.emergency and reading.language in self._speeches and reading.language != self.language:
            self._switch(reading.language)
            reply = self._noted(self._now.hear(replace(reading, language="")))
            return replace(reply, language=self.language)
        wanted = self._asked_for(reading)
        if wanted:
            return self._turn(wanted, act=f"{ACT}{wanted}")
        return self._noted(self._now.hear(reading))

    def answers(self, reading: Interpretation) -> bool:
        """As the dialogue has it."""
        return self._now.answers(reading)

    def written(self, text: str) -> str:
        """As the dialogue has it."""
        return self._now.written(text)

    def keep_callback(self) -> Request | None:
        """As the dialogue has it."""
        return self._now.keep_callback()

    def press(self, digit: str) -> Reply | None:
        """The dialogue's keys come first: while it takes a number down, a language's key is a figure."""
        reply = self._now.press(digit)
        if reply or self._now.takes_keys:
            return self._noted(reply) if reply else None
        wanted = next((code for code, speech in self._speeches.items() if speech.key == digit), "")
        if not wanted or self._now.state in DECIDED:
            return None
        if wanted == self.language:
            others = [code for code in (self._home, *self._speeches) if code != self.language]
            wanted = others[0]
        return self._turn(wanted, act=f"{ACT}{wanted}")

    def silence(self) -> Reply:
        """As the dialogue does."""
        return self._now.silence()

    def recorded(self, ended: str, *, kept: bool) -> Reply:
        """As the dialogue does."""
        return self._now.recorded(ended, kept=kept)

    def give_up(self, reason: str) -> Reply:
        """As the dialogue does."""
        return self._now.give_up(reason)

    def interrupt(self, reading: Interpretation, times: int) -> Reply:
        """As the dialogue does; a language is asked for, and help cried for, in whatever length of speech."""
        if reading.emergency or self._asked_for(reading):
            return self.hear(reading)
        return self._noted(self._now.interrupt(reading, times))

    def hold(self) -> Reply:
        """As the dialogue does."""
        return self._now.hold()

    def leave(self, reason: str) -> Reply:
        """As the dialogue does."""
        return self._now.leave(reason)

    def reopen(self) -> None:
        """As the dialogue does."""
        self._now.reopen()

    def plan(self, transfer: Transfer) -> Plan:
        """The caller waits in their language; who picks up is told in French what it is about, and what the caller speaks."""
        plan = self._now.plan(transfer)
        speech = self._speeches[self.language]
        if not speech.briefing:
            return plan
        entry = self._french(*self._about) if self._about else None
        subject = entry.subject if entry else ""
        return replace(plan, briefing=(*briefing(transfer.reason, subject), speech.briefing), purpose=subject)

    def urgent(self, transfer: Transfer, number: str) -> Transfer:
        """As the dialogue does."""
        return self._now.urgent(transfer, number)

    def passed_on(self, service: str) -> Transfer:
        """As the dialogue does."""
        return self._now.passed_on(service)

    def come_back(self, transfer: Transfer, result: TransferResult, *, deaf: bool) -> Reply:
        """As the dialogue does."""
        return self._now.come_back(transfer, result, deaf=deaf)

    def turned_away(self, transfer: Transfer, *, asked: bool = False) -> Reply:
        """As the dialogue does."""
        return self._now.turned_away(transfer, asked=asked)

    # -- inside ----------------------------------------------------------------------------------------------------

    @property
    def _now(self) -> Dialogue:
        return self._dialogues[self.language]

    def _asked_for(self, reading: Interpretation) -> str:
        """The language that the utterance asks for, empty for none. An emergency comes before."""
        if reading.emergency or self._now.state in DECIDED:
            return ""
        for code, speech in self._speeches.items():
            if reading.act == f"{ACT}{code}" or speech.asks_for(reading.text):
                return code
        return ""

    def _turn(self, wanted: str, act: str) -> Reply:
        """Go on in `wanted`: say so, with the disclosure when it was not heard in that language yet."""
        speech, before = self._speeches[wanted], self._now
        if wanted == self.language:
            return self._said(before, act, PlayPrompt(speech.again))
        new = wanted not in self._dialogues
        lost = self._switch(wanted)
        if new:
            disclosure = PlayPrompt(speech.first, interruptible=False)
            reply = self._said(self._now, act, disclosure, *lost, self._now.greeting())
        else:
            reply = self._said(self._now, act, *lost, PlayPrompt(speech.again))
        return replace(reply, language=wanted)

    def _switch(self, wanted: str) -> tuple[PlayPrompt, ...]:
        """Go on in another language; what is to be said of what is lost by it."""
        before = self._now
        if wanted not in self._dialogues:
            self._dialogues[wanted] = self._speeches[wanted].make()
        self.language = wanted
        return self._now.go_on_from(before)

    @staticmethod
    def _said(dialogue: Dialogue, act: str, *say: PlayPrompt) -> Reply:
        return dialogue.asks(Reply(Decision.ACT, say, act=act, confidence=1.0))

    def _noted(self, reply: Reply) -> Reply:
        if reply.motive:
            self._about = (reply.motive, reply.aspect or "")
        return reply

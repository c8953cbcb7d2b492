"""What one conversation remembers from turn to turn: one value, which the parts of the dialogue share and change."""

from dataclasses import dataclass, field, replace

from callbot.dialogue.callback import Callback
from callbot.dialogue.callback_request import Request
from callbot.dialogue.choices import Option
from callbot.dialogue.context import Context
from callbot.dialogue.moves import State
from callbot.dialogue.satisfaction_table import Progress
from callbot.events import Outcome, PlayPrompt
from callbot.understanding.interpretation import Candidate

MOST_COURTESIES = 3
"""Thanks, assents and refusals in a row after which the call ends: nobody is asked for ever whether there is something else."""

MOST_FAILURES = 2
"""Handovers that reached nobody; then no other one is tried in this call, save in an emergency."""


@dataclass(frozen=True, slots=True)
class Suspended:
    """What stood when « Est-ce une urgence ? » was asked. `best`: what else the sentence may have been that it was asked about."""

    state: State
    last_said: tuple[PlayPrompt, ...] = ()
    proposed: Candidate | None = None
    offered: tuple[Option, ...] = ()
    menu: bool = False
    best: Candidate | None = None


@dataclass(slots=True)
class Memory:
    """Where the conversation stands, and what of it the next turns need. Hidden in `repr`: what the caller said."""

    state: State = State.QUESTION
    failures: int = 0
    """Utterances not understood, or silences, in a row."""
    courtesies: int = 0
    """Thanks, assents and refusals in a row, without a question."""
    answered: bool = False
    """Something was, in this call."""
    outcome: Outcome = Outcome.ABANDONED
    met: bool = False
    """Something was said or pressed: somebody is there."""
    heard: str = field(default="", repr=False)
    """The last utterance that was no act."""
    context: Context = field(default=Context(), repr=False)
    last_said: tuple[PlayPrompt, ...] = ()
    """What is said once more to a caller who asks for it."""
    proposed: Candidate | None = None
    """What « C'est bien ça ? » asked about."""
    offered: tuple[Option, ...] = ()
    """What the caller was asked to choose between."""
    menu: bool = False
    """The choice stands among what is asked most, which proposes nothing."""
    slow: int = 0
    """How many times the caller asked for it, up to SLOWEST."""
    offered_service: str = ""
    """Who may know a detail that we do not."""
    subject: str = ""
    """What the caller was last answered about, for who picks up."""
    emergency_number: str = ""
    reached_nobody: int = 0
    """Handovers that failed."""
    callback: Callback | None = None
    """The call-back request that is being taken down."""
    noted: bool = False
    """A request was, in the turn before."""
    held: Request | None = field(default=None, repr=False)
    """A request whose number was confirmed, for the time in which a person is called instead."""
    callback_offered: bool = False
    """It is offered once in a call, and taken whenever the caller asks for it."""
    message_offered: bool = False
    """So is a message."""
    consent_asked: int = 0
    """Times in a row that we asked whether we may record it."""
    suspended: Suspended | None = None
    ending: bool = False
    """Given up while nobody was there: all that follows ends the call."""
    survey: Progress = field(default_factory=Progress)
    """How far the questions about satisfaction are, or why there will be none."""

    @property
    def hopeless(self) -> bool:
        """Nobody can be reached in this call."""
        return self.reached_nobody >= MOST_FAILURES

    def proposals(self) -> tuple[Context, ...]:
        """What the question that was just asked is about, with what the caller has told of it."""
        if self.state is State.CONFIRM and self.proposed:
            return (replace(self.context, motive=self.proposed.motive, aspect=self.proposed.aspect),)
        if self.state is State.CHOICE and not self.menu:
            asked = [option.candidate for option in self.offered]
            return tuple(replace(self.context, motive=one.motive, aspect=one.aspect) for one in asked)
        return ()

    def suspend(self, best: Candidate | None) -> None:
        """Keep the question that stands, while another one is asked."""
        self.suspended = Suspended(self.state, self.last_said, self.proposed, self.offered, self.menu, best)

    def restore(self, before: Suspended) -> None:
        """The question that stood stands again."""
        self.state, self.last_said = before.state, before.last_said
        self.proposed, self.offered, self.menu = before.proposed, before.offered, before.menu

    def meet(self) -> None:
        """Something was said or pressed."""
        self.met = True
        if self.outcome is Outcome.ABSENT:
            self.outcome = Outcome.ABANDONED

    def take_leave_of_nobody(self) -> None:
        """The call ends without anybody at the other end; who had been there keeps what was achieved."""
        if self.outcome is Outcome.ABANDONED and not self.met:
            self.outcome = Outcome.ABSENT

    def needs_a_person(self) -> None:
        """The caller needs a person whom they do not get; an answer to another question makes good for it."""
        self.outcome = Outcome.CLOSED if self.outcome is not Outcome.FAILED else self.outcome
        self.state, self.failures, self.proposed = State.ANYTHING_ELSE, 0, None

    def go_on_from(self, other: "Memory") -> None:
        """The caller changes the language: keep what was achieved, how slowly they want to be spoken to, and what it was about."""
        for name in (
            "outcome",
            "met",
            "answered",
            "context",
            "slow",
            "emergency_number",
            "reached_nobody",
            "ending",
            "survey",
            "message_offered",
        ):
            setattr(self, name, getattr(other, name))

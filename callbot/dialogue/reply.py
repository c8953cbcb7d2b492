"""What the dialogue says to an utterance, and what it needs of the knowledge base to do so."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from callbot.dialogue.callback_request import Request
from callbot.dialogue.satisfaction_table import Told
from callbot.events import Decision, HangUp, PlayPrompt, RecordMessage, Transfer
from callbot.knowledge.entries import Entry, Service


class Answers(Protocol):
    """What the dialogue needs of the knowledge base."""

    def find(self, motive: str, aspect: str) -> Entry | None:
        """The entry for the aspect, else the general one of the motive, whether or not it may be spoken."""

    def service(self, service_id: str) -> Service:
        """The service, or the default one when `service_id` is empty."""


class MessageStep(StrEnum):
    """What a reply decides of a caller's message."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    """To be recorded, for the first time."""
    AGAIN = "again"
    """The one that is kept is erased, and another one recorded."""
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Reply:
    """The bot's turn: sentences in order, then what ends the call, if anything. The rest is what `callbot ask` prints."""

    decision: Decision
    say: tuple[PlayPrompt, ...]
    then: Transfer | HangUp | RecordMessage | None = None
    motive: str | None = None
    aspect: str | None = None
    act: str | None = None
    emergency: str | None = None
    confidence: float = 0.0
    answer_id: str | None = None
    callback: Request | None = None
    """What the caller has just confirmed: somebody is to call them back."""
    survey: Told | None = None
    """How satisfied the caller is, or that they are being asked."""
    first: "Reply | None" = None
    """The answer to the first of two questions; its words are in `say` as well."""
    message: "MessageStep | None" = None
    """What was decided of a message that the caller may leave."""
    language: str | None = None
    """The conversation goes on in this language from now on."""

    @property
    def text(self) -> str:
        """The words spoken."""
        return " ".join(prompt.text for prompt in self.say)

    @property
    def shown(self) -> str:
        """The words without numbers that tell who somebody is: for whatever is written down."""
        return " ".join(prompt.shown or prompt.text for prompt in self.say)

    @property
    def private(self) -> bool:
        """Whether the words tell who somebody is."""
        return any(prompt.shown for prompt in self.say)

"""The states of a dialogue, and what each dialogue act leads to in them: one table."""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class State(StrEnum):
    """Where the conversation stands: which question of ours the caller is answering."""

    QUESTION = "question"
    """We asked what the caller wants."""
    ANYTHING_ELSE = "anything_else"
    """We answered and asked whether there is something else."""
    CONFIRM = "confirm"
    """We were half sure and asked whether that is the question."""
    CHOICE = "choice"
    """Several questions were close and we asked which one it is."""
    OFFER = "offer"
    """We did not know a detail and asked whether a person should tell it."""
    HANDED_OVER = "handed_over"
    """A person was announced; nothing more is decided."""
    CLOSED = "closed"
    """We took leave."""


@dataclass(frozen=True, slots=True)
class Move:
    """What a dialogue act leads to: a fixed sentence and the next state, or one of the following.

    `reason`: a handover; `repeat`: what was last said; `accept`: the proposed answer; `reject`: a question instead of it;
    `choose`: that place among what was offered, from 1; `slow`: the voice slows down for the rest of the call.
    """

    say: str = ""
    to: State = State.QUESTION
    reason: str = ""
    repeat: bool = False
    accept: bool = False
    reject: bool = False
    choose: int = 0
    slow: bool = False


AGENT = Move(reason="asked", to=State.HANDED_OVER)
CALLBACK = Move(reason="callback", to=State.HANDED_OVER)
ENGLISH = Move(reason="language", to=State.HANDED_OVER)
GOODBYE = Move("goodbye", State.CLOSED)
ANYTHING_ELSE = Move("anything_else", State.ANYTHING_ELSE)
LISTENING = Move("listening")
REPEAT = Move(repeat=True)

_EVERYWHERE = {
    "agent": AGENT,
    "rappel": CALLBACK,
    "langue_en": ENGLISH,
    "au_revoir": GOODBYE,
    "repeter": REPEAT,
    "plus_lentement": Move(repeat=True, slow=True),
    "attendre": Move("take_your_time"),
    "salutation": Move("hello"),
    "identite_bot": Move("identity"),
    "insulte": Move("insult"),
    "oui": LISTENING,
}

MOVES: MappingProxyType[tuple[State, str], Move] = MappingProxyType(
    {
        **{
            (state, act): move
            for state in (State.QUESTION, State.ANYTHING_ELSE, State.CONFIRM, State.CHOICE, State.OFFER)
            for act, move in _EVERYWHERE.items()
        },
        (State.QUESTION, "merci"): LISTENING,
        (State.QUESTION, "non"): LISTENING,
        (State.ANYTHING_ELSE, "merci"): GOODBYE,
        (State.ANYTHING_ELSE, "non"): GOODBYE,
        (State.CONFIRM, "oui"): Move(accept=True),
        (State.CONFIRM, "merci"): Move(accept=True),
        (State.CONFIRM, "non"): Move(reject=True),
        (State.OFFER, "oui"): AGENT,
        (State.OFFER, "merci"): ANYTHING_ELSE,
        (State.OFFER, "non"): ANYTHING_ELSE,
        (State.CHOICE, "oui"): REPEAT,
        (State.CHOICE, "merci"): REPEAT,
        (State.CHOICE, "non"): Move(reject=True),
        (State.CHOICE, "premier"): Move(choose=1),
        (State.CHOICE, "deuxieme"): Move(choose=2),
        (State.CHOICE, "troisieme"): Move(choose=3),
    }
)
"""The whole reaction to dialogue acts: (state, act) → move."""

KEYS: MappingProxyType[str, str] = MappingProxyType(
    {
        "0": "agent",
        "*": "repeter",
        "#": "au_revoir",
        "1": "premier",
        "2": "deuxieme",
        "3": "troisieme",
    }
)
"""Telephone keys that mean a dialogue act; the others mean nothing, and 1 to 3 only where there is a choice."""

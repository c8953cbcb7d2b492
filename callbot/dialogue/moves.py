"""The states of a dialogue, and what each dialogue act leads to in them: one table."""

from dataclasses import dataclass, replace
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
    OFFER_CALLBACK = "offer_callback"
    """Nobody is there and we asked whether somebody should call back."""
    CALLBACK = "callback"
    """We are taking down where and when to call back (callback.py has the steps)."""
    MESSAGE_CONSENT = "message_consent"
    """Nobody is there and we asked whether we may record a message."""
    MESSAGE = "message"
    """The caller agreed: how to end was told, then they speak, and nothing of it is understood."""
    MESSAGE_KEPT = "message_kept"
    """A message is kept, and we asked whether there is something else."""
    DANGER = "danger"
    """We asked whether it is an emergency."""
    FALL = "fall"
    """Somebody fell or is ill, and we asked whether they answer."""
    SATISFACTION = "satisfaction"
    """We asked how satisfied the caller is (satisfaction_table.py has what follows)."""
    SCORE_CHECK = "score_check"
    """We were not sure of the score and asked whether that is it."""
    COMMENT_OFFER = "comment_offer"
    """We asked whether they want to say what could be better."""
    COMMENT = "comment"
    """They do, and we listen."""
    HANDED_OVER = "handed_over"
    """A person was announced; nothing more is decided."""
    CLOSED = "closed"
    """We took leave."""


@dataclass(frozen=True, slots=True)
class Move:
    """What a dialogue act leads to: a fixed sentence and the next state, or one of the following.

    `reason`: a handover; `repeat`: what was last said; `accept`: the proposed answer; `reject`: a question instead of it;
    `choose`: that place among what was offered, from 1; `slow`: the voice slows down for the rest of the call;
    `wrong`: what we answered was not what the caller asked; `farewell`: once something was answered, leave instead;
    `callback`: a call-back request is taken down, where that is done, else the handover; `urgent`: the emergency number that is told;
    `counts`: as an utterance that was not understood; with `repeat`, what to choose from is said otherwise the second time;
    `score`: it is the score that was asked about;
    `message`: whether a message may be recorded is asked, where one was offered; `record`: one is recorded; `erase`: the one that is kept
    is erased.
    """

    say: str = ""
    to: State = State.QUESTION
    reason: str = ""
    repeat: bool = False
    accept: bool = False
    reject: bool = False
    choose: int = 0
    slow: bool = False
    wrong: bool = False
    farewell: bool = False
    callback: bool = False
    urgent: str = ""
    counts: bool = False
    score: bool = False
    message: bool = False
    record: bool = False
    erase: bool = False


AGENT = Move(reason="asked", to=State.HANDED_OVER)
CALLBACK = Move(reason="callback", to=State.HANDED_OVER, callback=True)
ENGLISH = Move(reason="language", to=State.HANDED_OVER)
GOODBYE = Move("goodbye", State.CLOSED)
ANYTHING_ELSE = Move("anything_else", State.ANYTHING_ELSE)
LISTENING = Move("listening")
PERSON_OR_112 = Move("danger_person", State.OFFER)
LISTENING_OR_GOODBYE = Move("listening", farewell=True)
REPEAT = Move(repeat=True)
WRONG = Move(wrong=True)
_POLITE = ("oui", "non", "merci", "accord")
_ASKED = (
    State.CONFIRM,
    State.CHOICE,
    State.OFFER,
    State.OFFER_CALLBACK,
    State.MESSAGE_CONSENT,
    State.DANGER,
    State.FALL,
)
_OPEN = (State.QUESTION, State.ANYTHING_ELSE, State.MESSAGE_KEPT, *_ASKED)
RECORD = Move(record=True, to=State.MESSAGE)
NO_MESSAGE = Move("message_refused", State.ANYTHING_ELSE)
SURVEY = (State.SATISFACTION, State.SCORE_CHECK, State.COMMENT_OFFER, State.COMMENT)
"""Where the caller was answered, wants to go, and is asked how it was."""
CHOOSE_AGAIN = Move(repeat=True, counts=True)
SLOWER = Move(repeat=True, slow=True)

_EVERYWHERE = {
    "agent": AGENT,
    "rappel": CALLBACK,
    "langue_en": ENGLISH,
    "au_revoir": GOODBYE,
    "repeter": REPEAT,
    "plus_lentement": SLOWER,
    "salutation": Move("hello"),
    "identite_bot": Move("identity"),
    "insulte": Move("insult", counts=True),
    "oui": LISTENING,
}

MOVES: MappingProxyType[tuple[State, str], Move] = MappingProxyType(
    {
        **{(state, act): move for state in _OPEN for act, move in _EVERYWHERE.items()},
        **{(state, "attendre"): Move("take_your_time", to=state) for state in _OPEN},
        **{(state, "salutation"): REPEAT for state in _ASKED},
        **{(state, act): move for state in SURVEY for act, move in _EVERYWHERE.items() if act != "oui"},
        **{(state, act): GOODBYE for state in SURVEY for act in ("insulte", "merci", "non")},
        **{(state, "attendre"): Move("take_your_time", to=state) for state in SURVEY},
        **{(state, "salutation"): REPEAT for state in SURVEY},
        **{(State.CLOSED, act): move for act, move in _EVERYWHERE.items()},
        **{(State.CLOSED, act): GOODBYE for act in ("salutation", *_POLITE)},
        **{(State.HANDED_OVER, act): REPEAT for act in ("attendre", *_POLITE, *_EVERYWHERE)},
        (State.QUESTION, "merci"): LISTENING_OR_GOODBYE,
        (State.QUESTION, "non"): LISTENING_OR_GOODBYE,
        (State.QUESTION, "accord"): LISTENING,
        (State.QUESTION, "pas_ca"): WRONG,
        (State.ANYTHING_ELSE, "accord"): ANYTHING_ELSE,
        (State.ANYTHING_ELSE, "pas_ca"): WRONG,
        (State.ANYTHING_ELSE, "merci"): GOODBYE,
        (State.ANYTHING_ELSE, "non"): GOODBYE,
        (State.CONFIRM, "oui"): Move(accept=True),
        (State.CONFIRM, "merci"): Move(accept=True),
        (State.CONFIRM, "non"): Move(reject=True),
        (State.OFFER, "oui"): AGENT,
        (State.OFFER, "merci"): ANYTHING_ELSE,
        (State.OFFER, "non"): ANYTHING_ELSE,
        (State.OFFER_CALLBACK, "oui"): CALLBACK,
        (State.OFFER_CALLBACK, "premier"): CALLBACK,
        (State.OFFER_CALLBACK, "merci"): ANYTHING_ELSE,
        (State.OFFER_CALLBACK, "non"): ANYTHING_ELSE,
        (State.OFFER_CALLBACK, "deuxieme"): replace(ANYTHING_ELSE, message=True),
        (State.MESSAGE_CONSENT, "oui"): RECORD,
        (State.MESSAGE_CONSENT, "premier"): RECORD,
        (State.MESSAGE_CONSENT, "non"): NO_MESSAGE,
        (State.MESSAGE_CONSENT, "deuxieme"): NO_MESSAGE,
        (State.MESSAGE_KEPT, "accord"): ANYTHING_ELSE,
        (State.MESSAGE_KEPT, "pas_ca"): WRONG,
        (State.MESSAGE_KEPT, "merci"): GOODBYE,
        (State.MESSAGE_KEPT, "non"): GOODBYE,
        (State.MESSAGE_KEPT, "deuxieme"): RECORD,
        (State.MESSAGE_KEPT, "troisieme"): Move("message_erased", State.ANYTHING_ELSE, erase=True),
        (State.CALLBACK, "agent"): AGENT,
        (State.CALLBACK, "langue_en"): ENGLISH,
        (State.CALLBACK, "au_revoir"): GOODBYE,
        (State.CALLBACK, "identite_bot"): Move("machine_here", State.ANYTHING_ELSE),
        (State.CALLBACK, "repeter"): REPEAT,
        (State.CALLBACK, "plus_lentement"): SLOWER,
        (State.CALLBACK, "attendre"): Move("take_your_time", State.CALLBACK),
        (State.SCORE_CHECK, "oui"): Move(score=True),
        (State.SCORE_CHECK, "non"): Move("satisfaction_again", State.SATISFACTION),
        (State.COMMENT_OFFER, "oui"): Move("listening", State.COMMENT),
        (State.COMMENT, "oui"): Move("listening", State.COMMENT),
        (State.CHOICE, "oui"): CHOOSE_AGAIN,
        (State.CHOICE, "merci"): CHOOSE_AGAIN,
        (State.CHOICE, "non"): Move(reject=True),
        (State.DANGER, "oui"): Move(urgent="112"),
        (State.DANGER, "merci"): PERSON_OR_112,
        (State.DANGER, "accord"): PERSON_OR_112,
        (State.DANGER, "non"): LISTENING,
        (State.FALL, "oui"): PERSON_OR_112,
        (State.FALL, "merci"): PERSON_OR_112,
        (State.FALL, "accord"): PERSON_OR_112,
        (State.FALL, "non"): Move(urgent="15"),
        (State.CHOICE, "premier"): Move(choose=1),
        (State.CHOICE, "deuxieme"): Move(choose=2),
        (State.CHOICE, "troisieme"): Move(choose=3),
        (State.CHOICE, "quatrieme"): Move(choose=4),
    }
)
"""The whole reaction to dialogue acts: (state, act) → move."""

COURTESIES = frozenset({"accord", "merci", "non"})
"""Acts with which nobody asks anything."""
WAYS_OUT: MappingProxyType[State, Move] = MappingProxyType(
    {
        State.QUESTION: GOODBYE,
        State.ANYTHING_ELSE: GOODBYE,
        State.CHOICE: Move(reject=True),
    }
)
"""What ends a call in which the caller says nothing but courtesies."""
PASSING = frozenset({"attendre"})
"""Acts whose answer is not worth saying once more: the question before it still stands."""

KEYS: MappingProxyType[str, str] = MappingProxyType(
    {
        "0": "agent",
        "*": "repeter",
        "#": "au_revoir",
        "1": "premier",
        "2": "deuxieme",
        "3": "troisieme",
        "4": "quatrieme",
    }
)
"""Telephone keys that mean a dialogue act; the others mean nothing, and 1 to 4 only where there is a choice."""

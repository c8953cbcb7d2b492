"""What a call is made of: what it has for itself, and what it shares with all others. `service.py` fills them in."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from callbot.dialogue.turns import Conversation
from callbot.events import Event, Outcome
from callbot.hearing import Hearing
from callbot.media.dialect import LegOpened
from callbot.onward import Onward
from callbot.speech.prompts import Prompts
from callbot.speech.recognizer import Recognizer
from callbot.understanding.interpretation import Interpretation


@dataclass(frozen=True, slots=True)
class Parts:
    """What one call uses of the service; `service.py` makes them when the leg has opened."""

    conversation: Conversation
    hearing: Hearing
    recognizer: Recognizer
    interpret: Callable[[str], Interpretation]
    outcome_if_gone: Callable[[], Outcome]


@dataclass(frozen=True, slots=True)
class Shared:
    """What all calls share. `last_words` is said when everything else fails; then the call goes to `reception`.

    `onward` is told where the callers of legs go that know no transfer.
    """

    prompts: Prompts
    make_parts: Callable[[LegOpened], Awaitable[Parts]]
    publish: Callable[[str, Event], None]
    filler: str
    last_words: str
    reception: str
    onward: Onward

"""What a call has come to know of its caller, taken out of all that was said in it: « Jacques Simon » told to « À quel nom ? »."""

from callbot.dialogue.callback_phrases import (
    NAME,
    NAME_SPELLED,
    PLACE,
    PLACE_CAR,
    PLACE_COLLECTED,
    PLACE_HOME,
)
from callbot.redaction.others import PLACES
from callbot.redaction.text import Span, Word, common_words, read, without
from callbot.understanding.spoken_forms.addresses import STREET_TYPES
from callbot.understanding.spoken_forms.communes import Communes
from callbot.understanding.spoken_forms.names import PARTICLES, TITLES, read_name
from callbot.understanding.spoken_forms.places import in_own_words, read_place, unknown_place

AT_HOME = "mon adresse c'est "
_ASK_NAME = (NAME, NAME_SPELLED)
_ASK_PLACE = (PLACE, PLACE_CAR, PLACE_COLLECTED, PLACE_HOME)
_NOWHERE = Communes([])
SHORTEST = 3
"""Letters of a word that is looked for."""


class Known:
    """The words of the names and places that a caller gave. Empty at first; `learn` adds, `hide` takes out."""

    def __init__(self) -> None:
        self._words: set[str] = set()

    def learn(self, name: str, place: str = "") -> None:
        """A name and a place as they were noted down.

        Of a place common words are no secret, whatever they are written like: who lives « place de la Mairie » may speak of the mairie.
        """
        self._words |= {word.low for word in read(name) if _tells(word) and _is_telling(word)}
        common = common_words() | STREET_TYPES | PLACES
        self._words |= {word.low for word in read(place) if _tells(word) and word.low not in common}

    def heard(self, asked: str, text: str) -> str:
        """An utterance after the sentence `asked`: a bare answer to a question for name or address is one, « Jacques Simon ».

        Gives what is to be thought before the utterance when it is redacted.
        """
        if any(question in asked for question in _ASK_NAME):
            name = read_name(text)
            self.learn(name.name if name else "")
        elif any(question in asked for question in _ASK_PLACE) and not unknown_place(text.lower()):
            place = read_place(text, _NOWHERE) or in_own_words(text)
            self.learn("", place.written if place else "")
            return AT_HOME
        return ""

    def hide(self, text: str) -> str:
        """The text without them."""
        if not self._words:
            return text
        found: list[Span] = [(word.start, word.end) for word in read(text) if word.low in self._words]
        return without(text, found)


def _tells(word: Word) -> bool:
    return len(word.low) >= SHORTEST and word.low not in TITLES and word.low not in PARTICLES


def _is_telling(word: Word) -> bool:
    return word.capital or word.low not in common_words()

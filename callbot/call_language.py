"""The language of one call: which recogniser hears the caller, and which router reads them."""

from collections.abc import Mapping

from callbot.languages.tables import FRENCH
from callbot.speech.in_languages import RecognizerInLanguages
from callbot.speech.recognizer import Recognizer
from callbot.turn_taking.completeness import shipped
from callbot.understanding.interpretation import Interpretation, Reads

__all__ = ["CallLanguage"]

UNKNOWN = 0.45
"""How whole a sentence is in a language whose sentences nothing has learnt: its silences are half-way."""


class CallLanguage:
    """Begins with the line's language. An utterance is read in the one that the call is in when its text is there."""

    def __init__(self, language: str, recognizer: Recognizer, understanding: Mapping[str, Reads]) -> None:
        self._language = language
        self._recognizer = recognizer
        self._understanding = understanding

    def interpret(self, text: str) -> Interpretation:
        """What one utterance means. Blocking."""
        return self._understanding[self._language].interpret(text)

    def completeness(self, text: str) -> float:
        """The probability that `text` is a whole sentence."""
        return shipped()(text) if self._language == FRENCH else UNKNOWN

    def turn_to(self, language: str) -> None:
        """Hear and read in `language` from now on."""
        self._language = language
        if isinstance(self._recognizer, RecognizerInLanguages):
            self._recognizer.turn_to(language)

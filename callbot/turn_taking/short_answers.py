"""What answers a question of the bot's in a word or two, so that nobody waits for more: « oui », « non merci », « le deuxième ». Tables.

A greeting answers nothing, and half of a new question is no answer: « Bonjour madame … », « C'est quand … » go on after a breath.
"""

from callbot.turn_taking.backchannel import is_backchannel
from callbot.turn_taking.completeness import words_of
from callbot.turn_taking.expectation import Expects

__all__ = ["is_short_answer"]

MOST_WORDS = 4
"""« Oui c'est ça » (« c' » counts), « le deuxième »."""
YES_OR_NO = frozenset(
    {"oui", "ouais", "non", "nan", "exact", "exactement", "volontiers", "yes", "yeah", "yep", "no", "nope", "nah"}
)  # fmt: skip
"""First words of an answer to yes or no, folded as `words_of` does. « Si » is one by itself only (backchannel.py)."""
GREETS = frozenset({"bonjour", "bonsoir", "salut", "coucou", "allo", "hello", "hi"})
AROUND_A_GREETING = frozenset(
    {"madame", "monsieur", "mademoiselle", "mesdames", "messieurs", "a", "tous", "vous", "re", "there", "good", "morning", "sir"}
)  # fmt: skip


def is_short_answer(text: str, expects: Expects) -> bool:
    """Whether what was said so far may be all of an answer to what is asked."""
    words = words_of(text)
    if not words or len(words) > MOST_WORDS or _greets(words):
        return False
    if expects is Expects.YES_NO:
        return words[0] in YES_OR_NO or any(is_backchannel(text, language) for language in ("fr", "en"))
    return expects is Expects.CHOICE


def _greets(words: list[str]) -> bool:
    """It is a greeting, and nothing else."""
    return not GREETS.isdisjoint(words) and all(word in GREETS | AROUND_A_GREETING for word in words)

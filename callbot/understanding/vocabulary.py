"""The commune's words, for a recogniser that can be told beforehand what callers talk about. No I/O."""

import math
import re
from collections import Counter

from callbot.config import Settings
from callbot.knowledge.store import Knowledge

__all__ = ["prompt", "words"]

_WORD = re.compile(r"[^\W\d_]{4,}(?:-[^\W\d_]+)*")
_STREET = re.compile(
    r"\b(?:rue|avenue|place|boulevard|chemin|impasse|quai) (?:du |des |de la |de l'|de |d')?[A-ZÀ-Þ][\w'-]+"
)


def prompt(settings: Settings, knowledge: Knowledge) -> str:
    """What the recogniser is told: a line as somebody might have said it before; empty when the settings do not want it."""
    if settings.stt_prompt == "off":
        return ""
    return f"{knowledge.commune.spoken_town_hall[:1].upper()}{knowledge.commune.spoken_town_hall[1:]} : {', '.join(words(knowledge))}."


def words(knowledge: Knowledge) -> list[str]:
    """For each motive the word that tells it from all others, the most telling first; then streets that answers name."""
    asked: dict[str, list[set[str]]] = {}
    for entry in knowledge.validated:
        asked.setdefault(entry.motive, []).extend(
            set(_WORD.findall(question.lower())) for question in entry.questions
        )
    in_motives = Counter(word for questions in asked.values() for word in set().union(*questions))
    best: dict[str, float] = {}
    for questions in asked.values():
        count = Counter(word for question in questions for word in question)
        value = {
            word: hits / len(questions) * math.log(len(asked) / in_motives[word])
            for word, hits in count.items()
        }
        word = max(sorted(value), key=value.__getitem__)
        best[word] = max(best.get(word, 0.0), value[word])
    streets = {street for entry in knowledge.validated for street in _STREET.findall(entry.answer)}
    return [*sorted(best, key=lambda word: (-best[word], word)), *sorted(streets)]

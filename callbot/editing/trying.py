"""« Que répondrait l'assistant à … ? »: one question in writing, to an edition of the knowledge base; nothing of it is kept."""

import asyncio
from dataclasses import dataclass, field

from callbot.config import Settings
from callbot.conversations import new_dialogue
from callbot.editing.live import Edition
from callbot.events import Decision

__all__ = ["MOST_LETTERS", "Tried", "tried"]

MOST_LETTERS = 300


@dataclass(frozen=True, slots=True)
class Tried:
    """What the bot decides and says. `confidence`: 0–1."""

    decision: Decision
    motive: str
    aspect: str
    confidence: float
    answer_id: str
    reply: str = field(repr=False)


async def tried(settings: Settings, edition: Edition, text: str, language: str) -> Tried:
    """What a caller who begins with `text` would hear; in a thread, as reading takes its time."""
    return await asyncio.to_thread(_tried, settings, edition, text[:MOST_LETTERS], language)


def _tried(settings: Settings, edition: Edition, text: str, language: str) -> Tried:
    dialogue = new_dialogue(settings, edition.knowledge, language=language)
    reply = dialogue.hear(edition.understanding[language].interpret(text))
    best = reply.first or reply
    return Tried(
        best.decision,
        best.motive or "",
        best.aspect or "",
        best.confidence,
        best.answer_id or "",
        reply.shown,
    )

"""A new conversation with one caller, as the settings and the knowledge base make it; the same on the telephone and in writing."""

import datetime as dt
from zoneinfo import ZoneInfo

from callbot.config import Settings
from callbot.dialogue.handover import Way
from callbot.dialogue.machine import Dialogue
from callbot.dialogue.phrases import Phrases, all_phrases, first_phrases
from callbot.dialogue.transfer_phrases import SUBJECT
from callbot.dialogue.turns import Conversation
from callbot.knowledge.store import Knowledge
from callbot.media.dialect import LegOpened

PARIS = ZoneInfo("Europe/Paris")
"""Expiry dates and days of figures are those of metropolitan France."""


def today() -> dt.date:
    """The day in metropolitan France."""
    return dt.datetime.now(PARIS).date()


def new_dialogue(settings: Settings, knowledge: Knowledge) -> Dialogue:
    """What is said to one caller, today."""
    return Dialogue(
        Phrases(knowledge.commune),
        knowledge,
        today=today(),
        answer_threshold=settings.answer_threshold,
        confirm_threshold=settings.confirm_threshold,
        no_match_limit=settings.no_match_limit,
    )


def new_conversation(
    settings: Settings, dialogue: Dialogue, phrases: Phrases, leg: LegOpened
) -> Conversation:
    """Who speaks when, in one call over `leg`."""
    return Conversation(
        dialogue,
        filler=phrases.say("moment"),
        no_input_ms=settings.no_input_ms,
        barge_in_ms=settings.barge_in_ms,
        max_call_ms=settings.max_call_ms,
        way=Way(settings.transfer) if leg.transfers else None,
        ring_ms=settings.ring_seconds * 1000,
        returned=leg.returned,
    )


def texts_to_render(knowledge: Knowledge, day: dt.date) -> tuple[list[str], list[str]]:
    """What the bot may say on `day`, each text once: what a first call needs, then the rest, answers before confirmations."""
    phrases = Phrases(knowledge.commune)
    spoken = [entry for entry in knowledge.entries if entry.may_be_spoken(day)]
    rest = all_phrases(knowledge.commune)
    rest += [entry.answer for entry in spoken]
    subjects = [entry.subject for entry in spoken if entry.subject]
    rest += [phrases.confirm(subject) for subject in subjects]
    rest += [SUBJECT.format(subject=subject) for subject in subjects]
    first = first_phrases(knowledge.commune)
    return first, [text for text in dict.fromkeys(rest) if text not in first]

"""What « et pour ma fille ? » and « ça coûte combien ? » mean after an answer: the previous turn, and context_tables.py. Pure.

Only an utterance that consists of an aspect or of a slot, and of small words around it, is read with the previous motive;
whatever else it says makes it a question of its own. What no entry answers is told as such: never a likely guess.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from callbot.dialogue.context_tables import (
    ABOUT_CHILDREN,
    ABOUT_TITLES,
    ASPECTS,
    AT_THE_COUNTER,
    FOR_WHOM,
    FRENCH,
    NOT_TOLD,
    SIBLINGS,
    TOWN_HALL,
)
from callbot.dialogue.reading_words import ContextWords
from callbot.knowledge.entries import Entry
from callbot.understanding.patterns import anywhere, spaced

Find = Callable[[str, str], Entry | None]
"""The entry of a motive and an aspect, else the motive's general one."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the caller was last answered about: `whom` enfant or majeur, `title` carte or passeport, `day` as they said it."""

    motive: str = ""
    aspect: str = ""
    whom: str = ""
    title: str = ""
    day: str = ""


MOST_NAMING = 4
"""« Et … » with up to so many words may name no more than a subject."""
MOST_WORDS = 12
"""A longer utterance is a question of its own."""

_HANGING = anywhere(
    (
        "et (pour|avec|dans|chez) (un|une|des|quelqu'un) …",
        "et (à|en|si|quand|pendant|sans|après|avant) …",
        "(je peux|on peut|je dois) … (sans|avec|quand même)",
    )
)


def hangs_on(text: str) -> bool:
    """Whether a normalised utterance seems to go on with the subject before, whatever new words it has: « et pour un étranger ? »."""
    return _HANGING.fullmatch(spaced(text)) is not None


@dataclass(frozen=True, slots=True)
class Meant:
    """What a short question means: a motive and an aspect with the slots now known; `known` is false where no entry tells it."""

    context: Context
    known: bool


def follow_up(text: str, before: Context, find: Find, words: ContextWords = FRENCH) -> Meant | None:
    """What a normalised utterance means after `before`; None: it is a question of its own. `words`: those of its language.

    « C'est pour moi » asks for nothing where no entry tells of anybody.
    """
    said = _without_rejected(spaced(text), words)
    if len(said.split()) > MOST_WORDS:
        return None
    aspect = next((name for name, pattern in words.aspects.items() if pattern.fullmatch(said)), "")
    stated = not aspect and words.states_slot.fullmatch(said)
    if not aspect and not stated and not words.only_slot.fullmatch(said):
        return None
    slots = _slots(said, words)
    if not before.motive:
        alone = TOWN_HALL.get(aspect, "") if set(slots) <= {"day"} else ""
        entry = find(alone, slots.get("day", "")) if alone else None
        return Meant(Context(alone, entry.aspect), known=True) if entry else None
    if "title" in slots and before.motive not in ABOUT_TITLES:
        return None
    meant = _resolve(aspect, slots, replace(before, **slots), find, words)
    return None if stated and not meant.known else meant


def slots_of(text: str, motive: str, aspect: str, words: ContextWords = FRENCH) -> Context:
    """The context that a question of its own leaves."""
    return Context(motive, aspect, **_slots(spaced(text), words))


def carried_aspect(
    text: str,
    before: Context,
    wanted: tuple[str, str],
    find: Find,
    *,
    correction: bool,
    words: ContextWords = FRENCH,
) -> str:
    """The aspect of `wanted` (motive and aspect) where only a subject was named: « et la piscine ? ».

    It is the one of the turn before where that motive has an entry for it, else the general question; in any other
    utterance it is the one that `wanted` has.
    """
    motive, aspect = wanted
    said = spaced(text)
    names_only = (said.startswith(words.naming) and len(said.split()) <= MOST_NAMING) or correction
    elsewhere = before.motive not in ("", motive) and (not aspect or aspect in ASPECTS)
    if not names_only or not elsewhere or words.any_aspect.search(said) or _slots(said, words):
        return aspect
    entry = find(motive, before.aspect)
    return before.aspect if entry and entry.aspect == before.aspect else ""


def _without_rejected(said: str, words: ContextWords) -> str:
    """« non pas le passeport, la carte » without what it is not."""
    rest = words.rejected.sub("", said, count=1)
    return f"plutot {rest}" if rest != said and rest.strip() else said


def _slots(said: str, words: ContextWords) -> dict[str, str]:
    return {
        kind: value
        for kind, values in words.slots.items()
        for value in values
        if words.said[value].search(said)
    }


def _resolve(aspect: str, slots: dict[str, str], now: Context, find: Find, words: ContextWords) -> Meant:
    wanted = aspect or ("horaires" if "day" in slots else "")
    for motive, name in _places(wanted, slots.get("day", ""), now):
        entry = find(motive, name)
        if entry and _tells(entry, name, wanted, slots, words):
            return Meant(replace(now, motive=motive, aspect=entry.aspect), known=True)
    return Meant(replace(now, aspect=wanted or now.aspect), known=False)


def _places(wanted: str, day: str, now: Context) -> list[tuple[str, str]]:
    """Where the answer is looked for, in order: an entry of its own, a sibling's, the general one, the town hall's."""
    places = [(now.motive, FOR_WHOM[now.whom])] if now.whom and wanted in ("", "pieces") else []
    if not wanted:
        papers = [("titre_pieces", FOR_WHOM[now.whom])] if now.whom and now.motive in ABOUT_TITLES else []
        return [*places, (now.motive, now.aspect), (now.motive, ""), *papers]
    names = [*([day] if day else []), *ASPECTS[wanted].entries]
    places += [(now.motive, name) for name in names]
    if sibling := SIBLINGS.get((now.motive, wanted)):
        places += [(sibling[0], FOR_WHOM[now.whom])] if now.whom and wanted == "pieces" else []
        places.append(sibling)
    places.append((now.motive, ""))
    if wanted in TOWN_HALL and now.motive in AT_THE_COUNTER:
        places += [(TOWN_HALL[wanted], day)] if day else []
        places.append((TOWN_HALL[wanted], ""))
    return places


def _tells(entry: Entry, name: str, wanted: str, slots: dict[str, str], words: ContextWords) -> bool:
    """Whether the entry found for `name` tells what is wanted, for the slots that were just said."""
    if entry.aspect != name:
        return False
    if wanted and not name:
        told = re.search(words.told[wanted], entry.answer.lower())
        if told is None or (entry.motive, wanted) in NOT_TOLD:
            return False
    return all(_holds(entry, value, words) for value in slots.values())


def _holds(entry: Entry, value: str, words: ContextWords) -> bool:
    always = {"enfant": ABOUT_CHILDREN, "carte": ABOUT_TITLES, "passeport": ABOUT_TITLES}.get(
        value, frozenset()
    )
    if FOR_WHOM.get(value) == entry.aspect or entry.motive in always:
        return True
    return bool(re.search(words.evidence[value], entry.answer.lower()))

"""The words of one language by which short answers and short questions are read: what context.py and choices.py look for. Pure.

Those of French stand in these two modules; those of other languages in callbot/languages/CODE/context.toml. Notation: patterns.py.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from callbot.dialogue.moves import State
from callbot.dialogue.satisfaction_words import SatisfactionWords

if TYPE_CHECKING:
    from callbot.dialogue.broad import Broad
from callbot.understanding.patterns import anywhere

AnswerTo = Callable[[State, str, str | None, bool], str | None]
"""The state, a normalised utterance, its act without a question, whether something was answered in this call: its act, or None."""


_NOWHERE = re.compile(r"(?!)")


def _nothing(_text: str) -> None:
    return None


def _never(_text: str) -> bool:
    return False


Slots = Mapping[str, Mapping[str, Sequence[str]]]


class ContextWords:
    """How a language asks for an aspect, names a slot, and what an answer says that tells it."""

    def __init__(
        self,
        *,
        asked: Mapping[str, str],
        told: Mapping[str, str],
        slots: Slots,
        evidence: Mapping[str, str],
        small: str,
        tail: str,
        pointing: str,
        between: str,
        rejected: str,
        naming: str,
        alone: str = "",
    ) -> None:
        """`asked`, `told`, `slots`, `evidence` as in context_tables.py; the others are words that stand around them.

        `small` before, `tail` after, `pointing` before a slot alone, `between` aspect and slot; `rejected`: « pas … »; `naming`: what an
        utterance begins with that may name no more than a subject. `alone`: slots that are stated without `pointing`.
        """
        slot = "|".join(
            phrase for values in slots.values() for phrases in values.values() for phrase in phrases
        )
        self.told, self.evidence, self.slots = told, evidence, slots
        self.aspects = {
            name: anywhere(
                [
                    f"{small} ({phrases}) [({between})*] [({slot})] {tail}",
                    f"{small} [({between})*] ({slot}) ({phrases}) {tail}",
                ]
            )
            for name, phrases in asked.items()
        }
        self.only_slot = anywhere([f"{pointing} {small} ({slot}) {tail}"])
        self.states_slot = anywhere([f"{small} ({alone}) {tail}"]) if alone else _NOWHERE
        self.rejected = anywhere([f"{rejected} ({slot})"])
        self.said = {
            value: anywhere(phrases) for values in slots.values() for value, phrases in values.items()
        }
        self.any_aspect = anywhere(asked.values())
        self.naming = naming


@dataclass(frozen=True, slots=True)
class ChoiceWords:
    """How a language names an option by its place, or wants both; and which words tell nothing of a subject.

    `around`: those that say nothing of what is wanted of it, without their plural; `telling`: short or empty ones that do (« où »);
    `instead`: what is taken back before a place, « le premier, non, … ».
    """

    positions: tuple[re.Pattern[str], ...]
    both: re.Pattern[str]
    empty: frozenset[str]
    around: frozenset[str]
    telling: frozenset[str]
    instead: re.Pattern[str] = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class ReadingWords:
    """All that a Reader needs of a language. `corrected`: what is wanted of « non, pas l'acte, le livret », or None.

    `answer_to`: the act of an utterance as an answer to what was asked, see expected.py; `broad`: the question that names a thing and
    not what is wanted of it, see broad.py; `announces_two`: whether an utterance says that it holds two questions; `hangs_on`: whether
    it seems to go on with the subject before.
    """

    context: ContextWords
    choices: ChoiceWords
    corrected: Callable[[str], str | None]
    answer_to: AnswerTo
    satisfaction: SatisfactionWords
    broad: Callable[[str], "Broad | None"] = _nothing
    announces_two: Callable[[str], bool] = _never
    hangs_on: Callable[[str], bool] = _never

"""A telephone number over several turns: pauses, continuations and corrections, « non, la fin c'est quarante-cinq ».

`PhoneDraft.hear` takes one utterance after another; `phone` says at any time what has come of it. What remains unsure is read
back, so every rule here only has to guess well: the caller has the last word.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product

from callbot.understanding.spoken_forms.numbers import Reading, is_number
from callbot.understanding.spoken_forms.telephone import (
    NATIONAL_DIGITS,
    Phone,
    best,
    in_a_row,
    join_runs,
    judge,
    phone_tokens,
    readings,
    runs,
)
from callbot.understanding.spoken_forms.words import HESITATIONS, find, phrases

_FEW = 24
"""Readings of each part of an utterance that are tried against each other."""

_RESTARTED = 1.0
"""What speaks against a whole number in the place of the one before, when the caller did not say that they begin again."""

RESTART = phrases(
    "je recommence",
    "je reprends",
    "on recommence",
    "recommencez",
    "on reprend",
    "depuis le début",
    "je répète",
    "je redis",
)
"""What comes after counts alone."""

TAKE_BACK = phrases(
    "non",
    "pardon",
    "plutôt",
    "je me suis trompé",
    "je me suis trompée",
    "je me trompe",
    "c'est faux",
    "c'est pas ça",
    "ce n'est pas ça",
    "excusez-moi",
    "enfin",
    "pas du tout",
    "je veux dire",
    "je corrige",
    "j'ai dit",
    "erreur",
    "au temps pour moi",
)
"""What comes after corrects what came before."""

ENDS = phrases(
    "la fin",
    "à la fin",
    "ça finit par",
    "ça se termine par",
    "les derniers",
    "les dernières",
    "le dernier",
    "la dernière",
    "les deux derniers",
)
BEGINNINGS = phrases("le début", "au début", "ça commence par", "les premiers", "le premier")

_PAIRS = {"deuxieme": 1, "troisieme": 2, "quatrieme": 3, "cinquieme": 4}
"""Which pair of ten digits « le deuxième … » is; the first is a beginning."""


@dataclass(frozen=True, slots=True)
class PhoneDraft:
    """What has been understood of a number so far. Hidden in `repr`: it says who somebody is."""

    digits: str = field(default="", repr=False)
    last: int = 2
    """Digits of the last number said."""
    run: tuple[str, ...] = field(default=(), repr=False)
    """The words of it, while nothing was corrected: a pause may fall within a number, « soixante … dix »."""
    refused: tuple[str, ...] = field(default=(), repr=False)
    """Numbers that were read back and were wrong: who says the same words again means them otherwise."""

    @property
    def phone(self) -> Phone:
        """The number as it stands."""
        return judge(self.digits)

    def hear(self, text: str) -> "PhoneDraft":
        """The draft after one more utterance; unchanged when nothing in it concerns the number."""
        said = _without_hesitations(phone_tokens(text))
        at, size = _first(said, RESTART)
        while at >= 0 and any(is_number(word) for word in said[at + size :]):
            self, said = PhoneDraft(refused=self.refused), said[at + size :]  # noqa: PLW0642  what came before no longer counts
            at, size = _first(said, RESTART)
        draft = self
        if draft.phone.usable and _first(said, TAKE_BACK)[0] == 0:
            draft = replace(draft, refused=(*draft.refused, draft.digits))
        parts = tuple(_parts(said))
        for number, (correcting, part) in enumerate(parts, 1):
            draft = draft._take(part, correcting=correcting, unfinished=number < len(parts))
        return draft

    def otherwise(self) -> "PhoneDraft | None":
        """What the same words may mean besides, once the caller has refused it: « soixante quatre vingt trois » is 60 83 or 64 23.

        None when no other reading makes a number that can be called.
        """
        refused = (*self.refused, self.digits)
        others = [r for r in readings(self.run)[:_FEW] if judge(r.digits).usable and r.digits not in refused]
        if not self.phone.usable or not others:
            return None
        return replace(self, digits=best(others).digits, refused=refused)

    def _take(self, said: Sequence[str], *, correcting: bool, unfinished: bool) -> "PhoneDraft":
        return (
            self._swap(said)
            or self._place(said)
            or self._join(said, correcting=correcting, unfinished=unfinished)
        )

    def _swap(self, said: Sequence[str]) -> "PhoneDraft | None":
        """« pas douze, treize », « treize, pas douze »: the wrong digits are replaced where they were said last."""
        if "pas" not in said:
            return None
        at = list(said).index("pas")
        before, after = runs(said[:at]), runs(said[at + 1 :])
        if not after:
            return None
        wrong, right = _split_swap(before, after)
        pairs = product(wrong[:_FEW], right[:_FEW])
        fits = [
            Reading(self._replaced(place, len(old.digits), new.digits), old.cost + new.cost, len(new.digits))
            for old, new in pairs
            if old.digits and (place := _last_place(self.digits, old.digits)) >= 0
        ]
        return self._chosen(fits) if fits else None

    def _place(self, said: Sequence[str]) -> "PhoneDraft | None":
        """« la fin c'est quarante-cinq », « ça commence par zéro sept », « le troisième c'est douze »."""
        for cues, at_end in ((ENDS, True), (BEGINNINGS, False)):
            at, size = _first(said, cues)
            new = join_runs(runs(said[at + size :]))[:_FEW] if at >= 0 else ()
            if any(r.digits for r in new):
                starts = ((max(len(self.digits) - len(r.digits), 0) if at_end else 0, r) for r in new)
                return self._chosen(
                    Reading(self._replaced(start, len(r.digits), r.digits), r.cost, len(r.digits))
                    for start, r in starts
                )
        for word, pair in _PAIRS.items():
            new = join_runs(runs(said[said.index(word) + 1 :]))[:_FEW] if word in said else ()
            if any(r.digits for r in new) and len(self.digits) > 2 * pair:
                return self._chosen(
                    Reading(self._replaced(2 * pair, len(r.digits), r.digits), r.cost, len(r.digits))
                    for r in new
                )
        return None

    def _join(self, said: Sequence[str], *, correcting: bool, unfinished: bool) -> "PhoneDraft":
        """The new digits after the old ones, over the last of them when correcting, or in their place when they are a number."""
        parts = runs(said)
        new = [r for r in join_runs(parts)[:_FEW] if r.digits]
        run = in_a_row(parts)
        if not new:
            return self
        if not self.digits:
            return replace(self._chosen(new, unfinished=unfinished), run=run)
        restarted = [
            replace(r, cost=r.cost + _RESTARTED)
            for r in new
            if judge(r.digits).usable and r.digits[0] in "0+"
        ]
        candidates = [*restarted, *(c for r in new for c in self._joined(r, correcting=correcting))]
        if correcting or not self.run:
            return self._chosen(candidates, unfinished=unfinished)
        before = min(r.cost for r in readings(self.run))
        in_one = [
            replace(r, cost=r.cost - before + 1.0) for r in readings(in_a_row((self.run, *parts)))[:_FEW]
        ]
        return replace(self._chosen((*candidates, *in_one)), run=in_a_row((self.run, *parts)))

    def _joined(self, new: Reading, *, correcting: bool) -> Iterator[Reading]:
        """Where the new digits may begin, each with what speaks against it beside the reading's own cost."""
        kept = self.digits
        for back in range(1 if correcting else 0, len(kept) + 1):
            start = len(kept) - back
            repeats = back >= 2 and kept[start : start + 2] == new.digits[:2]
            usual = back == (self.last if correcting else 0)
            if not (correcting or usual or repeats):
                continue
            begins = repeats and start == 0
            cost = _joint_cost(correcting=correcting or begins, usual=usual, repeats=repeats) + back * 0.05
            yield Reading(kept[:start] + new.digits, new.cost + cost, new.last)
            if repeats and self.phone.usable:  # « douze trente-cinq »: in the middle, and the rest was right
                rest = kept[start + len(new.digits) :]
                yield Reading(kept[:start] + new.digits + rest, new.cost + cost + 0.5, new.last)

    def _replaced(self, start: int, size: int, digits: str) -> str:
        return self.digits[:start] + digits + self.digits[start + size :]

    def _chosen(self, candidates: Iterable[Reading], *, unfinished: bool = False) -> "PhoneDraft":
        """The draft with the best of the candidates; what the caller has refused comes last."""
        every = tuple(candidates)
        chosen = best(tuple(r for r in every if r.digits not in self.refused) or every, unfinished=unfinished)
        return replace(self, digits=chosen.digits, last=chosen.last or 2, run=())


def _joint_cost(*, correcting: bool, usual: bool, repeats: bool) -> float:
    """What speaks against a place where new digits join: where they repeat what was said, or over the last number, are the usual ones."""
    if correcting:
        return 0.0 if repeats else 1.5 if usual else 4.0
    return 1.0 if usual else 2.0


def _without_hesitations(said: Sequence[str]) -> tuple[str, ...]:
    return tuple(w for w in said if w not in HESITATIONS - {"et"})


def _parts(said: Sequence[str]) -> Iterator[tuple[bool, tuple[str, ...]]]:
    """The utterance cut where the caller takes something back; whether each part corrects what is before it."""
    correcting, start, at = False, 0, 0
    while at < len(said):
        size = next((len(cue) for cue in TAKE_BACK if tuple(said[at : at + len(cue)]) == cue), 0)
        if not size:
            at += 1
            continue
        if at > start:
            yield correcting, tuple(said[start:at])
        correcting, start, at = True, at + size, at + size
    if start < len(said):
        yield correcting, tuple(said[start:])


def _first(said: Sequence[str], cues: Sequence[Sequence[str]]) -> tuple[int, int]:
    """Where the first of the expressions that occurs begins, and its length; (-1, 0) when none does."""
    for cue in cues:
        if (at := find(said, cue)) >= 0:
            return at, len(cue)
    return -1, 0


def _split_swap(
    before: Sequence[Sequence[str]], after: Sequence[Sequence[str]]
) -> tuple[tuple[Reading, ...], tuple[Reading, ...]]:
    """Wrong and right digits: « pas 12 (mais) 13 », « pas 12, 13 », « 13, pas 12 »."""
    if len(after) > 1:
        return readings(after[0]), join_runs(after[1:])
    if "," in after[0]:
        cut = list(after[0]).index(",")
        return readings(after[0][:cut]), readings(after[0][cut + 1 :])
    if before:
        return readings(after[0]), readings(before[-1])
    halves = range(1, len(after[0]))
    return _halved(after[0], halves)


def _halved(run: Sequence[str], cuts: Iterable[int]) -> tuple[tuple[Reading, ...], tuple[Reading, ...]]:
    """« pas douze treize », as Vosk writes it: two numbers of as many digits, « quatre vingt douze » not cut in its middle."""
    pairs = [(best(readings(run[:cut])), best(readings(run[cut:]))) for cut in cuts]
    fair = [pair for pair in pairs if len(pair[0].digits) == len(pair[1].digits)]
    if not fair:
        return (), ()
    wrong, right = min(fair, key=lambda pair: pair[0].cost + pair[1].cost)
    return (wrong,), (right,)


def _last_place(digits: str, part: str) -> int:
    """Where `part` was said last: at a pair if it is anywhere at a pair, else anywhere; -1 when it was not said."""
    places = [i for i in range(len(digits) - len(part) + 1) if digits.startswith(part, i)]
    offset = 1 if digits.startswith("+") else 0
    paired = [i for i in places if (i - offset) % 2 == 0 and len(digits) <= NATIONAL_DIGITS]
    return max(paired or places, default=-1)

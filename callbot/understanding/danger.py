"""Whether an utterance tells of an emergency: which number it needs, or whether the caller must be asked. Pure.

Asked first of all, before acts and motives. Two witnesses: tables of certain words (danger_tables) and the trained detector
(danger_model), both over the whole utterance and over each of its clauses; a clause that is an emergency makes the whole one,
whatever business stands beside it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from callbot.understanding.clauses import clauses
from callbot.understanding.danger_tables import Words, languages, words
from callbot.understanding.interpretation import Candidate, Strength

__all__ = ["CLEAR", "Alert", "Judge", "asks", "by_words", "look"]

SURE = 0.5
"""The detector's probability from which an utterance is an emergency. This and the others were chosen on the authors of the corpus whom
thresholds are chosen on; `callbot bench intents --part thresholds` prints what they come to."""

SURE_IN_PART = 0.8
"""The same for a clause: a few words by themselves say less."""

SURE_IN_TALE = 0.95
"""The same where the past, a habit or paperwork is told; there a clause counts only when both witnesses agree on it."""

SUPPORTED = 0.15
"""What the detector must give the whole utterance for a clause of it, or the words of the tables, to count as an emergency: « les
pompiers » in « ils passent quand, les pompiers, pour les calendriers » tells of nothing. A clause on which both witnesses agree
needs none, nor does a cry that is all that is said."""

DOUBT = 0.08
"""From here on the caller is asked whether it is an emergency."""

DOUBT_IN_PART = 0.7
"""The same for a clause of what is business as a whole."""

SHORT = 6
"""Words of an utterance up to which it is short: an answer, an aside, a beginning. Few words are like many others, and the detector…"""

SURE_IF_SHORT = 0.7
"""… alone must be so sure of them, unless the words of the tables agree…"""

DOUBT_IF_SHORT = 0.25
"""… or so sure for the caller to be asked."""

DOUBT_IN_TALE = 0.3
"""The same where the past, a habit or paperwork is told."""

DOUBT_OF_MISFORTUNE = 0.04
"""The same where somebody's fall, illness or death is told, or where the answer would be about one."""

_FEWEST = 2
"""Words of an utterance that the detector may judge: one alone is a cry of the tables, or nothing."""

PLAIN = 0.85
"""The router's confidence from which a motive is plain…"""

DOUBT_OF_PLAIN = 0.3
"""… and the detector's probability from which the caller is asked all the same."""

CLEAR = ""
"""What an utterance is that no danger is found in."""

DELICATE = frozenset({"acte_deces", "cimetiere", "declaration_deces"})
"""Motives whose answers would hurt somebody who is telling of a fall, an illness or a death just now."""

Judge = Callable[[Sequence[str]], tuple[Sequence[float], Sequence[str]]]
"""From texts to the probability of an emergency and the likeliest number of each."""


@dataclass(frozen=True, slots=True)
class Alert:
    """`number`: to be told at once. `doubt`: `fall` or `danger`, of which the caller is asked. Neither: no danger was found."""

    number: str = CLEAR
    doubt: str = CLEAR
    language: str = ""
    share: float = 0.0
    """The detector's highest probability."""
    strength: Strength = ""
    """Of the `number`: whether the tables know it, or the detector alone."""


def by_words(said: str, heard: str = "") -> Alert:
    """What the tables alone say: cries in any language that has tables, and the sure signs of those that the detector cannot read.

    `heard`: the same before it was normalised, with its courtesies.
    """
    if words("fr").only_asks(heard):
        return Alert()
    for language in languages():
        table = words(language)
        if number := table.cry(said):
            return Alert(number, language="" if language == "fr" else language, share=1.0, strength="cry")
        if language != "fr" and (number := table.sure(said)):
            return Alert(number, language=language, share=1.0, strength="sure")
    return Alert()


def look(said: str, judge: Judge, *, bare: Callable[[str], str] = str, heard: str = "") -> Alert:
    """Judge a normalised utterance. `bare` takes courtesies off, as the detector learnt it; `heard` as in `by_words`."""
    found = by_words(said, heard)
    if found.number:
        return found
    french = words("fr")
    if number := french.certain(said):
        return Alert(french.who(said) or number, share=1.0, strength="sure")
    if french.is_harmless(said):
        return Alert()
    pieces = (said, *clauses(said))
    shares, numbers = _shares(pieces, french, judge, bare)
    tale, kind = french.is_tale(said), french.misfortune(said)
    highest, short = max(shares), len(said.split()) <= SHORT
    supported = shares[0] >= SUPPORTED and len(said.split()) >= _FEWEST
    for place, (piece, share, number) in enumerate(zip(pieces, shares, numbers, strict=True)):
        sure = french.sure(piece) or french.cry(piece)
        agreed = sure is not None and share >= SURE_IN_PART
        if tale:
            alarming = supported and (agreed or (place == 0 and share >= SURE_IN_TALE))
        else:
            alarming = agreed or (supported and (sure is not None or share >= _needed(piece, french, place)))
        if alarming:
            return Alert(
                french.who(said) or sure or number, share=highest, strength="sure" if sure else "likely"
            )
    enough = DOUBT_IN_TALE if tale else DOUBT_IF_SHORT if short else DOUBT
    doubtful = shares[0] >= enough or highest >= DOUBT_IN_PART
    told = kind and not tale and highest >= DOUBT_OF_MISFORTUNE
    if doubtful or told or french.must_ask(said):
        return Alert(doubt=kind or "danger", share=highest)
    return Alert(share=highest)


def _shares(
    pieces: Sequence[str], table: Words, judge: Judge, bare: Callable[[str], str]
) -> tuple[list[float], Sequence[str]]:
    """Of each piece the probability and the number; danger must lie in what is left of it without circumstances, too."""
    rests = {piece: rest for piece in pieces if (rest := table.alarming(piece)) != piece}
    told = {piece: bare(rest) for piece, rest in rests.items() if len(rest.split()) >= _FEWEST}
    shares, numbers = judge([bare(piece) for piece in pieces] + list(told.values()))
    of_rest = dict(zip(told, shares[len(pieces) :], strict=True))
    least = [
        min(share, of_rest.get(piece, 0.0)) if piece in rests else share
        for piece, share in zip(pieces, shares, strict=False)
    ]
    return least, numbers[: len(pieces)]


def asks(alert: Alert, best: Candidate | None) -> str:
    """The doubt of which the caller is asked before `best`, the likeliest motive, is answered; empty: it may be answered.

    A motive that is plain is answered in slight doubt, save one whose answer would hurt somebody who tells of a death just now.
    """
    if best is None:
        return alert.doubt
    if best.motive in DELICATE:
        return alert.doubt or ("danger" if alert.share >= DOUBT_OF_MISFORTUNE else CLEAR)
    plain = best.confidence >= PLAIN and alert.doubt == "danger" and alert.share < DOUBT_OF_PLAIN
    return CLEAR if plain else alert.doubt


def _needed(piece: str, table: Words, place: int) -> float:
    if table.is_tale(piece):
        return SURE_IN_TALE
    if place:
        return SURE_IN_PART
    return SURE_IF_SHORT if len(piece.split()) <= SHORT else SURE

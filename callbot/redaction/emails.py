"""E-mail addresses: written, and as they are spoken: « jean point dupont arobase orange point fr »."""

from collections.abc import Iterator, Sequence

from callbot.redaction.text import Span, Word, common_words
from callbot.understanding.spoken_forms.numbers import is_number
from callbot.understanding.spoken_forms.words import word_set

AT_SIGN = word_set("arobase arrobase arobas arobaze arrobas")
ENDINGS = word_set("fr com net org eu be ch ca re gouv info bzh")
_JOINTS = word_set(
    "point dot dash hyphen tiret underscore bas du six 6 huit 8 haut slash moins trait union d"
)
"""What joins the parts of an address: « tiret du six », « trait d'union »."""
_BEFORE = word_set(
    "est c adresse mail email mel electronique e courriel mon ma m ecrire ecrivez a sur oui non alors donc my is address it write to"
)
_OTHER_SIGNS = word_set("at a chez hat")
"""Words that are the sign only where a provider follows: « durand at free point fr »."""
PROVIDERS = word_set("gmail hotmail yahoo outlook wanadoo icloud laposte sfr orange free live")
MOST_BEFORE = 14
"""Words of the part before the arobase, letters and joints counted."""
MOST_AFTER = 6


def spans(words: Sequence[Word]) -> Iterator[Span]:
    """Each address, from its first word to its last."""
    for at, word in enumerate(words):
        spoken = word.low in AT_SIGN or (word.low in _OTHER_SIGNS and _provider_at(words, at + 1))
        if spoken or "@" in word.gap:
            first = _first(words, at)
            yield words[first].start, words[_last(words, at, spoken=spoken)].end
        elif word.low in PROVIDERS and _provider_at(
            words, at
        ):  # « c'est durand gmail point com »: no sign at all
            yield words[_first(words, at)].start, words[_last(words, at, spoken=False)].end


def _provider_at(words: Sequence[Word], at: int) -> bool:
    """Whether « free point fr » or « gmail dot com » stands at `at`."""
    for end in range(at + 1, min(at + MOST_AFTER, len(words) - 1)):
        if words[end].low in ("point", "dot") and words[end + 1].low in ENDINGS:
            return True
        if words[end].low not in _JOINTS and words[end - 1].low not in _JOINTS and end > at + 1:
            return False
    return False


def _first(words: Sequence[Word], sign: int) -> int:
    """Where the part before begins: joints, letters and figures, and whatever stands beside a joint, or is no common word."""
    at = sign
    while at > 0 and sign - at < MOST_BEFORE:
        before = words[at - 1]
        if before.written == "à" or (
            before.low in _BEFORE and before.low not in _JOINTS and len(before.low) > 1
        ):
            break
        joined = at < sign and (words[at].low in _JOINTS or _glued(words[at]))
        if at == sign or joined or _is_part(before):
            at -= 1
        else:
            break
    return at


def _last(words: Sequence[Word], at: int, *, spoken: bool) -> int:
    """Where the address ends: at « point fr », else after the first word of the provider."""
    start = at + 1 if spoken else at
    for end in range(start, min(start + MOST_AFTER, len(words))):
        if words[end].low in ENDINGS and (words[end - 1].low in ("point", "dot") or "." in words[end].gap):
            return end
    return min(start, len(words) - 1)


def _is_part(word: Word) -> bool:
    if word.low in _JOINTS or len(word.low) == 1 or word.written.isdecimal() or is_number(word.low):
        return True
    return word.low not in common_words()


def _glued(word: Word) -> bool:
    """Whether a sign of an address, and no space, stands before the word."""
    return bool(word.gap) and not word.gap.isspace() and all(sign in "._-+@" for sign in word.gap)

"""Names spelled letter by letter: « D U B O I S », « B comme Berthe », « deux L », « E accent aigu », « trait d'union »."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from callbot.understanding.normalise import fold
from callbot.understanding.spoken_forms.words import HESITATIONS, find, word_set

_WORD = re.compile(r"\d|[^\W\d_]{2,}(?:-[^\W\d_]{2,})*'?|[^\W\d_]'?")
_CAPITALS = re.compile(r"(?<![^\W_])[^\W\d_]{3,}(?![^\W_])")

_FIRM = {
    "b": "bé bée",
    "c": "cé",
    "d": "dé",
    "f": "effe",
    "g": "gé",
    "h": "hache ache",
    "j": "ji gi",
    "k": "ka",
    "l": "èle",
    "m": "ème emme",
    "n": "ène enne",
    "p": "pé",
    "q": "ku",
    "r": "erre ère",
    "s": "esse",
    "t": "té",
    "v": "vé",
    "w": "wé",
    "x": "ixe ix",
    "y": "igrec",
    "z": "zède zed",
}
"""Names of letters that mean nothing else in a spelling."""
_SOFT = {
    "a": "ah ha à",
    "c": "ces ses sait",
    "d": "des dès",
    "e": "eux heu",
    "g": "jet",
    "k": "cas",
    "l": "elle elles aile ailes",
    "m": "aime aiment",
    "n": "haine en",
    "o": "oh eau haut au",
    "p": "paix",
    "q": "cul",
    "r": "air aire er",
    "s": "es est",
    "t": "thé tes",
    "u": "eu hue",
}
"""Words that recognisers write for letters; believed only between letters."""
_FIRM_NAMES = {name: letter for letter, names in _FIRM.items() for name in names.split()}
_SOFT_NAMES = {name: letter for letter, names in _SOFT.items() for name in names.split()}

_ACCENTS = {
    "aigu": "\u0301",
    "grave": "\u0300",
    "circonflexe": "\u0302",
    "trema": "\u0308",
    "cedille": "\u0327",
}
_SIGNS = {
    ("trait", "d", "union"): "-",
    ("tiret",): "-",
    ("apostrophe",): "'",
    ("espace",): " ",
    ("plus", "loin"): " ",
    ("plus", "loin", "en", "deux", "mots"): " ",
    ("nouveau", "mot"): " ",
    ("deuxieme", "mot"): " ",
}
"""What stands between letters, as folded words."""
_DOUBLES = frozenset(("deux", "double", "2"))
_SKIPPED = HESITATIONS - {"et", "oui"} | frozenset(
    ("accent", "avec", "majuscule", "minuscule", "lettre", "puis", "un", "une")
)
"""Words within a spelling that stand for no letter."""
_CUES = word_set(
    "ca s epelle ecrit je vous l epele epeler c est donc alors euh voila ecrire orthographe s'ecrit s'epelle l'epelle"
)
"""Words between a name and its spelling."""


@dataclass(frozen=True, slots=True)
class SpelledName:
    """A name that was spelled, as it is written. `agrees`: the same name was said before it, so that it is sure.

    `before` and `after`: what was said around the letters.
    """

    name: str = field(repr=False)
    agrees: bool = False
    before: str = field(default="", repr=False, compare=False)
    after: str = field(default="", repr=False, compare=False)


def read_spelled(text: str) -> SpelledName | None:
    """The longest spelling in the utterance; None when there is none.

    Two letters are one only by themselves or after the name (« Ly, L Y »): « il y a » is none.
    """
    said = _split(text)
    start, end, letters = max(_runs(said), key=lambda run: len(run[2]), default=(0, 0, ""))
    letters = unicodedata.normalize("NFC", letters).strip(" -'")
    if len(letters) < 2:
        return None
    before = [word for word in said[:start] if fold(word).strip() not in _CUES | HESITATIONS]
    heard = _said_before(before, letters)
    if heard is None and len(letters) > 2:
        heard = _said_before(said[: start + 1], letters[1:])  # « il y a D U B O I S »: the first was a word
    around = (" ".join(said[:start]).replace("' ", "'"), " ".join(said[end:]).replace("' ", "'"))
    if heard:
        return SpelledName(heard, True, *around)
    return SpelledName(written(letters), False, *around) if len(letters) > 2 or not before else None


def spelled_spans(text: str) -> list[tuple[int, int, str]]:
    """Every spelling in the utterance: where it begins and ends, and its letters; a single letter or two are none."""
    found = list(_WORD.finditer(text))
    said = [word[0].replace("’", "'") for word in found]
    runs = [(start, end, letters.strip(" -'")) for start, end, letters in _runs(said)]
    return [
        (found[start].start(), found[end - 1].end(), letters)
        for start, end, letters in runs
        if len(letters) > 2 and sum(len(word) == 1 for word in said[start:end]) > 1
    ]


def letter_named(word: str) -> str:
    """The letter that a word names by itself: « T », « té », « thé »; empty when it names none."""
    low = word.lower()
    if len(low) == 1 and low.isalpha():
        return low
    return _FIRM_NAMES.get(low) or _SOFT_NAMES.get(low) or ""


def written(letters: str) -> str:
    """Spelled letters as a name: a capital at the beginning of each part, « Le Roux », « Jean-François », « D'Artagnan »."""
    return re.sub(r"[^\W_]+", lambda part: part[0].capitalize(), letters.lower())


def _split(text: str) -> list[str]:
    """Words as they were written; a word in capitals among others is its letters, and so is « D-U-B »."""
    text = unicodedata.normalize("NFC", text).replace("’", "'")
    if text.upper() != text:
        text = _CAPITALS.sub(lambda word: " ".join(word[0]) if word[0].isupper() else word[0], text)
    return _WORD.findall(text)


def _runs(said: Sequence[str]) -> list[tuple[int, int, str]]:
    """All spellings, each with the index of its first word and the one after its last."""
    found, at = [], 0
    low = [word.lower() for word in said]
    plain = [fold(word).strip() for word in low]
    while at < len(said):
        start, letters = at, ""
        while at < len(said):
            step = _step(low, plain, at, letters)
            if step is None:
                break
            at, letters = step
        if letters:
            found.append((start, at, letters))
        at = max(at, start + 1)
    return found


def _step(low: Sequence[str], plain: Sequence[str], at: int, letters: str) -> tuple[int, str] | None:
    """The index after the next thing spelled, and the letters with it; None when the spelling ends before `at`."""
    step = _after_a_letter(low, plain, at, letters) if letters else None
    if step:
        return step
    if plain[at] in _DOUBLES and at + 1 < len(low):
        size, letter = _letter(low, plain, at + 1, letters or " ")
        times = 1 if plain[at] == "double" and letter == "v" else 2
        return (at + 1 + size, letters + ("w" if times == 1 else letter * 2)) if letter else None
    size, letter = _letter(low, plain, at, letters)
    if letter:
        return at + size, letters + letter
    return (at + 1, letters) if letters and plain[at] in _SKIPPED else None


def _after_a_letter(
    low: Sequence[str], plain: Sequence[str], at: int, letters: str
) -> tuple[int, str] | None:
    """Signs, accents, and « comme Berthe », which puts right what was heard for the letter."""
    for sign, written_as in _SIGNS.items():
        if find(plain[at : at + len(sign)], sign) == 0:
            return at + len(sign), letters + written_as
    if plain[at] in _ACCENTS:
        return at + 1, unicodedata.normalize("NFC", letters + _ACCENTS[plain[at]])
    if plain[at] == "comme" and at + 1 < len(low):
        word = (
            at + 2
            if plain[at + 1] in ("dans", "le", "la", "un", "une", "l") and at + 2 < len(low)
            else at + 1
        )
        initial = low[word][0]
        return word + 1, letters if fold(letters[-1]) == fold(initial) else letters[:-1] + initial
    return None


def _letter(low: Sequence[str], plain: Sequence[str], at: int, letters: str) -> tuple[int, str]:
    """How many words name the letter at `at`, and the letter; empty when they name none."""
    word = low[at]
    if plain[at : at + 2] in (["i", "grec"], ["y", "grec"]):
        return 2, "y"
    if len(word) == 1 and word.isalpha() and word != "à":
        return 1, word
    if word in _FIRM_NAMES:
        return 1, _FIRM_NAMES[word]
    after = low[at + 1] if at + 1 < len(low) else ""
    between = letters and (not after or len(after) == 1 or after in _FIRM_NAMES or after in _SOFT_NAMES)
    return (1, _SOFT_NAMES[word]) if between and word in _SOFT_NAMES else (0, "")


def _said_before(said: Sequence[str], letters: str) -> str | None:
    """The last words before the spelling, as they were written, if they are the same name."""
    wanted = _bare(letters)
    for size in range(1, 5):
        words = said[-size:]
        if _bare("".join(words)) == wanted and len(words) == size:
            sign = "-" if "-" in letters else " "
            parts = [word if word[0].isupper() else written(word) for word in words]
            return sign.join(parts).replace("' ", "'").replace("'-", "'")
    return None


def _bare(text: str) -> str:
    return re.sub(r"[^a-z]", "", fold(text.lower()).replace("œ", "oe"))

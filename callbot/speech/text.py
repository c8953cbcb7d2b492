"""Written French made safe to speak, and cut where a voice may breathe. Pure functions.

Answers are written for the ear, so this is only a small clean-up: typography that the engines stumble over (measured with
espeak-ng and SVOX Pico), and the few written forms that they say wrongly: hours, dates, telephone numbers, titles, acronyms.
"""

import re
import unicodedata
from collections.abc import Callable

SHORT_SENTENCE = 40
"""Letters: two seconds of our voices and a half. What is shorter is not cut."""
FIRST_CLAUSE = 26
GROWTH = 1.6

Rule = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip

ORDINALS = (
    "deuxième", "troisième", "quatrième", "cinquième", "sixième", "septième", "huitième", "neuvième", "dixième",
    "onzième", "douzième", "treizième", "quatorzième", "quinzième", "seizième", "dix-septième", "dix-huitième",
    "dix-neuvième", "vingtième",
)  # fmt: skip
"""From 2 to 20: floors, districts."""

SPELLED = frozenset({"ANTS", "CCAS", "CNI", "HLM", "PLU", "RDV"})
"""Acronyms of town halls that are said letter by letter and that the engines would read as words."""


def speakable(text: str) -> str:
    """The text as the engines should be given it: one line, plain punctuation, no mark-up, forms that are said as meant."""
    text = unicodedata.normalize("NFC", text)
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text.strip(" ,;:")


def sentences(text: str) -> list[str]:
    """Cut a speakable text after its sentences. An initial or an abbreviation before a small letter does not cut."""
    return [part for part in _SENTENCE_END.split(text) if any(map(str.isalnum, part))]


def clauses(sentence: str) -> list[str]:
    """Cut a speakable sentence where a voice may breathe, so that its first words can be heard while the rest is made.

    The first piece is short; each next one is at most GROWTH times as long, as far as there are borders: a voice that needs 0.6 s for a
    second of speech has made it before the one before it is over. Short sentences stay whole.
    """
    if len(sentence) <= SHORT_SENTENCE:
        return [sentence]
    pieces, piece = list[str](), ""
    for part in _CLAUSE_END.split(sentence):
        longest = GROWTH * len(pieces[-1]) if pieces else FIRST_CLAUSE
        if len(piece) >= FIRST_CLAUSE / 2 and len(piece) + 1 + len(part) > longest:
            pieces.append(piece)
            piece = part
        else:
            piece = f"{piece} {part}".strip()
    if pieces and len(piece) < FIRST_CLAUSE / 2:
        return [*pieces[:-1], f"{pieces[-1]} {piece}"]
    return [*pieces, piece]


def halves(text: str) -> tuple[str, str]:
    """Cut a long sentence in two at the clause border nearest its middle, else at a space, else in the middle of a word."""
    middle = len(text) // 2
    for border in (_CLAUSE_BORDER, _SPACE):
        cuts = [match.end() for match in border.finditer(text) if match.end() < len(text)]
        if cuts:
            cut = min(cuts, key=lambda at: abs(at - middle))
            return text[:cut].strip(), text[cut:].strip()
    return text[:middle], text[middle:]


def _hour(match: re.Match[str]) -> str:
    hours, minutes = int(match["hours"]), match["minutes"]
    spoken = {1: "une heure", 21: "vingt et une heures"}.get(hours, f"{hours} heures")
    return f"{spoken} {int(minutes)}" if minutes and int(minutes) else spoken


def _date(match: re.Match[str]) -> str:
    day, month = int(match["day"]), int(match["month"])
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return match[0]
    return f"{'1er' if day == 1 else day} {MONTHS[month - 1]} {match['year']}"


def _ordinal(match: re.Match[str]) -> str:
    return ORDINALS[int(match["number"]) - 2]


def _telephone(match: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", match[0])
    return ", ".join(digits[at : at + 2] for at in range(0, 10, 2))


def _euros(match: re.Match[str]) -> str:
    unit = "euro" if match["whole"] in {"0", "1"} else "euros"
    cents = match["cents"]
    return f"{match['whole']} {unit} {int(cents)}" if cents and int(cents) else f"{match['whole']} {unit}"


def _letters(match: re.Match[str]) -> str:
    return " ".join(match[0]) if match[0] in SPELLED else match[0]


def _rule(pattern: str, replacement: str | Callable[[re.Match[str]], str]) -> Rule:
    return re.compile(pattern), replacement


_RULES: tuple[Rule, ...] = (
    # Typography: straight apostrophes, no quotation marks, no brackets that an engine takes for mark-up
    _rule(r"[\u2018\u2019\u02bc\u2032]", "'"),
    _rule(r"[\u00ad\u200b-\u200d\u2060\ufeff]", ""),
    _rule(r"(?<=\w)\s*[«“„]\s*", ", "),  # « dites, un agent »: a breath, and no liaison
    _rule(r"[«»“”„\"<>\[\]{}*_|\\]", " "),
    _rule(r"(?<=\d)[\u00a0\u2009\u202f](?=\d{3}\b)", ""),
    _rule(r"[^\S\n]+", " "),
    _rule(r" ?\(", ", "),
    _rule(r"\) ?(?=[.,;:!?]|$)", ""),
    _rule(r"\)", ","),
    _rule(r"\s*(?:…|\.{2,})\s*(?=[^\W\d_A-ZÀ-Þ])", ", "),
    _rule(r"\s*(?:…|\.{2,})", "."),
    _rule(r" [–—-] |[–—]", ", "),
    # Lines and list items become sentences
    _rule(r"(?<=[.!?,;:]) *\n\s*(?:[-•] *)?", " "),
    _rule(r" *\n\s*[-•] *", ", "),
    _rule(r" *\n\s*(?=\S)", ". "),
    # Written forms
    _rule(r"\bM\. ?(?=[A-ZÀ-Þ])", "monsieur "),
    _rule(r"\bMme\b\.?", "madame"),
    _rule(r"\b[nN]°s? ?(?=\d)", "numéro "),
    _rule(r"(?<![\d,])0\d(?:[ .-]?\d\d){4}(?!\d)", _telephone),
    _rule(r"\b(?P<day>\d\d?)/(?P<month>\d\d?)/(?P<year>\d{4})\b", _date),
    _rule(r"\b24 ?[hH]/24\b", "24 heures sur 24"),
    _rule(r"\b7 ?[jJ]/7\b", "7 jours sur 7"),
    _rule(r"\b(?P<hours>[01]?\d|2[0-4]) ?[hH](?: ?(?P<minutes>[0-5]\d))?\b", _hour),
    _rule(r"\b(?P<whole>\d+)(?:,(?P<cents>\d\d))? ?€", _euros),
    _rule(r"€", " euros"),
    _rule(r"\b(?P<number>[2-9]|1\d|20)(?:e|è|ème|eme|ᵉ)\b", _ordinal),
    _rule(r"(?<=\w)\.(?=(?:gouv|fr|com|org|eu|net)\b)", " point "),
    _rule(r"\b[A-Z]{3,5}\b", _letters),
    _rule(r"\b[Pp](?:acs|ACS)\b", "pax"),
    # What the rules above left behind
    _rule(r"\s+", " "),
    _rule(r" +(?=[.,])", ""),
    _rule(r"[,;:](?:\s*[,;:])+", ","),
    _rule(r"[,;:]+\s*(?=[.!?])", ""),
    _rule(r"([.!?])(?:\s*[.!?])+", r"\1"),
)

_SENTENCE_END = re.compile(r"(?<=[.!?])(?<![ '][A-Z]\.)\s+(?=[^a-zà-ÿ])")
_CLAUSE_BORDER = re.compile(r"[,;:]\s+")
_CLAUSE_END = re.compile(r"(?<=[,;:])\s+")
_SPACE = re.compile(r"\s+")

"""Spoken French as recognisers write it, in one canonical form: lower case, no punctuation, no hesitation, numbers in words.

Whisper punctuates, capitalises and writes digits; Vosk does none of it; people who type do as they please. What follows
(acts, emergencies, router) reads `normalise(text)`, and tables of patterns read `fold(normalise(text))`.
"""

import re
import unicodedata

_UNITS = (
    "zéro",
    "un",
    "deux",
    "trois",
    "quatre",
    "cinq",
    "six",
    "sept",
    "huit",
    "neuf",
    "dix",
    "onze",
    "douze",
    "treize",
    "quatorze",
    "quinze",
    "seize",
    "dix-sept",
    "dix-huit",
    "dix-neuf",
)
_TENS = {20: "vingt", 30: "trente", 40: "quarante", 50: "cinquante", 60: "soixante", 80: "quatre-vingt"}
_ORDINALS = {1: "premier", 5: "cinquième", 9: "neuvième"}

_CHARACTERS = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "`": "'",
        "´": "'",
        "œ": "oe",
        "æ": "ae",
        "‐": "-",
        "‑": "-",
        "–": "-",
        "…": "... ",
    }
)
_SYMBOLS = (
    (r"\bn\s?°\s?", "numéro "),
    (r"€", " euros "),
    (r"%", " pour cent "),
    (r"&", " et "),
    (r"@", " arobase "),
)
_ACRONYMS = (
    "anef",
    "ants",
    "ars",
    "avc",
    "caf",
    "ccas",
    "cmu",
    "cni",
    "cpam",
    "edf",
    "hlm",
    "irm",
    "jdc",
    "pmi",
    "pmr",
    "plu",
    "rer",
    "rib",
    "rsa",
    "samu",
    "scot",
    "spanc",
    "tgv",
)
"""What is spelled aloud, letter by letter, in calls to a town hall: "c n i", "C.N.I."."""

_SPELLINGS = (
    (r"pass?e?s? ?ports?", "passeport"),
    (r"pax|pacse|pacce|packs|pacs", "pacs"),
    (r"d[ée]ch[eèé]t{1,2}eries?", "déchetterie"),
    (r"en ?combr(?:ants?|ements?)", "encombrants"),
    (r"ni[ds]? de poules?", "nid de poule"),
    (r"livr(?:et|é|ée|er|ets) (?:de|the) familles?", "livret de famille"),
    (r"(?:actes?|acte? de|hacte|acque) de nai(?:ssances?|sence)", "acte de naissance"),
    (r"quantine", "cantine"),
    (r"recen[sc]ement", "recensement"),
    (r"p[ée]ri[ -]scolaire", "périscolaire"),
    (r"france[ -]services?", "france services"),
    (r"m[ée]dia[ -]?th[eè]que", "médiathèque"),
    (r"cada(?:stre|ste)", "cadastre"),
    (r"rdv|rendez[ -]?vous", "rendez vous"),
    (r"(?:un|le) toubib", "un médecin"),
    (r"jd[sc]", "jdc"),
    (r"sis ?dic", "syndic"),
    (r"ya", "y a"),
    (r"si vous pla[iî]t", "s'il vous plaît"),
    (r"mme", "madame"),
    (r"mr", "monsieur"),
)
"""Spellings of key words that recognisers and hurried typists produce, each a whole-word pattern."""

_FILLERS = (
    "euh+|heu+|hum+|hmm+|mmh*|mhm|ben|bah|beh|bin|ah|oh|eh|hein|pff+|bon ben|eh bien|voilà|alors(?! que)|du coup|en fait|"
    "s'il vous pla[iî]t|s'il te pla[iî]t|svp|en gros|comment dire|je veux dire|disons|tu vois|"
    "vous voyez|si vous voulez|vous savez"
)
_HEAD = (
    "(?:donc|bon|et|mais|enfin|parce que|c'est pour|c'est par rapport à|c'est à propos de|c'est au sujet de)"
)
_GREETING = (
    "allô|allo|oui|ouais|bonjour|bonsoir|salut|re bonjour|rebonjour|bonne année|madame|monsieur|mademoiselle|messieurs dames|"
    "excusez moi(?: de vous déranger)?|pardon|désolée?(?: de vous déranger)?|je vous appelle parce que|j'appelle parce que|"
    "je vous appelle pour savoir|j'appelle pour savoir|je vous appelle pour|j'appelle pour|je vous appelle|j'appelle|"
    "ok|d'accord|oui et|très bien|je vous explique"
)
_LEAVE = "merci(?: beaucoup| bien| d'avance| par avance| à vous)?|au revoir|bonne journée|bonne soirée|madame|monsieur"

_ACRONYM = re.compile(
    r"(?<![\w'])("
    + "|".join(r"[ .]{0,2}".join(a) + r"\.?" for a in sorted(_ACRONYMS, key=len, reverse=True))
    + r")(?!\w)"
)
_SPELLING = tuple(
    (re.compile(rf"(?<![\w'-]){p}(?![\w])|(?<=\b[cdjlmnst]'){p}(?!\w)"), to) for p, to in _SPELLINGS
)
_FILLER = re.compile(rf"(?<![\w'])(?:{_FILLERS})(?![\w'])")
_HEADS = re.compile(rf"^(?:{_HEAD}(?![\w']) ?)+")
_GREETINGS = re.compile(rf"^(?:(?:{_GREETING})(?![\w'])\s*)+")
_LEAVES = re.compile(rf"(?:\s*(?<![\w'])(?:{_LEAVE}))+$")
_STUTTER = re.compile(r"\b([^\W\d]{1,4})(?:-|\.\.\.)\s+(?=\1)")
_NOT_A_STUTTER = "|".join(["nous", "vous", *_UNITS, *_TENS.values()])
_REPEATED = re.compile(rf"\b(?!(?:{_NOT_A_STUTTER})\b)([\w']+(?: [\w']+){{0,3}})(?: \1\b)+(?!['])")
_ELISION = re.compile(
    r"\b([cdjlmnst]|qu|jusqu|lorsqu|puisqu|quelqu) ?' ?(?=\w)|\b([cdjlmnst]|qu) (?=[aeiouyéèêàâîôûh]\w)"
)
_HOUR = re.compile(r"\b(\d{1,2}) ?h ?(\d{2})?\b")
_ORDINAL = re.compile(r"\b(\d{1,3}) ?(?:er|ère|re|e|è|ème|eme)\b")
_NUMBER = re.compile(r"\d+")


def normalise(text: str) -> str:
    """The utterance in canonical form; empty when nothing was said. Idempotent.

    Hesitations go, unless nothing else was said: « hein ? » alone is a question.
    """
    text = unicodedata.normalize("NFC", text).lower().translate(_CHARACTERS)
    text = _STUTTER.sub("", text)
    for symbol, words in _SYMBOLS:
        text = re.sub(symbol, words, text)
    text = _ACRONYM.sub(lambda m: re.sub(r"[ .]", "", m[0]) + " ", text)
    text = _words(_numbers_in_words(text))
    text = _ELISION.sub(lambda m: (m[1] or m[2]) + "'", text)
    for pattern, spelling in _SPELLING:
        text = pattern.sub(spelling, text)
    bare = _squeeze(_FILLER.sub(" ", text))
    return _REPEATED.sub(r"\1", bare or text)


def without_courtesy(text: str) -> str:
    """A normalised utterance without its greetings and thanks: what the router is to judge. Unchanged if that is all there is."""
    bare = _LEAVES.sub("", text)
    previous = None
    while bare != previous:
        previous = bare
        bare = _HEADS.sub("", _GREETINGS.sub("", bare))
    return bare.strip() or text


def fold(text: str) -> str:
    """The text without accents, and with spaces for apostrophes and hyphens: what tables of patterns are written against."""
    plain = unicodedata.normalize("NFD", text)
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return plain.replace("'", " ").replace("’", " ").replace("-", " ")


def number_in_words(number: int) -> str:
    """A whole number, 0–999 999, in French words without hyphens, as recognisers write them: « soixante dix sept »."""
    return _cardinal(number).replace("-", " ")


def _cardinal(n: int) -> str:
    if n < 20:
        return _UNITS[n]
    if n < 100:
        return _below_hundred(n)
    if n < 1000:
        head = "cent" if n < 200 else f"{_UNITS[n // 100]} cent"
        return f"{head} {_cardinal(n % 100)}" if n % 100 else head
    head = "mille" if n < 2000 else f"{_cardinal(n // 1000)} mille"
    return f"{head} {_cardinal(n % 1000)}" if n % 1000 else head


def _below_hundred(n: int) -> str:
    ten = n // 10 * 10
    if ten in (70, 90):
        ten -= 10
    rest = n - ten
    if not rest:
        return _TENS[ten]
    return (
        f"{_TENS[ten]} et {_UNITS[rest]}" if rest in (1, 11) and ten != 80 else f"{_TENS[ten]} {_UNITS[rest]}"
    )


def _numbers_in_words(text: str) -> str:
    text = _HOUR.sub(lambda m: f" {number_in_words(int(m[1]))} heures {_spoken(m[2]) if m[2] else ''} ", text)
    text = _ORDINAL.sub(lambda m: f" {_ordinal(int(m[1]))} ", text)
    text = re.sub(r"(?<=\d)[\s.](?=\d{3}\b)", "", text) if re.search(r"\b\d{1,3}[\s.]000\b", text) else text
    return _NUMBER.sub(lambda m: f" {_spoken(m[0])} ", text)


def _spoken(digits: str) -> str:
    """Digits as people say them: numbers up to six digits as a number, longer ones and those led by 0 digit by digit."""
    if len(digits) > 6 or (digits[0] == "0" and len(digits) > 1):
        return " ".join(_UNITS[int(d)] for d in digits)
    return number_in_words(int(digits))


def _ordinal(n: int) -> str:
    if n in _ORDINALS:
        return _ORDINALS[n]
    return number_in_words(n).removesuffix("e") + "ième"


def _words(text: str) -> str:
    """Letters, digits and apostrophes only; everything else parts words."""
    return _squeeze(re.sub(r"[^\w']|_", " ", text))


def _squeeze(text: str) -> str:
    return " ".join(text.split())

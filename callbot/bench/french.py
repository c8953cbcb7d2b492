"""French text made comparable before words are counted: numbers in words, no case, punctuation, ligatures or apostrophes."""

import re
import unicodedata

from num2words import num2words

_ABBREVIATIONS = {
    r"\bm\. ": "monsieur ",
    r"\bmr\b\.?": "monsieur",
    r"\bmme\b": "madame",
    r"\bmlle\b": "mademoiselle",
    r"\bn°": "numéro ",
    r"%": " pour cent ",
    r"€": " euros ",
    r"&": " et ",
    r"\b1er\b": "premier",
    r"\b1[èe]?re\b": "première",
}
_HOUR = re.compile(r"\b(\d{1,2}) ?h(?: ?(\d{2}))?\b")
_THOUSANDS = re.compile(r"(?<!\d)\d{1,3}(?:[  .]\d{3})+(?!\d)")
_ORDINAL = re.compile(r"\b(\d+)(?:e|è|ème|ième|nd|nde)\b")
_NUMBER = re.compile(r"\d+(?:,\d+)?")


def comparable(text: str) -> str:
    """The words of `text`, separated by single spaces; two spellings of the same speech give, as far as is cheap, the same words."""
    text = unicodedata.normalize("NFKC", text).lower().replace("œ", "oe").replace("æ", "ae").replace("’", "'")
    for pattern, words in _ABBREVIATIONS.items():
        text = re.sub(pattern, words, text)
    text = _HOUR.sub(lambda found: f"{found[1]} heures {found[2] or ''}", text)
    text = _THOUSANDS.sub(lambda found: re.sub(r"\D", "", found[0]), text)
    text = _ORDINAL.sub(lambda found: " " + num2words(int(found[1]), lang="fr", to="ordinal") + " ", text)
    text = _NUMBER.sub(lambda found: f" {_in_words(found[0])} ", text)
    return " ".join(re.sub(r"[\W_]+", " ", text).split())


def _in_words(digits: str) -> str:
    """A number as it is said; leading zeros are said one by one, as in telephone numbers."""
    whole, _, decimals = digits.partition(",")
    zeros = len(whole) - len(whole.lstrip("0") or "0")
    said = ["zéro"] * zeros + [num2words(int(whole), lang="fr")]
    return " ".join([*said, "virgule", num2words(int(decimals), lang="fr")] if decimals else said)

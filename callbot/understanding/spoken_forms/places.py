"""A place in the street as callers tell it: an address, the corner of two streets, « devant l'école »; and its corrections."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from callbot.understanding.normalise import fold
from callbot.understanding.patterns import any_of, anywhere, spaced
from callbot.understanding.spoken_forms.addresses import STREET_TYPES, SUFFIXES, Address, read_address
from callbot.understanding.spoken_forms.communes import Commune, Communes
from callbot.understanding.spoken_forms.names import HESITATION, alike
from callbot.understanding.spoken_forms.numbers import begins_number, number_at
from callbot.understanding.spoken_forms.read_back import address_said
from callbot.understanding.spoken_forms.words import word_set

MOST_WORDS = 20
"""Of a place in the caller's own words; a longer one is a story."""
MOST_NAMING = 5
"""Words of the name of a street."""

_WORD = re.compile(r"\d+|[^\W\d_]+")
_BEFORE_STREET = SUFFIXES | word_set("de la du l le numero au et a n")
"""What may stand between a house number and the street."""
_SMALL = word_set("de du des d la le les l et sur sous en aux au a")
_LANDMARK = re.compile(
    r"\b(?:devant|derrière|en face|à côté|près d|proche d|au coin|à l'angle|à l'angle|à la hauteur|à hauteur|au niveau|au bout|"
    r"au début|à l'entrée|à la sortie|à l'intersection|au croisement|au carrefour|au rond|sur le parking|sur la place|le long|"
    r"entre (?:la|le|les|l'))",
    re.IGNORECASE,
)
_REJECTED = re.compile(
    r"(?:,|\bet\b|\bmais\b|\bnon\b|\bc'est\b|\bce n'est\b|^)?\s*(?<!du )(?<!des )(?<!trois )\bpas (?!de )"
    r"(?:(?!\bc'est\b|\bmais\b|\bplutôt\b)[^,])+",
    re.IGNORECASE,
)
_TURNS = re.compile(
    r"(?:^|[\s,])(?:(?:non|pardon|plutôt|je me trompe|excusez[- ]moi|je veux dire|je voulais dire)(?=[\s,]|$)[\s,]*)+",
    re.IGNORECASE,
)
"""Where a caller puts right what they have just said."""
_AFTER = re.compile(
    r"[\s,.]*\b(?:s'il (?:vous|te) plaît|voilà|merci(?: bien| beaucoup)?|c'est ça|tout simplement|euh|quoi|hein|là|"
    r"monsieur|madame)[\s,.!]*$",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^[\s,]*(?:(?:euh|ben|bah|alors|bon|oui|ouais|non|donc|et|ah|eh|bien|voilà|bonjour|c'est|c'était|ça se (?:trouve|situe|passe)|"
    r"elle est|il est|j'habite|je suis|l'adresse(?: c'est| est)?|l'endroit(?: c'est)?|mon adresse(?: c'est| est)?|"
    r"ça serait|ce serait)[\s,]+)+",
    re.IGNORECASE,
)
_UNKNOWN = anywhere(
    [
        "(je|j') [(ne|n'|en|n'en)*] (sais|connais) (pas|plus|rien)|aucune idée|pas d'adresse|sans adresse|pas besoin|pas la peine|"
        "préfère pas|(veux|souhaite|peux) pas|"
        "passez (à la (suite|question)|au suivant|outre|ça|cette question)|"
        "je verrai|je dirai|(ça|cela) [ne] vous regarde pas|inutile|nulle part"
    ]
)
_PASS = re.compile(
    any_of(["[(euh|ben|bah|non|bon|oui|allez)*] (passez|passe|passons) [(donc|ça|cela|s'il vous plaît)]"])
)
_NO_PLACE = re.compile(
    r"\b(?:ai (?:déjà )?dit|disais|répète|répéter|chez (?:moi|nous)|écoutez|comprenez|entendez|vous êtes)\b",
    re.IGNORECASE,
)
"""What is said of a place without telling it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place as it is said back, and as it is written down. Hidden in `repr`. `address`: its parts; none: the caller's own words."""

    said: str = field(repr=False)
    written: str = field(repr=False)
    address: Address | None = field(default=None, repr=False)


def around(name: str) -> Communes:
    """The commune of that name to look for in addresses, also by the short name that people use: « Valbourg »."""
    short = re.split(r"[- ](?:sur|sous|en|lès|les|le|la|aux|de|du)[- ]", name, maxsplit=1)[0]
    return Communes([Commune(name), *([Commune(short)] if short != name else [])])


def unknown_place(text: str) -> bool:
    """Whether a normalised utterance says that there is no address to tell."""
    said = spaced(text)
    return _UNKNOWN.search(said) is not None or _PASS.fullmatch(said) is not None


def names_landmark(text: str) -> bool:
    """Whether it tells a landmark, though no address: « je sais pas le numéro, c'est en face de l'église »."""
    return _LANDMARK.search(_plain(text)) is not None


def names_street(text: str) -> bool:
    """Whether some word of it begins the name of a street."""
    said = fold(text.lower()).replace("a la place", "")
    return any(word in STREET_TYPES for word in said.split())


def read_place(text: str, communes: Communes, before: Place | None = None) -> Place | None:
    """The place in the utterance, the last one where the caller corrects it; None where none is told.

    `before`: what was understood earlier, of which only a part may be put right: « non, au quatorze », « pas Duruy, Hugo ».
    """
    text = _plain(text)
    found = None
    for part in _TURNS.split(_REJECTED.sub(",", text)):
        known = found or before
        found = _read(_trimmed(part), communes, known) or found
    return found


def in_own_words(text: str) -> Place | None:
    """The utterance itself for a place, to be read back; None where it is too long or too short."""
    words = _trimmed(_plain(text))
    if _NO_PLACE.search(words):
        return None
    return Place(words, words) if 2 <= len(_WORD.findall(words)) <= MOST_WORDS else None


def wholly_place(text: str) -> bool:
    """Whether the utterance begins with the place, and is no sentence that has one in it."""
    trimmed = _trimmed(_plain(text))
    said = [fold(word.lower()) for word in _WORD.findall(trimmed)]
    at = 0
    while at < len(said) and (begins_number(said[at]) or said[at] in _BEFORE_STREET):
        at += 1
    return bool(said[at:]) and (said[at] in STREET_TYPES or _LANDMARK.match(trimmed) is not None)


def _read(text: str, communes: Communes, before: Place | None) -> Place | None:
    if _LANDMARK.search(text):
        words = text[_LANDMARK.search(text).start() :]  # type: ignore[union-attr]
        return Place(words, words) if len(_WORD.findall(words)) <= MOST_WORDS else None
    if names_street(text):
        address = read_address(_from_number(text), communes)
        if address and " " in address.street:
            return _whole(_tidy(address, communes), before)
    return _part(text, before.address, communes) if before and before.address else None


def _plain(text: str) -> str:
    """One kind of letters and apostrophes, without hesitations."""
    return HESITATION.sub("", unicodedata.normalize("NFC", text).replace("’", "'")).strip()


def _trimmed(text: str) -> str:
    while True:
        shorter = _AFTER.sub("", _LEAD.sub("", f"{text} ")).strip(" ,.;!")
        if shorter == text:
            return text
        text = shorter


def _from_number(text: str) -> str:
    """From the house number before the street on: what was told before that is no part of an address."""
    words = list(_WORD.finditer(text))
    said = [fold(word[0].lower()) for word in words]
    street = next(at for at, word in enumerate(said) if word in STREET_TYPES)
    start, first = street, street
    while start and (
        said[start - 1] in _BEFORE_STREET or begins_number(said[start - 1]) or len(said[start - 1]) == 1
    ):
        start -= 1
        first = start if begins_number(said[start]) else first
    number = text[words[first].start() : words[street].start()] if first < street else ""
    number = re.sub(r"\s+(?:de\s+la|de\s+l'|du|de)\s*$", " ", number, flags=re.IGNORECASE)
    return number + text[words[street].start() :]


def _tidy(address: Address, communes: Communes) -> Address:
    """Capitals where the recogniser wrote none, and the whole name of our commune."""
    kind, _, name = address.street.partition(" ")
    street = f"{kind} {_capitals(name)}".strip()
    return replace(address, street=street, commune=communes.whole_name(_capitals(address.commune)))


def _capitals(name: str) -> str:
    if not name.islower():
        return name
    words = re.split(r"([\W_]+)", name)
    return "".join(word if fold(word) in _SMALL else word[:1].upper() + word[1:] for word in words)


def _whole(new: Address, before: Place | None) -> Place:
    """A street, with the house number that was told before where another street is told without one."""
    old = before.address if before else None
    if old and not new.number:
        new = replace(new, number=old.number, suffix=old.suffix)
    if old and not new.commune:
        new = replace(new, commune=old.commune, postcode=new.postcode or old.postcode)
    return _place(new)


def _part(text: str, old: Address, communes: Communes) -> Place | None:
    """« Au quatorze bis », « Victor Hugo », « Valbourg »: only that is changed."""
    said = [fold(word[0].lower()) for word in _WORD.finditer(text)]
    at = next(
        (at for at, word in enumerate(said) if word not in ("au", "le", "numero", "c", "est", "plutot")),
        len(said),
    )
    number = number_at(said, at) if at < len(said) and begins_number(said[at]) else None
    if number:
        rest: Sequence[str] = said[number.end :]
        if (
            len(rest) > 1
            or not 0 < number.value < 10_000
            or (rest and rest[0] not in SUFFIXES and len(rest[0]) > 1)
        ):
            return None
        return _place(replace(old, number=str(number.value), suffix=_suffix(rest)))
    town = communes.find(re.sub(r"^(?:à|a)\s+", "", text)) if said else None
    if town:
        return _place(replace(old, commune=communes.whole_name(town.name)))
    kind, _, name = old.street.partition(" ")
    if said and len(said) <= MOST_NAMING and alike(text, name):
        return _place(replace(old, street=f"{kind} {_capitals(text)}"))
    return None


def _suffix(rest: Sequence[str]) -> str:
    if not rest:
        return ""
    return rest[0] if rest[0] in SUFFIXES else rest[0].upper()


def _place(address: Address) -> Place:
    house = " ".join(part for part in (address.number, address.suffix, address.street) if part)
    town = " ".join(part for part in (address.postcode, address.commune) if part)
    return Place(address_said(address), ", ".join(part for part in (house, town) if part), address)

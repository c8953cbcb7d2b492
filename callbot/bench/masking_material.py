"""What `callbot bench masking` is measured on: names, addresses, e-mails and numbers inside sentences, with the words that must go."""

import csv
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from callbot.errors import CallbotError
from callbot.redaction.text import read
from callbot.understanding.normalise import fold
from callbot.understanding.spoken_forms.addresses import STREET_TYPES, SUFFIXES
from callbot.understanding.spoken_forms.days import MONTHS
from callbot.understanding.spoken_forms.names import PARTICLES, TITLES
from callbot.understanding.spoken_forms.numbers import begins_number, number_said
from callbot.understanding.spoken_forms.read_back import digits_said
from callbot.understanding.spoken_forms.words import word_set

NAMES_IN = {
    "je m'appelle": "bonjour je m'appelle {} et je voudrais un rendez-vous",
    "au nom de": "c'est au nom de {}",
    "à l'appareil": "oui bonjour {} à l'appareil",
    "c'est": "bonjour c'est {} je vous appelle pour ma carte d'identité",
}
TITLED_IN = {
    "c'est madame": "bonjour c'est {} je vous appelle pour un acte de naissance",
    "parler à madame": "je voudrais parler à {} s'il vous plaît",
}
SPELLED_IN = {"spelled": "{}", "spelled after « au nom de »": "c'est au nom de {}"}
ADDRESSES_IN = {
    "j'habite": "j'habite {} et ma poubelle n'a pas été ramassée",
    "mon adresse": "oui alors mon adresse c'est {}",
    "a number": "il y a un dépôt sauvage devant le {}",
}
EMAILS = {
    "point": "{0} point {1} arobase {2} point fr",
    "tiret": "{0} tiret {1} arobase {2} point com",
    "initial and figures": "{3} point {1} quarante-deux arobase {2} point fr",
    "glued": "{0}{1} arobase {2} point fr",
    "written": "{0}.{1}@{2}.fr",
}
EMAILS_IN = ("mon adresse mail c'est {} merci", "vous pouvez m'écrire à {}")
PROVIDERS = ("orange", "gmail", "wanadoo", "la poste", "free", "hotmail")
NUMBERS_IN = ("mon numéro c'est le {} merci", "rappelez-moi au {}")
OTHERS_IN = {
    "mon mari s'appelle": "mon mari s'appelle {} il a perdu ses papiers",
    "ma fille": "c'est pour inscrire ma fille {} à la cantine",
    "mon voisin": "il y a un souci avec mon voisin {} qui brûle ses déchets",
    "nobody announced": "hier {} m'a dit de vous rappeler",
    "unseen, se nomme": "le compagnon de ma sœur il se nomme {} et il voudrait se marier ici",
    "unseen, mon beau-père": "j'appelle pour mon beau-père {} qui ne peut plus se déplacer",
    "unseen, ma locataire": "ma locataire {} ne répond plus au téléphone",
    "nobody announced, a name alone": "{}",
    "nobody announced, si": "je voudrais savoir si {} a déposé son dossier",
    "nobody announced, demander": "on m'a dit de demander {} pour la crèche",
}
OTHERS_TITLED_IN = {
    "avec madame": "j'avais rendez-vous avec {} mardi",
    "le dossier de": "je vous appelle pour le dossier de {} qui est à l'hôpital",
}
BORN_IN = {
    "je suis né le": "je suis né le {} à Limoges",
    "date de naissance": "sa date de naissance c'est le {} voilà",
    "elle est née": "ma belle-mère elle est née à Brest le {}",
    "mariage": "on s'est mariés chez vous le {}",
    "unseen, le petit": "le petit il est venu au monde à la maternité le {} il faut quoi",
    "unseen, la naissance": "pour la naissance du {} je n'ai jamais eu l'acte",
}
PLATES_IN = {
    "immatriculée": "une camionnette blanche immatriculée {} bloque mon garage",
    "la plaque": "la plaque c'est {} je répète pas",
    "nothing announced": "le {} est ventouse depuis trois semaines",
    "unseen, sur la plaque": "c'est marqué {} sur la plaque à l'arrière",
    "unseen, mon véhicule": "mon véhicule {} a été enlevé ce matin",
}
CODES_IN = {
    "social security": "mon numéro de sécurité sociale c'est {} voilà",
    "IBAN": "pour le prélèvement mon IBAN c'est {} merci",
    "IBAN, nothing announced": "alors je vous le donne {} c'est noté",
}
PLATE_LETTERS = "ABCDEFGHJKLMNPQRSTVWXYZ"
_NO_PART = (
    frozenset(TITLES)
    | PARTICLES
    | STREET_TYPES
    | SUFFIXES
    | word_set(
        "nom prenom mon est c ca s epelle ecrit deux plus loin trait union apostrophe accent aigu grave circonflexe trema cedille et "
        "en au aux sur sous a numero mots double arobase point tiret com fr quarante je se avec un une espace"
    )
)
"""Words of the material that tell nobody anything by themselves."""


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence with something personal in it: what kind, in which slice, and the words (folded) none of which may stay."""

    kind: str
    slice: str
    text: str = field(repr=False)
    personal: frozenset[str] = field(repr=False)
    letters: bool = False
    """Whether spelled letters may not stay either."""


def cases(folder: Path, limit: int | None) -> list[Case]:
    """All of them; each in the writing of the data, and as Vosk writes: small letters, no signs. Raises CallbotError."""
    names, addresses = _lines(folder / "names.tsv", limit), _lines(folder / "addresses.tsv", limit)
    said = [*_names(names), *_others(names), *_addresses(addresses), *_emails(names), *_numbers(len(names))]
    said += [*_births(len(names) // 4), *_plates(len(names) // 4), *_codes(len(names) // 4)]
    return [*said, *(_as_vosk(case) for case in said if "@" not in case.text)]


def ordinary(tables: Sequence[Path]) -> dict[str, list[str]]:
    """Questions without anything personal, by the file's name; their column is `text`. Raises CallbotError."""
    return {path.stem: [line["text"] for line in _rows(path)] for path in tables}


def stays(case: Case, left: str) -> bool:
    """Whether something of what must go is in what is left."""
    lows = [word.low for word in read(left)]
    letters = sum(len(low) == 1 and low.isalpha() and low not in "ayslcjndm" for low in lows)
    return bool(case.personal & set(lows)) or (case.letters and letters > 1)


def _names(lines: Sequence[dict[str, str]]) -> Iterator[Case]:
    for line in lines:
        name = line["text"]
        spelled = line["kind"] == "spelled"
        titled = not spelled and fold(name.lower()).split()[0] in TITLES
        plain = re.fullmatch(r"[^\W\d_ -]+(?:[ -][^\W\d_ -]+)*", name) and not fold(name.lower()).startswith(
            ("nom ", "prenom", "mon ")
        )
        if not spelled and not plain:
            continue
        carriers = SPELLED_IN if spelled else TITLED_IN if titled else NAMES_IN
        for slice_, carrier in carriers.items():
            yield Case("name", slice_, carrier.format(name), _telling(name, carrier), spelled)


def _addresses(lines: Sequence[dict[str, str]]) -> Iterator[Case]:
    for line in lines:
        address = line["spoken_address"]
        first = fold(re.split(r"[ '-]", address.lower())[0])
        numbered = begins_number(first)
        for slice_, carrier in ADDRESSES_IN.items():
            if slice_ == "a number" and not numbered:
                continue
            where = "" if numbered or slice_ == "a number" else ", no number first"
            yield Case("address", slice_ + where, carrier.format(address), _telling(address, carrier))


def _emails(lines: Sequence[dict[str, str]]) -> Iterator[Case]:
    draw = random.Random(7)
    two = [line["text"].split() for line in lines if line["kind"] == "name" and line["text"].count(" ") == 1]
    for first, last in (pair for pair in two if fold(pair[0].lower()) not in TITLES):
        shape, carrier, provider = draw.choice([*EMAILS]), draw.choice(EMAILS_IN), draw.choice(PROVIDERS)
        address = EMAILS[shape].format(first, last, provider.replace(" ", ""), first[0]).lower()
        if shape == "written":
            address = fold(address)
        yield Case("e-mail", shape, carrier.format(address), _telling(address, carrier) - {provider})


def _numbers(count: int) -> Iterator[Case]:
    draw = random.Random(8)
    for _ in range(count // 4):
        digits = f"0{draw.randint(1, 7)}" + "".join(str(draw.randint(0, 9)) for _ in range(8))
        pairs = [digits[at : at + 2] for at in range(0, 10, 2)]
        carrier = draw.choice(NUMBERS_IN)
        yield Case(
            "number", "in figures", carrier.format(" ".join(pairs)), frozenset(pairs[:-1]) - {pairs[-1]}
        )
        said = frozenset(word.low for word in read(digits_said(digits[:4]))) - {
            word.low for word in read(digits_said(digits[4:]))
        }
        yield Case("number", "in words", carrier.format(digits_said(digits)), said)


def _others(lines: Sequence[dict[str, str]]) -> Iterator[Case]:
    """First name and surname of somebody who is spoken of, or title and surname."""
    for line in lines:
        name = line["text"]
        if line["kind"] != "name" or not re.fullmatch(r"[^\W\d_-]+(?:[ -][^\W\d_-]+){1,3}", name):
            continue
        first = fold(name.lower()).split()[0]
        if first in ("nom", "prenom", "mon"):
            continue
        carriers = OTHERS_TITLED_IN if first in TITLES else OTHERS_IN
        for slice_, carrier in carriers.items():
            yield Case("third party", slice_, carrier.format(name), _telling(name, carrier))


def _births(count: int) -> Iterator[Case]:
    draw = random.Random(9)
    for _ in range(count):
        day, month, year = draw.randint(1, 28), draw.randint(1, 12), draw.randint(1925, 2008)
        slice_, carrier = draw.choice([*BORN_IN.items()])
        said_day = "premier" if day == 1 else number_said(day)
        century = f"dix-neuf cent {number_said(year % 100)}" if 1910 < year < 2000 else number_said(year)
        for shape, text in (
            ("in words", f"{said_day} {MONTHS[month - 1]} {number_said(year)}"),
            ("in words, dix-neuf cent", f"{said_day} {MONTHS[month - 1]} {century}"),
            ("written", f"{day} {MONTHS[month - 1]} {year}"),
            ("in figures", f"{day:02}/{month:02}/{year}"),
        ):
            whole = carrier.format(text)
            around = {word.low for word in read(carrier)}
            yield Case("date of birth", f"{slice_}, {shape}", whole, _parts(text) - around)


def _plates(count: int) -> Iterator[Case]:
    draw = random.Random(10)
    for _ in range(count):
        a, b, c, d = (draw.choice(PLATE_LETTERS) for _ in range(4))
        number = draw.randint(1, 999)
        slice_, carrier = draw.choice([*PLATES_IN.items()])
        for shape, text in (
            ("written", f"{a}{b}-{number:03}-{c}{d}"),
            ("written, spaces", f"{a}{b} {number:03} {c}{d}"),
            ("spelled", f"{a} {b} {number_said(number)} {c} {d}"),
            ("spelled, tiret", f"{a} {b} tiret {number_said(number)} tiret {c} {d}"),
        ):
            gone = frozenset({f"{number:03}", *(word.low for word in read(number_said(number)))})
            around = {word.low for word in read(carrier)} | {"et"}
            yield Case("plate", f"{slice_}, {shape}", carrier.format(text), gone - around, letters=True)


def _codes(count: int) -> Iterator[Case]:
    draw = random.Random(11)
    for _ in range(count):
        groups = [
            str(draw.randint(1, 2)),
            *(f"{draw.randint(10, 99)}" for _ in range(3)),
            *(f"{draw.randint(100, 999)}" for _ in range(2)),
            f"{draw.randint(10, 97)}",
        ]
        carrier = CODES_IN["social security"]
        spoken = " ".join(number_said(int(group)) for group in groups)
        for shape, text in (("in figures", " ".join(groups)), ("in words", spoken)):
            yield Case("code", f"social security, {shape}", carrier.format(text), frozenset(_parts(text)))
        pairs = [f"{draw.randint(1000, 9999)}" for _ in range(5)]
        iban = ["76", *pairs, f"{draw.randint(100, 999)}"]
        said = " ".join(number_said(int(pair[:2])) + " " + number_said(int(pair[2:])) for pair in pairs)
        for slice_ in ("IBAN", "IBAN, nothing announced"):
            figures, words = f"FR{' '.join(iban)}", f"F R soixante-seize {said} {number_said(int(iban[-1]))}"
            for shape, text in (("written", figures), ("spelled", words)):
                gone = frozenset(_parts(text)) - {
                    iban[-1],
                    "fr",
                    "f",
                    "r",
                    *_parts(number_said(int(iban[-1]))),
                }
                yield Case("code", f"{slice_}, {shape}", CODES_IN[slice_].format(text), gone)


def _parts(text: str) -> frozenset[str]:
    """Every word and group of figures of it but the smallest joints."""
    return frozenset(word.low for word in read(text)) - {"et", "le"}


def _telling(text: str, carrier: str) -> frozenset[str]:
    """Its words that tell who or where it is; not those that the sentence has as well."""
    around = {word.low for word in read(carrier)}
    return frozenset(
        word.low
        for word in read(text)
        if len(word.low) > 2
        and word.low not in _NO_PART | around
        and not begins_number(word.low)
        and word.low != "mille"
    )


def _as_vosk(case: Case) -> Case:
    small = re.sub(r"[^\w']+", " ", case.text.lower()).strip()
    return Case(case.kind, f"{case.slice}, as Vosk writes", small, case.personal, case.letters)


def _lines(path: Path, limit: int | None) -> list[dict[str, str]]:
    return _rows(path)[:limit]


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file, delimiter="\t"))
    except OSError as error:
        raise CallbotError(f"'{path}' cannot be read ({error.strerror})") from None

"""What callers said, said back to them for confirmation: the words a voice speaks, one sentence for each kind of value.

Numbers are written in full, so that every voice says them in the French way; commas are short pauses.
"""

from datetime import date

from callbot.humans.hours import spoken_time
from callbot.understanding.spoken_forms.addresses import Address
from callbot.understanding.spoken_forms.days import MONTHS, WEEKDAYS, Days
from callbot.understanding.spoken_forms.numbers import number_said
from callbot.understanding.spoken_forms.telephone import Phone, Status
from callbot.understanding.spoken_forms.times import Times

QUESTION = "C'est bien ça ?"

_LETTERS = {
    "é": "E accent aigu",
    "è": "E accent grave",
    "ê": "E accent circonflexe",
    "ë": "E tréma",
    "à": "A accent grave",
    "â": "A accent circonflexe",
    "î": "I accent circonflexe",
    "ï": "I tréma",
    "ô": "O accent circonflexe",
    "ö": "O tréma",
    "ù": "U accent grave",
    "û": "U accent circonflexe",
    "ü": "U tréma",
    "ç": "C cédille",
    "œ": "O, E",
    "-": "trait d'union",
    "'": "apostrophe",
    " ": "plus loin",
}
_COUNTRIES = (
    "33",
    "32",
    "41",
    "352",
    "377",
    "49",
    "44",
    "39",
    "34",
    "351",
    "213",
    "212",
    "216",
    "221",
    "225",
)
"""Codes that are said in one breath; others are said digit by digit."""


def digits_said(digits: str) -> str:
    """Digits in pairs, a first one alone if their number is odd: « zéro six, douze, trente-quatre »."""
    odd = len(digits) % 2
    groups = [*digits[:odd], *(digits[at : at + 2] for at in range(odd, len(digits), 2))]
    return ", ".join(_pair_said(group) for group in groups)


def phone_said(phone: Phone) -> str:
    """A number, complete or not, as one says it; empty when there are no digits."""
    if not phone.digits.startswith("+"):
        return digits_said(phone.digits)
    code = next((c for c in _COUNTRIES if phone.digits[1:].startswith(c)), "")
    rest = digits_said(phone.digits[1 + len(code) :])
    country = number_said(int(code)) if code else ""
    return f"plus {country}, {rest}" if code else f"plus {rest}"


_PHONE_SENTENCES = {
    Status.EMPTY: "Je n'ai pas entendu votre numéro. Pouvez-vous me le redire, deux chiffres par deux chiffres ?",
    Status.INCOMPLETE: "J'ai noté {said}. Quelle est la suite ?",
    Status.COMPLETE: "J'ai noté le {said}. " + QUESTION,
    Status.FOREIGN: "J'ai noté un numéro à l'étranger : {said}. " + QUESTION,
    Status.TOO_LONG: "J'ai noté trop de chiffres. Pouvez-vous reprendre votre numéro depuis le début ?",
    Status.INVALID: "J'ai noté {said}, mais ce numéro n'existe pas. Pouvez-vous le reprendre depuis le début ?",
}


def confirm_phone(phone: Phone) -> str:
    """The sentence after a number: a question when it is complete, else what is missing or wrong."""
    return _PHONE_SENTENCES[phone.status].format(said=phone_said(phone))


def date_said(day: date, today: date | None = None) -> str:
    """« vendredi trois avril »; the year is said when it is not that of `today`."""
    number = "premier" if day.day == 1 else number_said(day.day)
    said = f"{WEEKDAYS[day.weekday()]} {number} {MONTHS[day.month - 1]}"
    return said if today is not None and day.year == today.year else f"{said} {number_said(day.year)}"


def confirm_days(days: Days, today: date) -> str:
    """The sentence after a day; it asks which is right where weekday and date do not go together."""
    if days.doubtful:
        return f"Le {_without_weekday(days.first)} est un {WEEKDAYS[days.first.weekday()]}. Quel jour voulez-vous dire ?"
    first = date_said(days.first, today)
    if days.day:
        return f"J'ai noté le {first}. {QUESTION}"
    return f"J'ai noté entre le {first} et le {date_said(days.last, today)}. {QUESTION}"


def times_said(times: Times) -> str:
    """« à dix heures quinze », « entre onze heures et midi »."""
    if times.at is not None:
        return f"à {spoken_time(times.at)}"
    return f"entre {spoken_time(times.first)} et {spoken_time(times.last)}"


def confirm_times(times: Times) -> str:
    """The sentence after a time of day."""
    return f"J'ai noté {times_said(times)}. {QUESTION}"


def amount_said(cents: int) -> str:
    """« douze euros cinquante », « quatre-vingts centimes », « un euro »."""
    euros, rest = divmod(cents, 100)
    if not euros:
        return f"{number_said(rest)} centime{'s' if rest > 1 else ''}"
    whole = f"{number_said(euros)} euro{'s' if euros > 1 else ''}"
    return f"{whole} {number_said(rest)}" if rest else whole


def confirm_amount(cents: int) -> str:
    """The sentence after an amount."""
    return f"J'ai noté {amount_said(cents)}. {QUESTION}"


def spelled_said(name: str) -> str:
    """A name letter by letter: « D, U, B, O, I, S », « deux L », « E accent aigu », « trait d'union »."""
    letters = name.lower().replace("’", "'")
    said, at = [], 0
    while at < len(letters):
        letter = letters[at]
        double = letter.isalpha() and letters[at + 1 : at + 2] == letter and letter not in _LETTERS
        said.append(f"deux {letter.upper()}" if double else _LETTERS.get(letter, letter.upper()))
        at += 2 if double else 1
    return ", ".join(said)


def confirm_name(name: str) -> str:
    """The sentence after a spelled name."""
    return f"J'ai noté {name} : {spelled_said(name)}. {QUESTION}"


def postcode_said(postcode: str) -> str:
    """« trente et un mille quatre cents », « zéro six mille trois cent quarante »."""
    zero = "zéro " if postcode.startswith("0") else ""
    return zero + number_said(int(postcode))


def address_said(address: Address) -> str:
    """The address in one line for the ear; what was not understood is left out."""
    number = number_said(int(address.number)) if address.number else ""
    house = " ".join(part for part in (number, address.suffix, address.street) if part)
    code = postcode_said(address.postcode) if address.postcode else ""
    town = " ".join(part for part in (code, address.commune) if part)
    if town and not code and house:
        return f"{house}, à {town}"
    return ", ".join(part for part in (house, town) if part)


def confirm_address(address: Address) -> str:
    """The sentence after an address."""
    return f"J'ai noté {address_said(address)}. {QUESTION}"


def _pair_said(digits: str) -> str:
    if digits[0] == "0":
        return " ".join(number_said(int(digit)) for digit in digits)
    return number_said(int(digits))


def _without_weekday(day: date) -> str:
    return date_said(day, day).split(" ", 1)[1]

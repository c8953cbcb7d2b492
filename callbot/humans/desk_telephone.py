"""A receptionist's telephone as they write it: an extension, a French number or a SIP address, in one form that may be rung. Pure."""

import re
from collections.abc import Sequence

from callbot.knowledge.entries import EMERGENCY_NUMBERS
from callbot.phone_numbers import normalise_number

EXTENSION = re.compile(r"[0-9]{2,6}", re.ASCII)
FRENCH = re.compile(r"\+33[1-79][0-9]{8}", re.ASCII)
"""Landlines, mobiles and boxes; not 08, which costs whoever pays for the line."""
ADDRESS = re.compile(r"(sips?:)?([A-Za-z0-9._+-]{1,64})@([A-Za-z0-9.\[\]:-]{1,255})", re.ASCII)
"""A user part is a name or a number: what else the grammar allows (RFC 3261 25.1), a PBX may strip or read as it likes."""
STRIPPED = re.compile(r"[._+-]")
"""What a PBX strips from a number: `0-0044…` is dialled like `00044…`."""
COSTLY = re.compile(r"118[0-9]{3}|3[0-9]{3}|10[0-9]{2}", re.ASCII)
"""Short numbers of the public network that may cost, as 3200 and 118 218 do: no extension, unless transfer_numbers lists it."""
ANY = "x"
"""Any figure, in a pattern of the setting transfer_numbers."""

ELSEWHERE = (
    "Le standard n’appelle que des adresses en @{domain} (réglage sip_domain). "
    "Écrivez votre numéro de poste, ou une adresse en @{domain}."
)
NO_DOMAIN = (
    "Une adresse SIP ne peut pas être appelée : le réglage sip_domain, l’adresse du standard, est vide. Écrivez un numéro de poste, ou "
    "demandez à la personne qui administre le service de le remplir."
)


EMERGENCY = "C’est un numéro d’urgence : donnez celui de votre téléphone."
COSTS = (
    "Ce numéro court peut être payant (118…, 3…, 10…). Si c’est un numéro de poste, demandez à la personne qui administre le service de "
    "l’ajouter au réglage transfer_numbers."
)
SEPARATED = "Écrivez le numéro d’une adresse SIP en chiffres seulement, sans tiret ni point."
NO_TELEPHONE = "Écrivez un numéro de poste (100), un numéro français (01 99 00 00 01) ou une adresse SIP (sip:claire@standard.fr)."


class TelephoneError(ValueError):
    """It cannot be rung; the message says so in French, at the field."""


def checked(written: str, listed: Sequence[str] = ()) -> str:
    """`100`, `+33199000001` or `sip:claire@192.0.2.1`; empty when nothing is written. `listed`: transfer_numbers. Raises TelephoneError."""
    bare = written.strip()
    if not bare:
        return ""
    if "@" in bare:
        return _checked_address(bare, listed)
    figures = re.sub(r"[\s.\-\u00a0\u202f]", "", bare)
    if EXTENSION.fullmatch(figures):
        return _checked_short(figures, listed)
    number = normalise_number(bare)
    if FRENCH.fullmatch(number):
        return number
    raise TelephoneError(EMERGENCY if figures in EMERGENCY_NUMBERS else NO_TELEPHONE)


def matches(pattern: str, number: str) -> bool:
    """Whether a number is one of a pattern of transfer_numbers (transfer_numbers.normal_pattern)."""
    return len(pattern) == len(number) and all(
        sign in (ANY, figure) for sign, figure in zip(pattern, number, strict=True)
    )


def _checked_address(bare: str, listed: Sequence[str]) -> str:
    """A name at a host as it is; a number there is looked at like any other, and told in the form that is dialled."""
    found = ADDRESS.fullmatch(bare)
    if not found:
        raise TelephoneError(NO_TELEPHONE)
    scheme, user, host = found.groups()
    if STRIPPED.sub("", user).isdecimal():
        if STRIPPED.search(user.removeprefix("+")):
            raise TelephoneError(SEPARATED)
        user = checked(user, listed)
    return f"{scheme or 'sip:'}{user}@{host}"


def _checked_short(figures: str, listed: Sequence[str]) -> str:
    """An extension: no number of the public network, not even behind the 0 that takes an outside line."""
    inside = figures.lstrip("0")
    if figures in EMERGENCY_NUMBERS or inside in EMERGENCY_NUMBERS:
        raise TelephoneError(EMERGENCY)
    if COSTLY.fullmatch(inside) and not any(matches(pattern, figures) for pattern in listed):
        raise TelephoneError(COSTS)
    return figures


def kind_of(telephone: str) -> str:
    """What a checked telephone is, for the journal, which holds no numbers."""
    if "@" in telephone:
        return "SIP address"
    return (
        "outside number"
        if telephone.startswith("+")
        else "extension"
        if telephone
        else "telephone of the service"
    )


def is_elsewhere(telephone: str, domain: str) -> bool:
    """Whether it is a SIP address of another host than the PBX `domain`: nobody is rung there."""
    return "@" in telephone and telephone.rpartition("@")[2] != domain


def at_pbx(telephone: str, domain: str) -> str:
    """The same telephone. Raises TelephoneError for a SIP address that the SIP bridge would refuse to ring."""
    if is_elsewhere(telephone, domain):
        raise TelephoneError(ELSEWHERE.format(domain=domain) if domain else NO_DOMAIN)
    return telephone

"""A receptionist's telephone as they write it: an extension, a French number or a SIP address, in one form that may be rung. Pure."""

import re

from callbot.knowledge.entries import EMERGENCY_NUMBERS
from callbot.phone_numbers import normalise_number

EXTENSION = re.compile(r"[0-9]{2,6}", re.ASCII)
FRENCH = re.compile(r"\+33[1-79][0-9]{8}", re.ASCII)
"""Landlines, mobiles and boxes; not 08, which costs whoever pays for the line."""
ADDRESS = re.compile(r"sips?:[A-Za-z0-9_.!~*'()&=+$,/-]{1,64}@[A-Za-z0-9.\[\]:-]{1,255}", re.ASCII)
USER_AT_HOST = re.compile(r"[A-Za-z0-9_.!~*'()&=+$,/-]{1,64}@[A-Za-z0-9.\[\]:-]{1,255}", re.ASCII)

ELSEWHERE = (
    "Le standard n’appelle que des adresses en @{domain} (réglage sip_domain). "
    "Écrivez votre numéro de poste, ou une adresse en @{domain}."
)
NO_DOMAIN = (
    "Une adresse SIP ne peut pas être appelée : le réglage sip_domain, l’adresse du standard, est vide. Écrivez un numéro de poste, ou "
    "demandez à la personne qui administre le service de le remplir."
)


class TelephoneError(ValueError):
    """It cannot be rung; the message says so in French, at the field."""


def checked(written: str) -> str:
    """`100`, `+33199000001` or `sip:claire@192.0.2.1`; empty when nothing is written. Raises TelephoneError."""
    bare = written.strip()
    if not bare:
        return ""
    if USER_AT_HOST.fullmatch(bare):
        bare = f"sip:{bare}"
    if ADDRESS.fullmatch(bare):
        return bare
    figures = re.sub(r"[\s.\-\u00a0\u202f]", "", bare)
    if figures in EMERGENCY_NUMBERS:
        raise TelephoneError("C’est un numéro d’urgence : donnez celui de votre téléphone.")
    if EXTENSION.fullmatch(figures):
        return figures
    number = normalise_number(bare)
    if FRENCH.fullmatch(number):
        return number
    raise TelephoneError(
        "Écrivez un numéro de poste (100), un numéro français (01 99 00 00 01) ou une adresse SIP (sip:claire@standard.fr)."
    )


def is_elsewhere(telephone: str, domain: str) -> bool:
    """Whether it is a SIP address of another host than the PBX `domain`: nobody is rung there."""
    return "@" in telephone and telephone.rpartition("@")[2] != domain


def at_pbx(telephone: str, domain: str) -> str:
    """The same telephone. Raises TelephoneError for a SIP address that the SIP bridge would refuse to ring."""
    if is_elsewhere(telephone, domain):
        raise TelephoneError(ELSEWHERE.format(domain=domain) if domain else NO_DOMAIN)
    return telephone

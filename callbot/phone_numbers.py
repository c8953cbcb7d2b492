"""Telephone numbers in one form, however a telephone system writes them. Pure functions."""

import re


def normalise_number(number: str) -> str:
    """One form for a number however it is written: +33…, 0033…, 33 (0)…, 0… all become +33…; empty when there is none.

    Of a SIP address the user part counts. Short and foreign numbers keep their digits; names (`anonymous`) are nothing.
    """
    user = user_part(number)
    international = user.replace("(0)", "").lstrip().startswith("+")
    digits = re.sub(r"[\s().\-/ ]", "", user.replace("(0)", "")).lstrip("+")
    if not digits.isascii() or not digits.isdigit():
        return ""
    if digits.startswith("00"):
        international, digits = True, digits[2:]
    if international:
        return "+" + (f"33{digits[3:]}" if digits.startswith("330") else digits)
    if digits.startswith("0") and len(digits) == 10:
        return f"+33{digits[1:]}"
    return f"+{digits}" if digits.startswith("33") and len(digits) == 11 else digits


def user_part(number: str) -> str:
    """What stands before the host of a SIP or tel address; any other text as it is, without spaces around it."""
    bare = re.sub(r"^(sips?|tel):", "", number.strip(), flags=re.IGNORECASE)
    return bare.split("@")[0].split(";")[0].strip()


def line_key(number: str) -> str:
    """What two ways of writing one called number have in common; SIP users that are names compare without case."""
    return normalise_number(number) or user_part(number).casefold()


def as_dialled(number: str) -> str:
    """A number as one dials it from France: 06 12 34 56 78."""
    if not number.startswith("+33"):
        return number
    national = f"0{number[3:]}"
    return " ".join(national[at : at + 2] for at in range(0, len(national), 2))

"""Which telephones that are no agent's a receptionist may pass a caller on to: what the setting transfer_numbers lists. Pure.

A pattern is a number or an extension in which `x` stands for any figure: `0199xxxxxx`, `2xx`, `01 99 00 00 01`. Nothing else is dialled:
whoever gets at a desk must not be able to call at the town hall's cost.
"""

import re
from collections.abc import Sequence

from callbot.humans.desk_telephone import EXTENSION, FRENCH, TelephoneError, checked, matches
from callbot.phone_numbers import normalise_number

SEPARATORS = re.compile(r"[\s.\-\u00a0\u202f]")
NATIONAL = re.compile(r"0[1-79][0-9x]{8}", re.ASCII)
INTERNATIONAL = re.compile(r"\+33[1-79][0-9x]{8}", re.ASCII)
SHORT = re.compile(r"[0-9][0-9x]{1,5}", re.ASCII)
LEAST_FIGURES = 4
"""Of a national number: fewer would let half of the country be called."""
NONE_ALLOWED = "Aucun numéro n’est autorisé : demandez à la personne qui administre le service (réglage transfer_numbers)."
NOT_ALLOWED = "Ce numéro n’est pas de ceux vers lesquels on peut passer un appel (réglage transfer_numbers)."


def normal_pattern(written: str) -> str:
    """`2xx` or `+33199xxxxxx`. Raises ValueError, in words for who sets it."""
    bare = SEPARATORS.sub("", written).lower()
    if NATIONAL.fullmatch(bare):
        bare = f"+33{bare[1:]}"
    if INTERNATIONAL.fullmatch(bare):
        if sum(sign.isdecimal() for sign in bare[3:]) + 1 < LEAST_FIGURES:
            raise ValueError(
                f"'{written}' would let too many numbers be called: write more figures before the x"
            )
        return bare
    if SHORT.fullmatch(bare):
        return bare
    raise ValueError(
        f"'{written}' is neither an extension (2xx) nor a French number (0199xxxxxx); x is any figure"
    )


def allowed(written: str, patterns: Sequence[str]) -> str:
    """The number in the form that is dialled. `patterns`: as normal_pattern gives them. Raises TelephoneError."""
    if not patterns:
        raise TelephoneError(NONE_ALLOWED)
    number = checked(written, patterns)
    fits = EXTENSION.fullmatch(number) or FRENCH.fullmatch(normalise_number(number))
    if not fits or not any(matches(pattern, number) for pattern in patterns):
        raise TelephoneError(NOT_ALLOWED)
    return number

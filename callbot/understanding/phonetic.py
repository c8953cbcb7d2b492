"""How French words sound, roughly: one key for what recognisers take for one another (« qu'elle papier », « quels papiers »). No I/O.

Words run together, for recognisers cut them elsewhere; vowels that are near are one. A table of rules, in order.
"""

import re

__all__ = ["key"]

_VOWEL = "aeiouyéèêëàâîïôöûùü0123"
_RULES = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"[àâä]", "a"), (r"[îï]", "i"), (r"[ûùü]", "u"), (r"[ôö]", "o"), (r"oe", "e"),
        (r"ph", "f"), (r"s?ch", "C"), (r"gn", "N"), (r"h", ""),
        (r"(?<=[^aeiouyé])(?:er|ez|et|ées?|és|ers)$", "é"), (r"(?:eau|au)x?", "o"), (r"o[ts]$", "o"),
        (r"ill(?=[aeiouyé])", "iy"), (r"(?<=[aeu])il(?:l(?=[aeiouyé])|s?$)", "y"), (r"ti(?=on|el|eux)", "si"),
        (r"qu|q|cc(?![ei])|c(?![eiyéèêë])", "k"), (r"ç|c", "s"), (r"gu(?=[eiyéèê])", "G"), (r"ge(?=[ao])", "j"),
        (r"g(?=[eiyéèê])", "j"), (r"G", "g"), (r"(?<=[aeiouyéèê])s(?=[aeiouyéèê])", "z"),
        (r"x(?=[aeiouyé])", "ks"), (r"([bdfgjklmnprstvzCN])\1+", r"\1"),
        (r"(?<=.)(?:es|ent)$", "e"), (r"(?<=.)[sxtdpz]+$", ""),
        (r"oin", "w3"), (r"oi|oy", "wa"), (r"oû|ou", "U"),
        (rf"ien(?![{_VOWEL}nm])", "y3"), (rf"(?:ain|ein|aim|in|im|yn|un|um)(?![{_VOWEL}nm])", "3"),
        (rf"(?:an|am|en|em)(?![{_VOWEL}nm])", "2"), (rf"(?:on|om)(?![{_VOWEL}nm])", "1"),
        (r"eu", "0"), (r"ai|ei|[éèêë]", "e"), (r"(?<=.)e$", ""), (r"y", "i"), (r"w", "ua"),
    )
)  # fmt: skip


def key(normalised: str) -> str:
    """The sounds of a normalised utterance, as one word."""
    return "".join(map(_sounds, re.split(r"[ '-]+", normalised)))


def _sounds(word: str) -> str:
    for pattern, sound in _RULES:
        word = pattern.sub(sound, word)
    return word

"""What is said to show that one listens: « mm-hmm », « oui », « d'accord ». It asks for nothing, and does not take the floor. Tables.

Speech over the bot of such words alone lets it go on; so does « continuez », which asks for just that.
"""

import re
from types import MappingProxyType

__all__ = ["asks_to_go_on", "is_backchannel", "replies"]

BACKCHANNEL: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        "fr": (
            "oui", "ouais", "ok", "okay", "d'accord", "daccord", "d accord", "ah", "oh", "eh", "euh", "hein", "bon", "bien",
            "très bien", "voilà", "c'est ça", "exact", "exactement", "parfait", "entendu", "je vois", "je comprends", "merci",
            "bonjour", "allô", "super", "mm", "mmh", "mmm", "hm", "hmm", "hum", "mh", "mhm", "uh", "huh", "han", "ha", "tiens",
            "alors", "donc", "non", "si", "ça marche", "bien sûr", "tout à fait", "génial", "ah bon", "c'est bien ça", "c'est noté",
            "merci beaucoup", "bah", "ben", "pff", "aïe",
        ),
        "en": (
            "yes", "yeah", "yep", "ok", "okay", "right", "all right", "alright", "i see", "sure", "ah", "oh", "uh", "um", "huh",
            "mm", "mmm", "mhm", "hm", "hmm", "good", "great", "fine", "thanks", "thank you", "hello", "hi", "no", "well", "so",
        ),
    }
)  # fmt: skip
"""By language; an utterance made of these, in any order and number, is one."""

GO_ON: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        "fr": ("continuez", "continue", "allez y", "vas y", "poursuivez", "je vous écoute", "je t'écoute", "dites", "pardon allez y"),
        "en": ("go on", "go ahead", "continue", "carry on", "please continue", "i'm listening"),
    }
)  # fmt: skip
"""« Continuez »."""

REPLIES: MappingProxyType[str, frozenset[str]] = MappingProxyType(
    {"fr": frozenset({"non", "si", "merci"}), "en": frozenset({"no", "thanks", "thank"})}
)
"""Assents that nobody murmurs while a question is asked: there they answer it (« Avez-vous une autre question ? » « Non merci »)."""


def _made_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile(rf"(?:(?:{'|'.join(map(re.escape, longest_first))})(?: |$))+")


_BACKCHANNEL = {language: _made_of(phrases) for language, phrases in BACKCHANNEL.items()}
_GO_ON = {
    language: _made_of((*phrases, *BACKCHANNEL[language], "s'il vous plaît", "please"))
    for language, phrases in GO_ON.items()
}


def is_backchannel(text: str, language: str = "fr") -> bool:
    """Whether a transcript (as the recogniser writes it, or normalised) has nothing but such words; also when it has none at all."""
    plain = _plain(text)
    return not plain or _pattern(_BACKCHANNEL, language).fullmatch(plain) is not None


def asks_to_go_on(text: str, language: str = "fr") -> bool:
    """Whether it asks the bot to go on, with assents around it or not."""
    plain = _plain(text)
    return (
        bool(plain)
        and not is_backchannel(text, language)
        and _pattern(_GO_ON, language).fullmatch(plain) is not None
    )


def replies(text: str, language: str = "fr") -> bool:
    """Whether it has a word that answers a question of ours, whatever it asks."""
    return not REPLIES.get(language, REPLIES["fr"]).isdisjoint(_plain(text).split())


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+", text.lower())).replace("’", "'")


def _pattern(patterns: dict[str, re.Pattern[str]], language: str) -> re.Pattern[str]:
    return patterns.get(language, patterns["fr"])

"""What a caller says who wants to leave a message, or is asked whether they do, or has left one; French and English. Pure tables.

Notation: patterns.py. Whoever is taken for one of them is asked before anything is recorded.
"""

import re

from callbot.dialogue.moves import State
from callbot.understanding.patterns import any_of, anywhere, spaced

__all__ = ["answer_about", "wants_message"]

_WISH = anywhere(
    [
        "(je|j'|on|puis je|pourrais je|peut on) [(ne|n')] [(aimerais|voudrais|veux|souhaite|souhaiterais|préfère|préférerais|peux|"
        "pourrais|vais|peut|préfère|voulais|bien|plutôt|vous|aussi|simplement|juste|alors)*] "
        "(laisser|laissé|enregistrer|déposer|dicter) [(vous|lui|leur)] un [(petit|bref)] message",
        "(laisser|enregistrer|déposer|dicter) un [(petit|bref)] message",
        "(i'd|i|can i|could i|may i|we) [(would|like|want|prefer|rather|can|just|to|please)*] (leave|record) (a|you a|them a) message",
        "(leave|record) a message",
    ]
)
_MESSAGE = anywhere(["messages?"])
_JUST_MESSAGE = re.compile(
    any_of(
        [
            "[(oui|euh|alors|ben|bon|d'accord|plutôt|je (prends|préfère|veux bien)|laisser|yes|ok|leave)*] (un|le|a|the) message "
            "[(oui|plutôt|d'accord|merci|s'il vous plaît|please|then|instead)*]"
        ]
    )
)
_NO_MESSAGE = anywhere(
    [
        "(pas|sans|aucun|plus) [(de|besoin de|envie de|laisser|laissez|enregistrer|un|le|ce|mon)*] messages?",
        "(ne|n') [(veux|voudrais|souhaite|laisse|laisserai|vais)*] pas",
        "(no|not|don't|without) [(want|to|leave|record|any|a|the)*] messages?",
    ]
)
_AGAIN = anywhere(
    [
        "(recommencer?|recommençons|recommencez|refaire|réenregistrer|le (refaire|redire)|reprendre (du|au) début)",
        "(start|begin|record|do) [(it|that)] (again|over)",
    ]
)
_ERASE = anywhere(
    [
        "(effacer?|effacez|supprimer?|supprimez|annuler?|annulez) [(le|mon|ce|moi)*] (message|ça|tout|enregistrement)",
        "(effacez|supprimez|effacer|supprimer|annulez) (le|la)",
        "(l'|le) (effacer|supprimer|annuler)",
        "(erase|delete|cancel) (it|that|my message|the message)",
    ]
)
_MOST_WORDS = 12
"""Who says more tells something of their own."""


def wants_message(text: str) -> bool:
    """Whether a normalised utterance asks to leave a message, whatever was asked."""
    said = spaced(text)
    return bool(_WISH.search(said)) and not _NO_MESSAGE.search(said)


def answer_about(state: State, text: str) -> str:
    """What it says about the message that `state` asks about: « message », « again », « erase », « none », or empty."""
    said = spaced(text)
    if len(said.split()) > _MOST_WORDS:
        return ""
    if state in (State.OFFER_CALLBACK, State.MESSAGE_CONSENT) and _NO_MESSAGE.search(said):
        return "none"
    if state is State.OFFER_CALLBACK and _MESSAGE.search(said):
        return "message"
    if state is State.MESSAGE_CONSENT and (_JUST_MESSAGE.fullmatch(said) or _WISH.search(said)):
        return "message"  # a question about it (« qui écoute le message ? ») is no consent
    if state is State.MESSAGE_KEPT:
        return "again" if _AGAIN.search(said) else "erase" if _ERASE.search(said) else ""
    return ""

"""What a caller in the queue may say: that they want to be called back, or how long it will take. Nothing else is listened to. Pure tables.

Music, a television and people in the room are heard there too, so that only the caller's own voice counts, and short, plain words.
Notation: patterns.py.
"""

from callbot.dialogue.overheard import ALIKE
from callbot.turn_taking.whose import Sounded
from callbot.understanding.interpretation import Interpretation
from callbot.understanding.patterns import anywhere, spaced

__all__ = ["asks_how_long", "is_callers", "stays", "wants_callback"]

VOICE_MS = 250
"""Of the caller's own voice; « oui » has as much."""
MOST_WORDS = 14
"""Who says more talks to somebody else."""
MOST_WORDS_ASKING = 10

_CALL_ME = anywhere(
    [
        "(rappelez|recontactez|retéléphonez) moi",
        "(qu'on|que l'on|que quelqu'un|que vous|quelqu'un|vous pouvez|pouvez vous|vous pourriez|pourriez vous|on peut) me "
        "(rappelle|rappeler|rappeliez|recontacte|recontacter|recontactiez)",
        "(préfère|préférerais|voudrais|veux|souhaite|aimerais|aime mieux) (plutôt être|être|plutôt qu'on me) "
        "(rappelée?|recontactée?|rappelle)",
    ]
)
_NOT_US = anywhere(
    [
        "rappelle (moi|toi|nous)",
        "(rappelez|rappeler) (vous|nous)",
        "rappelez moi (de|votre|ton|comment|pourquoi|qui|ce que)",
        "(au|le) (zéro|trente|huit cent)",
        "(ne|n') me rappelez pas",
        "(pas|plus) (la peine|besoin) [(de|qu'on|que vous|d')*] (me rappeler|me rappelle|être rappelée?)",
    ]
)
_HOW_LONG = anywhere(
    [
        "[(dans|pour|pendant|encore)*] combien de temps",
        "(c'est|ça va être|ça sera|ce sera|ça dure|ça va durer|il y en a|y en a|j'en ai|y a) [(encore|pour|très|bien)*] longtemps",
        "(il y a|y a t il|est ce qu'il y a|y a) [(encore|du|beaucoup de|trop de)*] monde",
        "combien de (personnes|gens|monde|appels)",
        "(quelle|ma|à quelle) [(est|est ma)*] (place|position)",
        "(je suis|j'en suis) (à quelle place|où|combientième|à combien)",
        "how (long|many (people|callers))",
    ]
)
_STAYS = anywhere(
    [
        "(je|j') (reste|attends|patiente|préfère (attendre|rester|patienter))|rester en ligne|laissez tomber|non j'attends"
    ]
)


def is_callers(sounded: Sounded) -> bool:
    """Whether it was the caller's own voice: no music or sentence of ours that comes back, nobody far off."""
    return not (sounded.own or sounded.far) and sounded.echo < ALIKE and sounded.callers_ms >= VOICE_MS


def wants_callback(reading: Interpretation) -> bool:
    """Whether the caller would rather be called back."""
    said = spaced(reading.text)
    if reading.emergency or len(said.split()) > MOST_WORDS or _NOT_US.search(said):
        return False
    return reading.act == "rappel" or bool(_CALL_ME.search(said))


def asks_how_long(text: str) -> bool:
    """Whether they ask how long it will take, or how many are before them."""
    said = spaced(text)
    return len(said.split()) <= MOST_WORDS_ASKING and bool(_HOW_LONG.search(said))


def stays(reading: Interpretation) -> bool:
    """Whether they would rather wait on, after all."""
    return reading.act == "attendre" or bool(_STAYS.search(spaced(reading.text)))

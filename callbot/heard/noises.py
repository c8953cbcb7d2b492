"""The noises around synthetic callers whose lines are learnt: made here, so that training needs no recordings.

The exam's are recordings (street, six people talking) that nothing was trained on: see `callbot bench intents --speech`.
"""

from collections.abc import Mapping
from itertools import cycle, islice

import numpy as np

from callbot.audio.line import to_rate
from callbot.audio.noise import level, street
from callbot.audio.types import SPEECH_HZ, Pcm
from callbot.corpus.reader import Part
from callbot.heard.callers import callers
from callbot.heard.mouths import Say

__all__ = ["made"]

SECONDS = 20
_CHATTER = (
    "Tu as vu l'heure, on va encore arriver en retard chez ta mère.",
    "Moi je prends le menu du jour avec une carafe d'eau, et un café.",
    "Ils annoncent de la pluie jusqu'à jeudi, après ce sera mieux.",
    "Attends, je te rappelle, je suis dans le train et ça va couper.",
    "Les enfants, venez mettre la table, on mange dans cinq minutes.",
    "Il paraît que le magasin du centre va fermer à la fin du mois.",
    "Je lui ai dit que je n'étais pas d'accord, elle n'a pas répondu.",
)


def made(say: Say) -> Mapping[str, Pcm]:
    """`street` and `babble`, each of SECONDS at 16 kHz; the babble is Pico's people speaking all at once."""
    return {"street": street(SECONDS, seed=1), "babble": _babble(say)}


def _babble(say: Say) -> Pcm:
    speakers = [caller for caller in callers(Part.TRAIN) if not caller.style]
    total = np.zeros(SECONDS * SPEECH_HZ)
    for number, caller in enumerate(speakers):
        lines = list(islice(cycle(_CHATTER), number, number + len(_CHATTER)))
        speech = np.concatenate([level(to_rate(*say(line, caller), SPEECH_HZ), -26.0) for line in lines])
        total += np.resize(speech, len(total))
    return np.rint(np.clip(total / 2, -32768, 32767)).astype(np.int16)

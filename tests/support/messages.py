"""Messages of people who do not exist, as calls leave them and as staff have handled them."""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from callbot.audio.types import TELEPHONE_HZ
from tests.support.callbacks import RECEPTIONIST, TEN
from tests.support.web_service import ScriptedService

HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Spoken:
    """A message, so long before TEN; `said`: as it is written down, None: not yet."""

    before: dt.timedelta
    number: str
    motive: str
    seconds: int
    said: str | None
    language: str = "fr"


PEOPLE = (
    Spoken(15 * HOUR, "+33612345678", "signalement_voirie", 24,
           "bonjour c'est pour signaler un nid de poule devant le douze rue des Lilas il est très profond et hier un cycliste "
           "est tombé pouvez-vous me dire quand ce sera réparé merci"),
    Spoken(13.5 * HOUR, "", "", 8,
           "oui bonsoir c'est Madame Garnier je voulais savoir si ma carte d'identité est arrivée vous pouvez m'appeler au …78"),
    Spoken(3 * HOUR, "+33699887766", "acte_naissance", 71, None),
    Spoken(40 * HOUR, "+33655443322", "titre", 15, "rappelez-moi s'il vous plaît pour mon rendez-vous de passeport"),
)  # fmt: skip
NID_DE_POULE, HIDDEN_NUMBER, NOT_WRITTEN, HANDLED = range(1, 5)
"""Their numbers in an empty database."""


def token(number: int) -> str:
    """What the recording of that message is called."""
    return f"enregistrement-{number:02}-0123456789"


async def leave(service: ScriptedService, number: int, spoken: Spoken, now: dt.datetime = TEN) -> None:
    """The recording (a soft tone) and its row; of the calls of callbacks.PEOPLE, in order."""
    samples = np.arange(TELEPHONE_HZ * spoken.seconds)
    pcm = (2000 * np.sin(2 * np.pi * 330 * samples / TELEPHONE_HZ)).astype(np.int16)
    row = {
        "token": token(number),
        "call_id": f"rappel{number}",
        "caller_hash": None,
        "number": spoken.number,
        "line": "0199000001",
        "language": spoken.language,
        "motive": spoken.motive,
        "duration_ms": spoken.seconds * 1000,
    }
    files = service.messages.files
    assert files.keep(token(number), pcm, TELEPHONE_HZ, row)
    await service.messages.add(row | {"recorded_at": now - spoken.before})
    files.noted(token(number))
    if spoken.said is not None:
        await service.messages.transcribed(number, spoken.said)


async def fill(service: ScriptedService) -> None:
    """Everybody; the last one is handled."""
    for number, spoken in enumerate(PEOPLE, start=1):
        await leave(service, number, spoken)
    await service.messages.handle(HANDLED, actor=RECEPTIONIST)

"""What the pages of callers' messages say, in French. Pure functions."""

from callbot.masking import masked_number
from callbot.messages import Message, MessageState
from callbot.phone_numbers import as_dialled
from callbot.web.callbacks_words import age, point, subject_of
from callbot.web.rendering import NARROW_SPACE

__all__ = ["WORDS"]

LANGUAGES = {"en": "anglais"}
"""Of a message that is not French."""


def whose(message: Message) -> str:
    """« Numéro …78 »; in full on the message's own page only."""
    masked = masked_number(message.number)
    return f"Numéro {masked}" if masked else "Numéro masqué"


def duration(message: Message) -> str:
    """« 45 s », « 1 min 05 »."""
    minutes, seconds = divmod(max(1, round(message.duration_ms / 1000)), 60)
    return f"{minutes}{NARROW_SPACE}min{NARROW_SPACE}{seconds:02}" if minutes else f"{seconds}{NARROW_SPACE}s"


def badge(message: Message) -> tuple[str, str]:
    """Tone and word of where it stands."""
    return ("good", "Traité") if message.state is MessageState.DONE else ("busy", "À traiter")


def said(message: Message) -> str:
    """Why there are no words, in a sentence; empty where there are some."""
    if message.transcript:
        return ""
    if not message.transcribed:
        return "La transcription est en cours."
    return "Aucune parole n’a été reconnue." if message.transcript == "" else "Paroles non conservées."


def language(message: Message) -> str:
    """« anglais »; empty for French."""
    return LANGUAGES.get(message.language, "")


WORDS = {
    "age": age,
    "badge": badge,
    "dialled": lambda message: as_dialled(message.number),
    "duration": duration,
    "language": language,
    "point": point,
    "said": said,
    "subject": subject_of,
    "whose": whose,
}
"""What the templates say things with."""

"""What tells who somebody is, taken out of a caller's words before they are stored.

Numbers, e-mails, addresses, names that are told, of others too, birth dates, plates of vehicles, social-security numbers, IBAN.

Rules over recognised text, with or without commas and capitals; `callbot bench masking` says what they find and what they take wrongly.
They know French and English (RULES), both in every call: whoever calls a French line may speak English before anybody knows. Of a call in
another language no words are stored at all.
"""

from callbot.masking import without_numbers
from callbot.redaction import addresses, birth_dates, codes, emails, english, names, others, unannounced
from callbot.redaction.known import Known
from callbot.redaction.text import HIDDEN, Span, common_words, known_words, read, without

__all__ = ["HIDDEN", "RULES", "Known", "personal_spans", "prepare", "redacted", "redacted_in"]

RULES = frozenset(("fr", "en"))
"""Languages whose words can be redacted."""


def prepare() -> None:
    """Read the tables ahead of the first call; some 100 ms, the first time only."""
    common_words()
    known_words()


def personal_spans(text: str) -> list[Span]:
    """Where what is personal stands in `text`, but for long numbers, as (start, end), in order; some may overlap."""
    words = read(text)
    who = (*emails.spans(words), *names.spans(text, words), *others.spans(words), *addresses.spans(words))
    return sorted(
        {
            *who,
            *unannounced.spans(words),
            *birth_dates.spans(words),
            *codes.spans(words),
            *english.spans(words),
        }
    )


def redacted(text: str, before: str = "") -> str:
    """The text with « … » in place of what tells who somebody is; of telephone numbers the last two figures stay.

    `before`: what is thought to have been said before it, and is not given back: « mon adresse c'est ».
    """
    spans = personal_spans(before + text)
    cut = len(before)
    return without_numbers(
        without(text, [(max(0, start - cut), end - cut) for start, end in spans if end > cut])
    )


def redacted_in(language: str, text: str, before: str = "") -> str:
    """The same for words said in `language`; nothing at all of one that has no rules of its own."""
    return redacted(text, before) if language in RULES else ""

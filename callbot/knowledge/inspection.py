"""What is wrong with an entry that can be read: not validated, expired, too long for the ear, no subject, too few questions."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from callbot.knowledge.entries import Commune, Entry
from callbot.knowledge.hours import Hours
from callbot.understanding.normalise import normalise

COMMUNE_FILE = "commune.toml"
MIN_QUESTIONS = 12
MAX_WORDS = 62
"""About 25 seconds of speech, at 150 words a minute."""
MAX_SENTENCES = 2
LETTERS_OF_A_THIRD = 180
"""Three sentences are remembered where there is no more than this to say in them: some thirteen seconds."""
SOON = timedelta(days=30)

_UNSPEAKABLE = (
    (re.compile(r"\d[\d ., h:]*"), "digits, to be written in words"),
    (re.compile(r"[€%&@/+*=#<>\[\]_|°]|\bn°"), "a symbol, to be written in words"),
    (
        re.compile(
            r"\b(?:M|Mme|Mlle|Dr|rdv|RDV|av|bd|bld|tél|ex|cf|etc|env|min|max|St|Ste|p)\.?(?=\s|$)(?<=[.a-zA-Zé])"
        ),
        "an abbreviation",
    ),
    (re.compile(r"\b[A-ZÉ]{2,}\b"), "capitals: an acronym to be spelled or said in full"),
    (re.compile(r"https?:|www\.|\.fr\b"), "a web address"),
    (re.compile(r"[()\[\]«»;]"), "brackets, quotes or semicolons, which are not heard"),
)
"""What reads badly aloud. Acronyms that French speakers pronounce as words are written in lower case (« le pacs »)."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: errors keep an entry from being spoken or trusted, warnings are advice."""

    severity: Literal["error", "warning"]
    file: str
    entry: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.entry}: {self.message}"


def of_entry(entry: Entry, file: str, today: date) -> Iterator[Problem]:
    """The problems of one entry on `today`."""
    for message in _invalid(entry, today):
        yield Problem("error", file, entry.id, message)
    for message in _advice(entry, today):
        yield Problem("warning", file, entry.id, message)


def of_commune(commune: Commune, today: date) -> Iterator[Problem]:
    """What is awkward about the lines and hours of commune.toml on `today`: only advice, as the rest is refused."""
    places = [("hours", commune.hours)]
    places += [(f"lines: {line.number}", line.hours) for line in commune.lines]
    places += [(f"services: {service.id}", service.hours) for service in commune.services]
    for place, hours in places:
        for message in hours.awkward(today) if hours else ():
            yield Problem("warning", COMMUNE_FILE, place, message)
    for place, message in _line_advice(commune):
        yield Problem("warning", COMMUNE_FILE, place, message)


def of_translation(entry: Entry, french: Entry | None, file: str) -> Iterator[Problem]:
    """What is wrong between an entry in another language and the French one that it translates."""
    if french is None:
        yield Problem("error", file, entry.id, "there is no French entry of this id: write that one first")
        return
    if french.validated_on and entry.validated_on and french.validated_on > entry.validated_on:
        message = f"the French entry was validated later, on {french.validated_on}: compare, and validate this one again"
        yield Problem("warning", file, entry.id, message)
    for name in ("kind", "service", "expires_on"):
        mine, theirs = getattr(entry, name), getattr(french, name)
        if mine != theirs:
            yield Problem("warning", file, entry.id, f"{name} is {mine}, and {theirs} in the French entry")


def _line_advice(commune: Commune) -> Iterator[tuple[str, str]]:
    own_hours: dict[str, Hours | None] = {service.id: service.hours for service in commune.services}
    for line in commune.lines:
        place = f"lines: {line.number}"
        if not line.service:
            yield place, f"no service: its callers go to the default one, {commune.default_service}"
        if line.hours and own_hours[line.service or commune.default_service]:
            yield (
                place,
                "its service has hours, too: the greeting goes by the line's, the transfer by the service's",
            )
    if own_hours.get(commune.on_call):
        yield f"on_call: {commune.on_call}", "has hours, which do not count: emergencies go there at any time"


def for_the_ear(answer: str) -> Iterator[str]:
    """What keeps an answer from being understood when it is heard: too long, too many sentences, signs nobody says."""
    words = len(answer.split())
    sentences = len(re.findall(r"[.!?…]+(?=\s|$)", answer))
    if words > MAX_WORDS:
        yield f"the answer has {words} words; more than {MAX_WORDS} (25 seconds) are not remembered"
    letters = sum(map(str.isalpha, answer))
    if sentences > MAX_SENTENCES + (letters <= LETTERS_OF_A_THIRD):
        yield f"the answer has {sentences} sentences; {MAX_SENTENCES} at most, or 3 very short ones"
    for pattern, what in _UNSPEAKABLE:
        if match := pattern.search(answer):
            yield f"the answer has {what}: « {match[0].strip()} »"


def shared_questions(entries: Sequence[Entry], files: Sequence[str]) -> list[Problem]:
    """An error for each question that stands in more than one entry, however it is punctuated."""
    homes: dict[str, list[int]] = defaultdict(list)
    for number, entry in enumerate(entries):
        for question in _asked(entry.questions):
            homes[question].append(number)
    return [
        Problem(
            "error", files[n], entries[n].id, f"« {question} » also stands in {_others(entries, numbers, n)}"
        )
        for question, numbers in sorted(homes.items())
        if len(numbers) > 1
        for n in numbers
    ]


@lru_cache(maxsize=1024)
def _asked(questions: tuple[str, ...]) -> frozenset[str]:
    """An entry's example questions, however they are punctuated."""
    return frozenset(map(normalise, questions))


def _others(entries: Sequence[Entry], numbers: Iterable[int], this: int) -> str:
    return ", ".join(entries[n].id for n in numbers if n != this)


def _invalid(entry: Entry, today: date) -> Iterator[str]:
    if not entry.validator or entry.validated_on is None:
        yield "not validated: validator and validated_on are missing"
    elif entry.validated_on > today:
        yield f"validated_on {entry.validated_on} lies in the future"
    if entry.expires_on is None:
        yield "expires_on is missing"
    elif entry.expires_on < today:
        yield f"expired on {entry.expires_on}"
    if entry.author == entry.validator:
        yield "author and validator are the same person"


def _advice(entry: Entry, today: date) -> Iterator[str]:
    if entry.expires_on is not None and today <= entry.expires_on <= today + SOON:
        yield f"expires soon, on {entry.expires_on}"
    if not entry.subject:
        yield "no subject: the bot cannot ask whether it understood « votre question porte sur … »"
    distinct = len(_asked(entry.questions))
    if distinct < MIN_QUESTIONS:
        yield f"{distinct} different example questions; {MIN_QUESTIONS} or more make it understood"
    yield from for_the_ear(entry.answer)

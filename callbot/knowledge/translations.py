"""A commune in another language: how its town hall, lines and services are called there (`languages/CODE/commune.toml`)."""

from pydantic import Field

from callbot.errors import KnowledgeError
from callbot.knowledge.entries import Commune, Line
from callbot.knowledge.strict import Strict
from callbot.languages.tables import FRENCH, codes

__all__ = ["FILE", "LineNames", "Translation", "translated", "wrong_languages"]

FILE = "commune.toml"


class LineNames(Strict):
    """How one line is called."""

    spoken: str = Field(min_length=1)
    greeting: str = ""


class Translation(Strict):
    """The names of a commune in another language."""

    spoken_town_hall: str = Field(min_length=1)
    most_asked: tuple[str, ...] = ()
    """Entries that are offered to a caller who was not understood twice; empty: the French ones."""
    lines: dict[str, LineNames] = Field(default_factory=dict)
    """By number; a line that is not named here is called as the town hall is."""
    services: dict[str, str]
    """Every service's spoken name, by id."""


def translated(commune: Commune, names: Translation, code: str) -> Commune:
    """`commune` with its names in language `code`. Raises KnowledgeError, a line per fault."""
    known = [service.id for service in commune.services]
    faults = [f"services: '{name}' is not in commune.toml" for name in names.services if name not in known]
    faults += [f"services: '{name}' has no spoken name" for name in known if not names.services.get(name)]
    numbers = [line.number for line in commune.lines]
    faults += [f"lines: '{number}' is not in commune.toml" for number in names.lines if number not in numbers]
    if faults:
        raise KnowledgeError("\n".join(faults))

    def line(given: Line) -> Line:
        own = names.lines.get(given.number, LineNames(spoken=names.spoken_town_hall))
        return given.model_copy(update={"spoken": own.spoken, "greeting": own.greeting})

    services = [
        service.model_copy(update={"spoken": names.services[service.id]}) for service in commune.services
    ]
    return commune.model_copy(
        update={
            "spoken_town_hall": names.spoken_town_hall,
            "most_asked": names.most_asked or commune.most_asked,
            "lines": tuple(map(line, commune.lines)),
            "services": tuple(services),
            "languages": (code,),
        }
    )


def wrong_languages(commune: Commune) -> list[str]:
    """What is wrong with the languages that commune.toml names."""
    known = ", ".join(codes())
    lines = [
        f"commune.toml: languages: '{code}' is not one of {known}"
        for code in commune.languages
        if code not in codes()
    ]
    if FRENCH not in commune.languages:
        lines.append(f"commune.toml: languages: '{FRENCH}' is always one of them")
    if len(set(commune.languages)) < len(commune.languages):
        lines.append("commune.toml: languages: one of them stands there twice")
    lines += [
        f"commune.toml: lines: {line.number}: language '{line.language}' is not in languages"
        for line in commune.lines
        if line.language not in commune.languages
    ]
    return lines

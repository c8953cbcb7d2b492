"""Reads the tables of a language's folder. A fault in one names its file, in one line."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from callbot.errors import LanguageError

__all__ = ["FOLDER", "FRENCH", "codes", "optional", "table"]

FOLDER = Path(__file__).parent
FRENCH = "fr"
"""The language that is always there; its tables are Python, beside the code that reads them."""


@cache
def codes() -> tuple[str, ...]:
    """The languages that the bot may speak, French first."""
    return (FRENCH, *sorted(file.parent.name for file in FOLDER.glob("*/language.toml")))


@cache
def table(code: str, name: str) -> dict[str, Any]:
    """`name`.toml of a language. Raises LanguageError when it is missing or no TOML."""
    file = FOLDER / code / f"{name}.toml"
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise LanguageError(f"{code}/{name}.toml: cannot be read ({error})") from None


def optional(code: str, name: str) -> dict[str, Any]:
    """The same, empty where the language has no such file."""
    return table(code, name) if (FOLDER / code / f"{name}.toml").is_file() else {}

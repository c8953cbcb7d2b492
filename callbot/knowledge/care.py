"""Who is to be served with care, as commune.toml sets it: the table `[care]`."""

from typing import Annotated

from pydantic import Field

from callbot.knowledge.strict import Strict


class CareRules(Strict):
    """What makes a caller wait a little less; 0, or an empty list, switches one off. `callbot/humans/care.py` has our own sentences."""

    asks_slowly: bool = True
    """Who asks the bot to speak more slowly."""
    repeats: Annotated[int, Field(ge=0, le=9)] = 2
    """Who asks for the same again so many times."""
    failures: Annotated[int, Field(ge=0, le=20)] = 4
    """Who was not understood, or not heard, so many times in the call."""
    age: Annotated[int, Field(ge=0, le=120)] = 75
    """Who tells that they are so old, or older."""
    says: bool = True
    """Who says that they hear or see badly, are alone, have a disability, …"""
    slowly: tuple[str, ...] = ()
    """Sentences of the commune's own, in the notation of understanding/patterns.py: who says so is to be spoken to slowly,"""
    clearly: tuple[str, ...] = ()
    """… loudly and clearly,"""
    aloud: tuple[str, ...] = ()
    """… cannot read what they are sent,"""
    patiently: tuple[str, ...] = ()
    """… needs time."""

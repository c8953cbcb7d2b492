"""What every table of the knowledge base is made of."""

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """Immutable, and refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

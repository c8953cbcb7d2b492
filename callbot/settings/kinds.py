"""What settings are made of: kinds of values, and how some are written."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["ADDRESS", "HOST_AND_PORT", "ROLES", "SIP_USER", "Part", "Port"]

HOST_AND_PORT = r"^((\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?)?$"
SIP_USER = r"^[A-Za-z0-9._+*~!%-]*$"
ADDRESS = r"^([^@\s,;<>\"]+@[A-Za-z0-9.-]+)?$"

ROLES = ("receptionist", "supervisor", "manager", "administrator")
"""Of accounts, narrowest first (`accounts.Role`)."""

Port = Annotated[int, Field(ge=0, le=65535)]
"""A TCP port; 0 lets the system choose (tests do)."""


class Part(BaseModel):
    """Some of the settings."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=False)

"""How long personal data are kept."""

from pathlib import Path

from pydantic import Field

from callbot.settings.kinds import Part

__all__ = ["Privacy"]


class Privacy(Part):
    """How long personal data are kept."""

    transcript_days: int = Field(
        30, ge=0, le=3650, description="Days that transcripts are kept; then they are purged."
    )
    callback_days: int = Field(
        30,
        ge=1,
        le=365,
        description="Days that call-back requests are kept, with number, name and place; then they are purged.",
    )
    missed_call_hours: int = Field(
        8,
        ge=0,
        le=24,
        description="Hours that the desk keeps number and name of who hung up in the queue before anybody was there, so that they can be "
        "called back in one click; 0: they are forgotten at once.",
    )
    note_days: int = Field(
        30,
        ge=1,
        le=365,
        description="Days that receptionists' notes and the sentences they corrected are kept.",
    )
    caller_hash_days: int = Field(
        90,
        ge=8,
        le=1095,
        description="Days that a call keeps the keyed hash of its caller's number; after that nobody can tell whose it was.",
    )
    event_days: int = Field(
        1095,
        ge=1,
        le=3650,
        description="Days that the events of each call are kept, without words or numbers; figures that an upgrade counts anew need "
        "them: not below call_days.",
    )
    call_days: int = Field(
        1095,
        ge=31,
        le=3650,
        description="Days that a call's own row and its turns are kept; figures stay counted.",
    )
    access_days: int = Field(
        184, ge=30, le=1095, description="Days that the log of who looked at whose data is kept."
    )
    message_days: int = Field(
        30,
        ge=1,
        le=365,
        description="Days that messages are kept, recording and all, when nobody has handled them; the recording of one that "
        "is handled is erased at once.",
    )
    pseudonym_key_file: Path | None = Field(
        None,
        description="File with the key that pseudonymises callers' numbers; empty: one is made in data_dir.",
    )

"""Statistics, satisfaction and the reports that are e-mailed."""

from typing import Literal

from pydantic import Field, SecretStr

from callbot.settings.kinds import ADDRESS, Part

__all__ = ["FiguresSettings"]


class FiguresSettings(Part):
    """Statistics, satisfaction and the reports that are e-mailed."""

    service_level_seconds: int = Field(
        60, ge=5, le=600, description="A caller who has a person within these seconds was served well."
    )
    satisfaction_share: float = Field(
        0.1,
        ge=0,
        le=1,
        description="Share of the answered callers who are asked how satisfied they are; 0: none.",
    )
    satisfaction_again_days: int = Field(
        90, ge=0, le=3650, description="Days in which the same number is not asked again."
    )
    satisfaction_comment_up_to: int = Field(
        2,
        ge=0,
        le=5,
        description="Who gives this score or less is asked for a comment; 0: nobody is, 5: everybody.",
    )

    message_seconds: int = Field(
        120,
        ge=0,
        le=600,
        description="Longest message that a caller may leave while nobody is there, in seconds of sound; 0: none is taken.",
    )
    message_mb: int = Field(
        1000,
        ge=1,
        le=1_000_000,
        description="Megabytes that all recordings of messages may take in data_dir; then none is taken any more.",
    )
    report_to: tuple[str, ...] = Field(
        (), description="Who gets the report by e-mail: addresses, with commas in between; empty: nobody."
    )
    report_from: str = Field("", pattern=ADDRESS, description="The address that reports are sent from.")
    report_at: str = Field(
        "07:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="When, in Europe/Paris (HH:MM)."
    )
    report_kinds: tuple[str, ...] = Field(
        ("day", "week", "month"),
        description="Which ones: of yesterday every day, of the last week on Mondays, of the last month on its first day.",
    )
    smtp_host: str = Field("", description="The server that takes our e-mail.")
    smtp_port: int = Field(587, ge=1, le=65535, description="Its port: 587 for starttls, 465 for tls.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls",
        description="How the connection is secured; none: only without a password, or on this machine.",
    )
    smtp_user: str = Field("", description="Our name there; empty: the server asks for none.")
    smtp_password: SecretStr = Field(SecretStr(""), description="Our password there.")

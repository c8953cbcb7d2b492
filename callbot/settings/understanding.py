"""When a question is answered, asked about or not understood."""

from pydantic import Field

from callbot.settings.kinds import Part

__all__ = ["Understanding"]


class Understanding(Part):
    """When a question is answered, asked about or not understood."""

    answer_threshold: float = Field(
        0.85,
        ge=0,
        le=1,
        description="Confidence at or above which a validated answer is spoken; the default keeps wrong ones under 2 %.",
    )
    confirm_threshold: float = Field(
        0.3,
        ge=0,
        le=1,
        description="Confidence at or above which the bot asks « C'est bien ça ? » before it answers; below it, it has not understood.",
    )
    clarify_threshold: float = Field(
        0.5,
        ge=0,
        le=1,
        description="Confidence of the two likeliest questions together at or above which the bot asks "
        "« Est-ce pour … ? Ou bien pour … ? », where they are close and neither is sure.",
    )
    clarify_ratio: float = Field(
        0.4,
        ge=0,
        le=1,
        description="Two questions are close when the second one's confidence is at least this share of the first one's.",
    )
    no_match_limit: int = Field(
        3,
        ge=1,
        le=5,
        description="Failures in a row (not understood, or silence) before a person is announced; "
        "before the last one, explicit choices and keys are offered.",
    )

    learn_at: str = Field(
        "03:30",
        pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$",
        description="When the knowledge base's files, the corpus and what was heard are read again each night, and learnt if they have "
        "changed, without a restart (HH:MM, Europe/Paris); empty: never. What is approved on the pages is learnt at once.",
    )
    callbacks: bool = Field(
        True,
        description="Whether the bot notes down whom to call back (`callbot callbacks list`); "
        "false: a person notes it, and nothing is offered when nobody is there.",
    )

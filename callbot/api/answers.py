"""What the API answers, as models: the OpenAPI document is made of them. Nothing in them tells who called or what was said."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field

from callbot.stats.figures import Figure


class Answer(BaseModel):
    """Every answer: unknown fields may be added later, none is renamed."""

    model_config = ConfigDict(frozen=True)


class FigureAnswer(Answer):
    """One figure of docs/sql.md and of the pages, not rounded."""

    key: str = Field(description="Its name, which never changes.")
    label: str = Field(description="In French, as on the pages.")
    unit: str = Field(description="calls, turns, answers, replies, ratio (0–1), ms, s or score.")
    formula: str = Field(description="How it is made, in French.")
    numerator: int | None = Field(description="None for percentiles and maxima.")
    denominator: int | None = Field(description="None for counts.")
    value: float | None = Field(description="None where there is nothing to divide by.")
    better: int = Field(description="1: more is better; -1: less is; 0: neither.")

    @classmethod
    def of(cls, figure: Figure) -> "FigureAnswer":
        """From the figure that pages and reports show."""
        return cls(
            key=figure.key,
            label=figure.label,
            unit=str(figure.unit),
            formula=figure.formula,
            numerator=figure.numerator,
            denominator=figure.denominator,
            value=figure.value,
            better=figure.better,
        )


class DayAnswer(Answer):
    """A day of the period: the value of each figure by its key."""

    day: date
    values: dict[str, float | None]


class FiguresAnswer(Answer):
    """The figures of a period; `days` only when they were asked for."""

    first: date
    last: date
    line: str | None
    service: str | None
    language: str | None
    figures: list[FigureAnswer]
    days: list[DayAnswer]


class CallAnswer(Answer):
    """One call, without its caller."""

    id: str
    started_at: datetime
    line: str = Field(description="The number that was called.")
    language: str
    outcome: str | None = Field(description="Null while the call goes on.")
    ending: str | None = Field(description="How it is counted: exactly one of docs/sql.md's endings.")
    service: str | None
    handover_reason: str | None
    duration_s: float | None = Field(description="Of sound heard.")
    turns: int
    motives: list[str]


class CallsAnswer(Answer):
    """Calls of a day, in the order in which they came. `next`: give it as `after` for the rest; null: there is none."""

    day: date
    calls: list[CallAnswer]
    next: str | None


class ServiceQueue(Answer):
    """Who waits for one service."""

    service: str
    waiting: int


class QueueAnswer(Answer):
    """The waiting queue at this moment."""

    at: datetime
    calls_now: int = Field(description="Calls that this machine holds.")
    calls_most: int
    waiting: int
    talking: int = Field(description="Callers who talk to a person.")
    longest_wait_s: int
    services: list[ServiceQueue]
    agents: dict[str, int] = Field(
        description="Agents by state: available, ringing, busy, wrap_up, paused, dialling."
    )


class Problem(BaseModel):
    """What went wrong, in a sentence."""

    detail: str

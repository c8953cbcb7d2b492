"""What was understood of one utterance, before the dialogue decides what to do with it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Candidate:
    """One motive with its aspect (empty: the general question) and its calibrated probability, 0–1."""

    motive: str
    aspect: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Interpretation:
    """The reading of one utterance. At most one of `emergency` and `act` is set; `candidates` are best first, at most three.

    `act` is a dialogue act of motives.md (`oui`, `non`, `repeter`, `agent`…); `emergency` the number to call (15, 3919…).
    `text` is the normalised transcript and does not show in `repr`.
    """

    text: str = field(repr=False)
    act: str | None = None
    emergency: str | None = None
    candidates: tuple[Candidate, ...] = ()
    ranking: tuple[Candidate, ...] = field(default=(), repr=False)
    """Every motive, best first: what an answer to « pour A, ou pour B ? » is sought in."""
    parts: tuple["Interpretation", ...] = field(default=(), repr=False)
    """The two halves of what may be two questions, each read by itself; empty: there is no place to cut it."""

    @property
    def best(self) -> Candidate | None:
        """The likeliest motive, if there is one at all."""
        return self.candidates[0] if self.candidates else None

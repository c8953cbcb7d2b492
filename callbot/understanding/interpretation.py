"""What was understood of one utterance, before the dialogue decides what to do with it."""

from dataclasses import dataclass, field
from typing import Literal, Protocol

Strength = Literal["", "cry", "sure", "likely"]
"""How an emergency was recognised: it is the whole of what was said (« au secours »), by words that are certain (« il ne respire plus »),
or by its likeness to other emergencies alone, which where short answers are awaited is the weakest witness. Empty: by nothing."""


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
    `doubt` (`danger`, `fall`): it may tell of an emergency, and the caller is asked before anything else is answered. `language`: that
    of the words by which an emergency was recognised, empty when they are French. `alert` says how `emergency` was recognised, empty
    when there is none: a dialogue that awaits a short answer may ask first where it is only `likely`.
    `text` is the normalised transcript and does not show in `repr`.
    """

    text: str = field(repr=False)
    act: str | None = None
    emergency: str | None = None
    doubt: str | None = None
    language: str = ""
    alert: Strength = ""
    candidates: tuple[Candidate, ...] = ()
    ranking: tuple[Candidate, ...] = field(default=(), repr=False)
    """Every motive, best first: what an answer to « pour A, ou pour B ? » is sought in."""
    parts: tuple["Interpretation", ...] = field(default=(), repr=False)
    """The two halves of what may be two questions, each read by itself; empty: there is no place to cut it."""

    about: Candidate | None = None
    """What a call-back is wanted for, beside the act `rappel`: « rappelez-moi, c'est pour un permis de construire »."""
    said: str = field(default="", repr=False, compare=False)
    """The transcript as the recogniser wrote it, where figures and commas matter: numbers to call back, days, times."""

    @property
    def words(self) -> str:
        """As the recogniser wrote them, where that is known: punctuation and figures tell numbers and names apart."""
        return self.said or self.text

    @property
    def best(self) -> Candidate | None:
        """The likeliest motive, if there is one at all."""
        return self.candidates[0] if self.candidates else None

    def certain(self, threshold: float) -> bool:
        """Whether nothing that may still be said is likely to change it: an emergency in sure words, or one motive of such a confidence."""
        if self.emergency:
            return self.alert in ("cry", "sure")
        alone = not (self.act or self.doubt or self.parts)
        return alone and self.best is not None and self.best.confidence >= threshold


class Reads(Protocol):
    """What reads an utterance: a router."""

    def interpret(self, text: str) -> Interpretation:
        """What it means. Blocking."""

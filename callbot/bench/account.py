"""What became of one call, at the caller's end."""

from dataclasses import dataclass, field

from callbot.bench.converser import Exchange


@dataclass(slots=True)
class Account:
    """What became of a call, at the caller's end. `problem` is empty when nothing is known to be wrong.

    `frames_heard`, `late`, `lost`, `jitter_ms`, `off_grid_ms`: see `rtp.Pace`; over a WebSocket there is neither loss nor jitter.
    `voiced_share`: of the frames that were looked at; `match`: of the seconds recorded, those found in what was sent.
    """

    name: str
    problem: str = ""
    setup_ms: float = 0.0
    up_ms: float = 0.0
    frames_sent: int = 0
    frames_heard: int = 0
    lost: int = 0
    late: int = 0
    jitter_ms: float | None = None
    off_grid_ms: float | None = None
    voiced_share: float | None = None
    match: float | None = None
    response_ms: list[float] = field(default_factory=list)
    unanswered: int = 0
    exchanges: list[Exchange] = field(default_factory=list)
    """Of callers who converse."""

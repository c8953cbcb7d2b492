"""A caller whom the bot took for finished, and who goes on at once: what they said before and after is one utterance."""

__all__ = ["MOST_WORDS", "Rescue"]

MOST_WORDS = 60
"""Of what was said before: a caller is not rescued for ever."""


class Rescue:
    """One caller's utterances. `within_ms`: silence between two of them up to which they are one; 0: never."""

    def __init__(self, within_ms: int) -> None:
        self._within_ms = within_ms
        self._ended_ms: int | None = None
        self._before = ""
        self.pause_ms = 0
        """Silence before the latest utterance."""

    def goes_on(self, began_ms: int, ended_ms: int) -> bool:
        """An utterance has ended: whether it goes on with the one before."""
        before_ms, self._ended_ms = self._ended_ms, ended_ms
        self.pause_ms = began_ms - before_ms if before_ms is not None else 0
        return before_ms is not None and began_ms - before_ms < self._within_ms

    @property
    def unfinished(self) -> bool:
        """Whether there are words that may be gone on with."""
        return bool(self._before) and len(self._before.split()) <= MOST_WORDS

    def whole(self, text: str, *, goes_on: bool) -> str:
        """The words of this utterance, with those before it where it goes on. In the end they wait for the rest, until `finished`."""
        joined = goes_on and self.unfinished
        self._before = f"{self._before.rstrip(' .…')} {text}" if joined else text
        return self._before

    def finished(self) -> None:
        """Nothing goes on with what was said: it was nothing, or whole, or somebody else's."""
        self._before = ""

    def forget(self) -> None:
        """What comes next is new."""
        self._ended_ms, self._before = None, ""

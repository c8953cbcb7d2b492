"""What a leg did not send: silence counted in place of sound, and that sound left out when it comes late. The time is given.

A stalled connection delivers its sound later, all at once. As much of it as was counted as silence has had its time already:
taking it as well would put the call's clock ahead of the caller.
"""

GAP_MS = 200
"""Without sound from the leg for this long, silence is counted in its place."""
STALL_MS = 700
"""… or so long where it broke off in the middle of a word: a telephone that sends no silence sends the end of the word, so that this is the
network, and who speaks on must not be taken for finished."""
ASLEEP_MS = 300
"""… and so long of a caller who waits and says nothing, whose sound is looked at now and then; less than their music is ahead of them."""
BURST_MS = 60
"""Sound this far ahead of real time is a backlog; less is the unevenness of any network."""
DEBT_SECONDS = 1.0
"""A backlog comes as soon as sound is back; after this, what was counted as silence was never sent."""


class Gaps:
    """The gaps in one leg's sound. `now` is always in seconds that never go back."""

    def __init__(self, now: float) -> None:
        self._heard_at = now
        self._owed_ms = 0
        self._back_at: float | None = None  # when sound came back after the last gap
        self._due = now  # when the sound taken since then is over

    def silence_ms(self, now: float, *, mid_word: bool = False, asleep: bool = False) -> int:
        """How much silence is to be counted now; 0 while the leg is in time. It is owed by the sound that comes.

        `mid_word`: the last that was heard was voice. `asleep`: nothing is heard of who waits.
        """
        late_ms = int((now - self._heard_at) * 1000)
        if late_ms < (STALL_MS if mid_word else ASLEEP_MS if asleep else GAP_MS):
            return 0
        self._heard_at, self._back_at = now, None
        self._owed_ms += late_ms
        return late_ms

    def takes(self, ms: int, now: float) -> bool:
        """Whether `ms` of sound that came now is heard; False when silence was counted for it."""
        self._heard_at = now
        if not self._owed_ms:
            return True
        if self._back_at is None:
            self._back_at = self._due = now
        if now - self._back_at > DEBT_SECONDS:
            self._owed_ms = 0
            return True
        self._due = max(self._due, now)
        if (self._due - now) * 1000 >= BURST_MS:
            self._owed_ms = max(0, self._owed_ms - ms)
            return False
        self._due += ms / 1000
        return True

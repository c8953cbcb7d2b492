"""One caller's line, whatever carries it: dialled, ticked every 20 ms, left, and then asked for its account."""

from typing import Protocol

from callbot.audio import g711
from callbot.audio.types import Pcm
from callbot.bench.account import Account
from callbot.bench.converser import Converser
from callbot.bench.sounds import FRAME, matched, voiced
from callbot.bench.talker import Asking, Talker

GLANCE_EVERY = 25
"""Of calls that are not recorded, one frame in so many is kept, to see that there is sound."""


class Line(Protocol):
    """One call from the caller's end. Times are nanoseconds of the system's clock, as the kernel stamps datagrams."""

    @property
    def up(self) -> bool:
        """Answered, and neither left nor lost."""

    @property
    def over(self) -> bool:
        """Nothing more will happen."""

    @property
    def problem(self) -> str:
        """Why the call has failed; empty when it has not."""

    def dial(self, now_ns: int) -> None:
        """Place the call."""

    def tick(self, now_ns: int) -> None:
        """Say 20 ms, if the call is up."""

    def drain(self, now_ns: int) -> None:
        """Take what has arrived, and repeat what was not answered."""

    def leave(self, now_ns: int) -> None:
        """Hang up."""

    def give_up(self, why: str) -> None:
        """Wait no longer: the call has failed."""

    def account(self, reference: Pcm | None) -> Account:
        """What became of the call; `reference` is what should have been heard, again and again (8 kHz), None if unknown."""

    def close(self) -> None:
        """Close the sockets."""


def judge(account: Account, kept: bytes, recorded: bool, reference: Pcm | None, talker: Talker) -> Account:
    """The account, with what was heard and answered. Silence before the first sound is the call's setting up."""
    pieces = [kept[at : at + FRAME] for at in range(0, len(kept), FRAME)]
    spoken = [voiced(piece) for piece in pieces]
    if spoken:
        account.voiced_share = round(sum(spoken) / len(spoken), 3)
    if recorded and reference is not None and any(spoken):
        account.match = matched(g711.decode_alaw(b"".join(pieces[spoken.index(True) :])), reference)
    if isinstance(talker, Asking):
        account.response_ms, account.unanswered = talker.response_ms, talker.unanswered
    if isinstance(talker, Converser):
        account.exchanges = talker.exchanges
    return account

"""Is anybody at the other end: silence, holds, and looks that come late, in virtual time."""

import pytest

from sip_bridge.deafness import Deafness, Finding
from sip_bridge.liveness import Liveness, Lost


def looks(
    life: Liveness, start: int, seconds: int, *, sign: bool = False, held: bool = False
) -> list[tuple[int, Lost]]:
    """A look each second; when it was told that the leg is lost, and why, for the first time."""
    told = [(now, life.look(now, sign=sign, held=held)) for now in range(start, start + seconds)]
    return [(now, lost) for now, lost in told if lost][:1]


def test_a_silent_leg_is_lost() -> None:
    """The clock starts with the first look, and anew with each sign of life."""
    life = Liveness(30, 900)
    assert looks(life, 0, 29) == []
    assert looks(life, 29, 1, sign=True) == []
    assert looks(life, 30, 60) == [(59, Lost.SILENT)]


def test_a_hold_may_be_longer_than_silence() -> None:
    """Its end starts the clock anew, so that sound may take its time to come back."""
    life = Liveness(30, 900)
    assert looks(life, 0, 20) == []
    assert looks(life, 20, 300, held=True) == []
    assert looks(life, 320, 60) == [(350, Lost.SILENT)]


def test_who_is_gone_on_hold_is_lost_in_the_end() -> None:
    """Nothing came in fifteen minutes; with music, it may last."""
    assert looks(Liveness(30, 900), 0, 2000, held=True) == [(900, Lost.ON_HOLD)]
    assert looks(Liveness(30, 900), 0, 2000, held=True, sign=True) == []


@pytest.mark.parametrize(("held", "life"), [(False, Liveness(0, 900)), (True, Liveness(30, 0))])
def test_without_a_limit_nobody_is_lost(held: bool, life: Liveness) -> None:
    """0 is never."""
    assert looks(life, 0, 5000, held=held) == []


def test_a_look_that_is_late_blames_nobody() -> None:
    """The machine slept for a minute: what came meanwhile was not read."""
    life = Liveness(30, 900)
    assert looks(life, 0, 10) == []
    assert looks(life, 70, 60) == [(100, Lost.SILENT)]


def findings(deaf: Deafness, packets: int, *, heard: bool = False, held: bool = False) -> list[Finding]:
    """Ten looks, with so many packets dropped between two of them."""
    told = [deaf.look(heard=heard, held=held, dropped=1000 + number * packets) for number in range(10)]
    return [finding for finding in told if finding]


def test_a_leg_whose_sound_is_shut_out() -> None:
    """Nothing heard, a steady stream dropped: told once."""
    deaf = Deafness()
    assert findings(deaf, 50) == [Finding.SHUT_OUT]
    assert findings(deaf, 50) == []


def test_a_stranger_opens_no_leg_that_was_heard() -> None:
    """Neither while its own sound flows nor after; only a new agreement starts anew."""
    deaf = Deafness()
    assert findings(deaf, 50, heard=True) == []
    assert findings(deaf, 50) == [Finding.PESTERED]
    deaf.agreed()
    assert findings(deaf, 50) == [Finding.SHUT_OUT]


@pytest.mark.parametrize(("packets", "held"), [(9, False), (0, False), (50, True)])
def test_what_does_not_come_steadily_is_no_sound(packets: int, held: bool) -> None:
    """A few packets in a second, or a stream while the leg is on hold."""
    assert findings(Deafness(), packets, held=held) == []


def test_a_count_that_is_not_known() -> None:
    """Elsewhere than on Linux."""
    assert Deafness().look(heard=False, held=False, dropped=None) is None

"""What one leg is about to hear."""

from hypothesis import given
from hypothesis import strategies as st

from sip_bridge.playout import MAX_FRAMES, MAX_MARKS, Playout


def taken(playout: Playout, size: int) -> bytes:
    """Take as a leg does."""
    sound = playout.head(size)
    playout.take(len(sound))
    return sound


def test_sound_comes_out_in_order_however_it_went_in() -> None:
    """Pieces of any size."""
    playout = Playout(160)
    for piece in (b"ab", b"", b"cdefg", b"h"):
        playout.add(piece)
    assert [taken(playout, 3) for _ in range(4)] == [b"abc", b"def", b"gh", b""]


@given(st.lists(st.binary(max_size=50), max_size=20), st.lists(st.integers(1, 60), max_size=40))
def test_nothing_is_lost_or_made_up(pieces: list[bytes], sizes: list[int]) -> None:
    """What was taken and what waits is what was added."""
    playout = Playout(160)
    for piece in pieces:
        playout.add(piece)
    out = b"".join(taken(playout, size) for size in sizes)
    rest = playout.pending
    assert out + taken(playout, 10_000) == b"".join(pieces)
    assert rest == len(b"".join(pieces)) - len(out)


def test_a_mark_is_reached_when_the_sound_before_it_was_sent() -> None:
    """Not while it lies in the leg's own buffer."""
    playout = Playout(160)
    playout.mark("start")
    playout.add(bytes(320))
    playout.mark("middle")
    playout.add(bytes(160))
    playout.mark("end")
    assert playout.reached(0) == ["start"]
    playout.take(480)
    assert playout.reached(480) == []
    assert playout.reached(161) == []
    assert playout.reached(160) == ["middle"]
    assert playout.reached(0) == ["end"]
    assert not playout.has_marks


def test_flow_is_stopped_at_900_frames_and_goes_on_at_800() -> None:
    """Each is told once."""
    playout = Playout(10)
    assert [playout.add(bytes(10 * 899)), playout.add(bytes(10)), playout.add(bytes(10))] == [
        False,
        True,
        False,
    ]
    assert [playout.take(10 * 100), playout.take(10), playout.take(10)] == [False, True, False]
    playout.add(bytes(10 * 200))
    assert (playout.flush(), playout.flush()) == (True, False)


def test_more_than_1000_frames_are_thrown_away() -> None:
    """What comes last is lost, and counted."""
    playout = Playout(10)
    playout.add(bytes(10 * MAX_FRAMES))
    playout.add(b"xyz")
    assert (playout.pending, playout.dropped) == (10 * MAX_FRAMES, 3)


def test_a_flush_leaves_nothing() -> None:
    """Marks are not told, and those after it count from there."""
    playout = Playout(160)
    playout.add(bytes(400))
    taken(playout, 100)
    playout.mark("gone")
    playout.flush()
    assert (playout.pending, playout.head(10), playout.reached(0)) == (0, b"", [])
    playout.mark("here")
    assert playout.reached(0) == ["here"]


def test_marks_are_bounded() -> None:
    """The oldest is given up."""
    playout = Playout(160)
    for number in range(MAX_MARKS + 1):
        playout.mark(str(number))
    assert playout.reached(0) == [str(number) for number in range(1, MAX_MARKS + 1)]

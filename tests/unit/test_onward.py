"""Where a caller goes whose PBX asks: as we decided, for a minute; else to the reception."""

from callbot.onward import HANG_UP, LIFE_S, Onward


class Clock:
    """Seconds that pass when told."""

    now_s = 1000.0

    def __call__(self) -> float:
        """The time."""
        return self.now_s


def test_the_decision_is_told_as_often_as_it_is_asked() -> None:
    """A dialplan that asks twice gets the same answer; a call that is over is told apart from one that goes on."""
    onward = Onward(Clock(), "100")
    onward.send("1733300000.1", "130")
    onward.end("1733300000.2")
    assert [onward.next(f"1733300000.{n}") for n in (1, 2, 1, 2)] == ["130", HANG_UP, "130", HANG_UP]


def test_who_is_not_known_goes_to_the_reception() -> None:
    """A leg that was cut off, or that the service never saw, has a caller all the same."""
    assert Onward(Clock(), "100").next("never seen") == "100"


def test_a_service_without_a_destination_is_the_receptions() -> None:
    """Nobody is sent nowhere; only a commune without any destination answers with nothing."""
    onward, none = Onward(Clock(), "100"), Onward(Clock(), "")
    onward.send("a", "")
    none.send("a", "")
    assert (onward.next("a"), none.next("a")) == ("100", "")


def test_a_decision_is_forgotten_after_its_life() -> None:
    """The minute counts from the decision, which ends the leg."""
    clock = Clock()
    onward = Onward(clock, "100")
    onward.send("a", "130")
    clock.now_s += LIFE_S - 0.001
    kept = onward.next("a")
    clock.now_s += 0.001
    assert (kept, onward.next("a")) == ("130", "100")


def test_a_new_call_of_the_same_name_starts_afresh() -> None:
    """A caller who is brought back under the same id is not sent where the first leg went."""
    onward = Onward(Clock(), "100")
    onward.send("a", "130")
    onward.begin("a")
    assert onward.next("a") == "100"


def test_no_more_legs_are_remembered_than_there_is_room_for() -> None:
    """The oldest makes room; one that is decided anew becomes the youngest."""
    onward = Onward(Clock(), "100", limit=2)
    for name, destination in (("a", "1"), ("b", "2"), ("a", "3"), ("c", "4")):
        onward.send(name, destination)
    assert [onward.next(name) for name in "abc"] == ["3", "100", "4"]

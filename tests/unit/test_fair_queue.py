"""Who is served next: fair to calls, bounded, nothing lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbot.speech import fair_queue
from callbot.speech.fair_queue import FairQueue, Job, Kind, QueueFullError

PER_CALL, TOTAL = 3, 8
CALLS = st.integers(0, 5)
KINDS = st.sampled_from(Kind)
STEPS = st.one_of(
    st.tuples(st.just("add"), CALLS, KINDS),
    st.tuples(st.just("take"), st.none(), st.none()),
    st.tuples(st.just("promote"), CALLS, st.none()),
    st.tuples(st.just("remove"), CALLS, st.none()),
)


def job(call: int, kind: Kind = Kind.FINAL, name: str = "") -> Job[str]:
    """One call's work."""
    return Job(call, kind, name, 0.0)


def taken(queue: FairQueue[str]) -> list[str]:
    """Everything that waits, in the order of service."""
    order = []
    while (one := queue.take()) is not None:
        order.append(one.work)
    return order


@given(st.lists(STEPS, max_size=80))
def test_no_job_is_lost_and_bounds_hold(steps: list[tuple[str, int | None, Kind | None]]) -> None:
    """Whatever happens: each job is refused, replaced, removed or taken, exactly once; never too many wait."""
    queue: FairQueue[str] = FairQueue(per_call=PER_CALL, total=TOTAL)
    waiting: list[Job[str]] = []
    for what, call, kind in steps:
        own = [one for one in waiting if one.call == call]
        if what == "add":
            assert call is not None
            assert kind is not None
            one = job(call, kind)
            try:
                gone = queue.add(one)
            except QueueFullError:
                assert len(own) == PER_CALL or len(waiting) == TOTAL
                continue
            if gone:
                assert gone.kind is Kind.AHEAD
                waiting.remove(gone)
            waiting.append(one)
        elif what == "take":
            served = queue.take()
            assert (served is None) == (not waiting)
            if served:
                assert served.kind == min(one.kind for one in waiting)
                waiting.remove(served)
        elif own and what == "promote":
            queue.promote(own[-1], 1.0)
            assert own[-1].kind is Kind.FINAL
        elif own:
            assert queue.remove(own[0])
            assert not queue.remove(own[0])
            waiting.remove(own[0])
        assert len(queue) == len(waiting) <= TOTAL
        for number in range(6):
            theirs = [one for one in waiting if one.call == number]
            assert len(theirs) <= PER_CALL
            assert sum(one.kind is Kind.AHEAD for one in theirs) <= 1
    assert len(taken(queue)) == len(waiting)


@given(st.lists(CALLS, min_size=1, max_size=40))
def test_no_call_is_served_twice_while_another_waits(calls: list[int]) -> None:
    """Between two services of one call, every other call that waited all the time had its turn."""
    queue: FairQueue[str] = FairQueue(per_call=100, total=100)
    for number, call in enumerate(calls):
        queue.add(job(call, name=str(number)))
    order = [calls[int(name)] for name in taken(queue)]
    for at, call in enumerate(order):
        since = next((before for before in range(at - 1, -1, -1) if order[before] == call), None)
        if since is not None:
            assert set(order[at:]) <= set(order[since:at])


@given(st.lists(CALLS, min_size=1, max_size=40))
def test_one_calls_utterances_keep_their_order(calls: list[int]) -> None:
    """Whoever else is served in between."""
    queue: FairQueue[str] = FairQueue(per_call=100, total=100)
    for number, call in enumerate(calls):
        queue.add(job(call, name=f"{call}:{number:02}"))
    order = taken(queue)
    for call in set(calls):
        own = [name for name in order if name.startswith(f"{call}:")]
        assert own == sorted(own)


def test_who_waits_for_an_answer_comes_before_who_may_go_on() -> None:
    """A speculation becomes final when its call's turn ends."""
    queue: FairQueue[str] = FairQueue(per_call=PER_CALL, total=TOTAL)
    pausing, ended = job(1, Kind.AHEAD, "pausing"), job(2, Kind.AHEAD, "ended")
    queue.add(pausing)
    queue.add(ended)
    queue.add(job(3, Kind.FINAL, "final"))
    queue.promote(ended, 70.0)
    assert queue.waits_ms(100.0) == {2: 30.0, 3: 100.0}
    assert taken(queue) == ["ended", "final", "pausing"]
    assert queue.waits_ms(100.0) == {}


def test_a_newer_speculation_of_the_call_replaces_the_older_one() -> None:
    """The caller went on meanwhile."""
    queue: FairQueue[str] = FairQueue(per_call=PER_CALL, total=TOTAL)
    older = job(1, Kind.AHEAD, "older")
    assert queue.add(older) is None
    assert queue.add(job(2, Kind.AHEAD, "other")) is None
    assert queue.add(job(1, Kind.AHEAD, "newer")) is older
    assert taken(queue) == ["other", "newer"]


def test_a_full_queue_takes_an_utterance_in_place_of_a_speculation() -> None:
    """The newest one gives way; without any the utterance is refused."""
    queue: FairQueue[str] = FairQueue(per_call=PER_CALL, total=2)
    queue.add(job(1, Kind.AHEAD, "older"))
    newer = job(2, Kind.AHEAD, "newer")
    queue.add(newer)
    with pytest.raises(QueueFullError):
        queue.add(job(3, Kind.AHEAD))
    assert queue.add(job(3)) is newer
    queue.add(job(4))
    with pytest.raises(QueueFullError, match="2 utterances wait"):
        queue.add(job(5))


def test_what_is_remembered_of_calls_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever was served longest ago is forgotten, and comes first as one who never was."""
    monkeypatch.setattr(fair_queue, "REMEMBERED", 2)
    queue: FairQueue[str] = FairQueue(per_call=PER_CALL, total=TOTAL)
    for call in (1, 2, 3):
        queue.add(job(call))
        queue.take()
    for call in (3, 2, 1):
        queue.add(job(call, name=str(call)))
    assert taken(queue) == ["1", "2", "3"]


def test_a_call_that_is_over_leaves_no_trace() -> None:
    """What it was served for is forgotten: a new one of that name begins anew."""
    queue: FairQueue[str] = FairQueue(per_call=PER_CALL, total=TOTAL)
    for call in (1, 2):
        queue.add(job(call))
        queue.take()
    queue.forget(2)
    queue.add(job(1, name="one"))
    queue.add(job(2, name="two"))
    assert taken(queue) == ["two", "one"]

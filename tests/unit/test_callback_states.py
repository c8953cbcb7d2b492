"""What staff may do with a call-back request, and who may do it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbot.callback_states import (
    CLAIM_LASTS,
    NEXT,
    Action,
    Call,
    Callback,
    CallbackState,
    Claim,
    Done,
    GiveBack,
    NoAnswer,
    Refusal,
    Reopen,
    Take,
    Try,
    Why,
    decide,
)

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
REQUEST = Callback(7, "c", NOW, "+33612345678", "", "", "", "accueil", CallbackState.TO_CALL)
ACTIONS: tuple[Action, ...] = (Take(), Call(), NoAnswer(), Done(), GiveBack(), Reopen())


def done(callback: Callback, *actions: tuple[str, Action, datetime]) -> Callback:
    """The request after these, each of which may be done."""
    for actor, action, at in actions:
        decided = decide(callback, action, actor, at)
        assert isinstance(decided, Callback)
        callback = decided
    return callback


def test_who_takes_it_on_has_it_for_a_while() -> None:
    """Nobody else may do anything with it before twenty minutes are over."""
    taken = done(REQUEST, ("léa", Take(), NOW))
    for action in ACTIONS[:-1]:
        at = NOW + CLAIM_LASTS - MINUTE
        assert decide(taken, action, "omar", at) == Refusal(Why.TAKEN, "léa", NOW)
    late = NOW + CLAIM_LASTS
    assert decide(taken, Take(), "omar", late) == replace(taken, claim=Claim("omar", late))


def test_one_person_is_called_by_one() -> None:
    """Who has asked twice counts once: another request of that number holds this one too."""
    second = replace(REQUEST, others=1, elsewhere=Claim("léa", NOW))
    assert decide(second, Call(), "omar", NOW + MINUTE) == Refusal(Why.TAKEN, "léa", NOW)
    assert isinstance(decide(second, Call(), "léa", NOW + MINUTE), Callback)


def test_calling_notes_the_try_once() -> None:
    """Two clicks are one try; who then finds nobody there notes no second one; the next call is another."""
    called = done(REQUEST, ("léa", Call(), NOW), ("léa", Call(), NOW + timedelta(seconds=5)))
    assert called.tries == (Try(NOW, "léa"),)
    again = NOW + timedelta(hours=3)
    tried = done(called, ("léa", NoAnswer(again, "répondeur"), NOW + MINUTE))
    assert tried == replace(called, claim=None, retry_at=again, note="répondeur")
    second = done(tried, ("omar", Call(), again))
    assert (second.tries, second.retry_at) == ((Try(NOW, "léa"), Try(again, "omar")), None)


def test_a_try_by_hand_counts() -> None:
    """Dialled on another telephone: « pas de réponse » alone notes it."""
    assert done(REQUEST, ("léa", NoAnswer(), NOW)).tries == (Try(NOW, "léa"),)


def test_done_and_undone() -> None:
    """It frees the request; a second click is none; somebody else's is told who was quicker; undoing gives it back to who undoes."""
    settled = done(REQUEST, ("léa", Call(), NOW), ("léa", Done(resolved=False, note="n"), NOW + MINUTE))
    assert (settled.state, settled.state_by, settled.state_at) == (CallbackState.DONE, "léa", NOW + MINUTE)
    assert (settled.resolved, settled.note, settled.claim) == (False, "n", None)
    assert decide(settled, Done(), "léa", NOW + 2 * MINUTE) == settled
    assert decide(settled, Done(), "omar", NOW + 2 * MINUTE) == Refusal(Why.SETTLED, "léa", NOW + MINUTE)
    undone = done(settled, ("léa", Reopen(), NOW + 2 * MINUTE))
    assert (undone.state, undone.resolved, undone.claim) == (
        CallbackState.TRIED,
        None,
        Claim("léa", NOW + 2 * MINUTE),
    )
    never_tried = done(REQUEST, ("léa", Done(), NOW), ("omar", Reopen(), NOW + MINUTE))
    assert never_tried.state is CallbackState.TO_CALL
    assert decide(never_tried, Reopen(), "omar", NOW) == Refusal(Why.OPEN)


def test_the_table_names_every_state_and_action() -> None:
    """Each open state knows all but « undo », « done » knows nothing else."""
    for state in CallbackState:
        known = {action for at, action in NEXT if at is state}
        every = {type(action) for action in ACTIONS}
        assert known == ({Reopen} if state is CallbackState.DONE else every - {Reopen})


@given(
    st.lists(
        st.tuples(
            st.integers(0, 1),
            st.sampled_from(("léa", "omar", "zoé")),
            st.sampled_from(ACTIONS),
            st.integers(0, 30),
        ),
        max_size=40,
    )
)
def test_never_two_at_one_number(steps: list[tuple[int, str, Action, int]]) -> None:
    """Whatever is tried, in whatever order: two who hold one number's requests are one person, and no try is lost."""
    requests, at = [REQUEST, replace(REQUEST, id=8)], NOW
    for which, actor, action, minutes in steps:
        at += minutes * MINUTE
        before, other = requests[which], requests[1 - which]
        elsewhere = other.claim if other.state is not CallbackState.DONE else None
        decided = decide(replace(before, elsewhere=elsewhere), action, actor, at)
        if isinstance(decided, Refusal):
            continue
        requests[which] = decided
        assert decided.tries[: len(before.tries)] == before.tries
        claims = {one.claim.by for one in requests if one.claim and one.claim.holds(at)}
        assert len(claims) <= 1
        if isinstance(action, Call):
            assert claims == {actor}


@pytest.mark.parametrize("state", list(CallbackState))
def test_what_somebody_said_does_not_show(state: CallbackState) -> None:
    """In a log, a request tells neither number nor name, place or note."""
    told = replace(REQUEST, state=state, name="Lefèvre", place="Lilas", note="malade")
    assert [word for word in ("612", "Lefèvre", "Lilas", "malade") if word in repr(told)] == []

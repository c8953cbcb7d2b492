"""The operator's list of calls and one call's turns, on both databases."""

from datetime import UTC, datetime, timedelta

from callbot.config import Settings
from callbot.database import Database
from callbot.events import Decision, Outcome
from callbot.stats.call_list import TimedCall, TimedTurn, newest_calls, timed_call
from callbot.stats.call_record import CallRecord
from callbot.stats.storage import spill, write
from tests.support.calls import answered_call, difficult_call, started

AT = datetime(2026, 1, 9, 23, 30, tzinfo=UTC)


async def test_calls_newest_first_with_their_response_times(settings: Settings, database: Database) -> None:
    """A call in progress is there too; no more than asked for."""
    calls = {"c1": answered_call(response_ms=640), "c2": (started(),), "c3": difficult_call()}
    for number, (call_id, events) in enumerate(calls.items()):
        record = CallRecord(call_id, AT + timedelta(minutes=number), None, engine="whisper", recorder="h:1")
        for event in events:
            record.apply(event)
        await write(database, record.rows(), spill(settings))
    assert [call.id for call in await newest_calls(database)] == ["c3", "c2", "c1"]
    assert [call.id for call in await newest_calls(database, 2)] == ["c3", "c2"]
    found = await timed_call(database, "c1")
    assert found == (
        TimedCall("c1", AT, "whisper", Outcome.ANSWERED, 11_000, 1, (640,)),
        [TimedTurn(1, 6000, Decision.ANSWER, "carte_identite", 640, 440, 180, 10, 10)],
    )
    assert (found[0].median_ms, found[0].longest_ms) == (640, 640)
    assert await timed_call(database, "unknown") is None

"""Work beside the calls that must not end."""

import asyncio

import pytest

from callbot import service


async def test_work_that_fails_begins_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Each time, and what ended it is in the log; who cancels it ends it."""
    monkeypatch.setattr(service, "AGAIN_S", 0)
    begun, third = 0, asyncio.Event()

    async def work() -> None:
        nonlocal begun
        begun += 1
        if begun < 3:
            raise RuntimeError(f"fault {begun}")
        third.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(service.lasting(work))
    await third.wait()
    assert [str(record.exc_info[1]) for record in caplog.records if record.exc_info] == ["fault 1", "fault 2"]
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

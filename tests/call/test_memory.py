"""What calls leave in memory: nothing."""

import asyncio
import gc
from collections import Counter
from pathlib import Path

from callbot.call import Call
from callbot.call_flow import Flow
from callbot.collecting import collect_regularly, spare_what_is_loaded
from callbot.turn_taking.echo import Played
from tests.call.test_calls import place
from tests.support.scripted import media_server
from tests.support.waiting import until

KINDS = (Call, Flow, Played)


def alive() -> Counter[str]:
    """How many of a call's parts there are."""
    return Counter(type(one).__name__ for one in gc.get_objects() if type(one) in KINDS)


async def test_ended_calls_are_given_back(tmp_path: Path) -> None:
    """As in the service: what was loaded is spared, and the collector is asked now and then."""
    gc.collect()
    before = alive()
    try:
        async with media_server(tmp_path, ["un acte de naissance", "non merci"] * 3) as (server, _recorded):
            spare_what_is_loaded()
            for _ in range(3):
                await place(server, "acte_naissance", "non_merci_au_revoir")
            collecting = asyncio.create_task(collect_regularly(0.2))
            await until(lambda: alive() == before, 0.2)
            collecting.cancel()
    finally:
        gc.unfreeze()
        gc.set_threshold(700, 10, 10)

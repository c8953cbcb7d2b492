"""Keeps Python's garbage collector from holding up the sound of calls."""

import asyncio
import gc

YOUNG_OBJECTS = 50_000
"""New objects that are looked through at once; a hundred calls that begin together make fewer."""


COLLECT_SECONDS = 30.0
"""How often what ended calls have left is given back: 2 ms for six calls, once what was loaded is spared."""


def spare_what_is_loaded() -> None:
    """To be called once everything is loaded: the collector need not look at it ever again.

    Models and libraries come to more than 150,000 objects. Each full collection took 160 ms for them, in which no call was
    heard or answered, and one is due whenever many calls begin.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 50)


async def collect_regularly(every_s: float = COLLECT_SECONDS) -> None:
    """Give back what ended calls have left, for ever: a task of the service.

    The parts of a call know each other, and have grown old with it: Python looks at such objects after millions of new ones only, so
    that a day's calls would stay in memory.
    """
    while True:
        await asyncio.sleep(every_s)
        gc.collect()

"""Keeps Python's garbage collector from holding up the sound of calls."""

import gc

YOUNG_OBJECTS = 50_000
"""New objects that are looked through at once; a hundred calls that begin together make fewer."""


def spare_what_is_loaded() -> None:
    """To be called once everything is loaded: the collector need not look at it ever again.

    Models and libraries come to more than 150,000 objects. Each full collection took 160 ms for them, in which no call was
    heard or answered, and one is due whenever many calls begin.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 50)

"""What is kept of people: one list of every table with whose data it holds, one of every kind of data with how long it is kept.

Purge, export, erasure and the page /donnees-personnelles are made of these lists (privacy.py); a test fails when a table is in neither.
A new table: one `Kept`. Data that grows old: one `Kind`, and its setting in config.py.
"""

from callbot.kept.kinds import KINDS
from callbot.kept.shapes import Caller, Kept, Kind, Whose
from callbot.kept.tables import KEPT

__all__ = ["KEPT", "KINDS", "Caller", "Kept", "Kind", "Whose"]

"""The tables, as SQLAlchemy Core sees them; `migrations/versions` makes them, and a test compares the two.

Times are UTC and come back aware. `calls.day` is the day in Europe/Paris on which the call began: what reports group by.
"""

from callbot.tables.calls import callback_tries, callbacks, calls, events, messages, satisfaction, turns
from callbot.tables.columns import UtcDateTime, Words, metadata
from callbot.tables.hours import announcements, closures, listens, opening_weeks
from callbot.tables.knowledge import (
    knowledge_editions,
    knowledge_machines,
    knowledge_versions,
    learning_effects,
    learning_groups,
    learning_questions,
    learning_runs,
)
from callbot.tables.queue import (
    corrections,
    desk_cards,
    desk_follow_ups,
    queue_agents,
    queue_entries,
    queue_machines,
)
from callbot.tables.staff import accesses, accounts, api_tokens, audit, sessions
from callbot.tables.statistics import (
    call_facts,
    report_sends,
    stats_cells,
    stats_due,
    stats_month_cells,
    stats_months,
    stats_version,
    stats_words,
)
from callbot.tables.upkeep import purges, webhook_messages

__all__ = [
    "UtcDateTime",
    "Words",
    "accesses",
    "accounts",
    "announcements",
    "api_tokens",
    "audit",
    "call_facts",
    "callback_tries",
    "callbacks",
    "calls",
    "closures",
    "corrections",
    "desk_cards",
    "desk_follow_ups",
    "events",
    "knowledge_editions",
    "knowledge_machines",
    "knowledge_versions",
    "learning_effects",
    "learning_groups",
    "learning_questions",
    "learning_runs",
    "listens",
    "messages",
    "metadata",
    "opening_weeks",
    "purges",
    "queue_agents",
    "queue_entries",
    "queue_machines",
    "report_sends",
    "satisfaction",
    "sessions",
    "stats_cells",
    "stats_due",
    "stats_month_cells",
    "stats_months",
    "stats_version",
    "stats_words",
    "turns",
    "webhook_messages",
]

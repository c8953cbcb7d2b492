"""What somebody should look at in a report: a few plain sentences, from one table of thresholds. Pure."""

from collections.abc import Iterator

from callbot.charts.drawing import whole
from callbot.reports.written import value
from callbot.stats.slices import Slice

__all__ = ["attention"]

LEFT_RATE = 0.10
"""Share of callers who needed a person and hung up while they waited, from which on it is told (in contact centres 5–8 % is usual)."""
REPEAT_RATE = 0.15
"""Share of answered callers who call again within 7 days from which on the answers may not suffice."""
WAIT_S = 300
"""Longest wait that passes without being told."""
REPLY_MS = 2000
"""95th percentile of the response time that passes without being told."""


def attention(total: Slice) -> Iterator[str]:
    """Sentences, the gravest first; none when all is well."""
    failed, refused = _number(total, "failed"), _number(total, "refused")
    if failed:
        yield f"{_calls(failed)} {_have(failed)} échoué sur une panne : à voir avec l’informatique."
    if refused:
        yield f"{_calls(refused)} {_have(refused)} trouvé toutes les lignes occupées : à voir avec l’informatique."
    if _over(total, "queue_abandon_rate", LEFT_RATE):
        share = value(total.figure("queue_abandon_rate"))
        left = _number(total, "abandoned_queue")
        who = f"{whole(left)} {_s('personne', left)} {_have(left)} raccroché en attendant l’accueil"
        yield f"{who} ({share} de ceux à qui il fallait une personne)."
    if _over(total, "longest_wait_s", WAIT_S):
        yield f"L’attente la plus longue a duré {value(total.figure('longest_wait_s'))}."
    unanswered = _number(total, "unanswered")
    if unanswered:
        yield f"{whole(unanswered)} {_s('question', unanswered)} sans réponse : voir la page « À apprendre »."
    if _over(total, "answered_repeat_rate", REPEAT_RATE):
        share = value(total.figure("answered_repeat_rate"))
        yield f"{share} de ceux à qui l’assistant avait répondu ont rappelé dans les 7 jours : ses réponses ne suffisent peut-être pas."
    if _over(total, "response_ms_p95", REPLY_MS):
        slow = value(total.figure("response_ms_p95"))
        yield f"Une fois sur vingt, l’assistant a mis {slow} ou plus à répondre : à voir avec l’informatique."


def _over(total: Slice, key: str, most: float) -> bool:
    found = total.figure(key).value
    return found is not None and found > most


def _number(total: Slice, key: str) -> int:
    return int(total.figure(key).value or 0)


def _calls(number: int) -> str:
    return f"{whole(number)} {_s('appel', number)}"


def _have(number: int) -> str:
    return "a" if number < 2 else "ont"


def _s(word: str, number: float) -> str:
    return word if number < 2 else word + "s"

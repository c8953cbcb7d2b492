"""The fixed sentences of one language, as a table: what a language must have before the bot may speak it.

French ones are written in phrases.py, transfer_phrases.py and closed.py; those of other languages in callbot/languages/CODE/phrases.toml,
under the same names. Placeholders: `{service}`, and for French, where an article melts into a preposition, `{of}` and `{to}`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from callbot.events import TransferResult

SERVICE_FORMS = frozenset({"of", "to"})
"""Placeholders that are a service's name after a preposition; a language without such forms writes `{service}`."""
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Texts:
    """Every fixed sentence of a language. The names of the fields, and of what the mappings hold, are the same in all languages."""

    sentences: Mapping[str, str]
    welcome: str
    """Before the disclosure, on a line that has no greeting of its own."""
    emergency_names: Mapping[str, str]
    urgent: str
    """What is said for an emergency number: `{call}` is of `emergency_names`."""
    distress: Mapping[str, str]
    confirm: str
    choose: tuple[str, str]
    menu_head: str
    menu: tuple[str, ...]
    menu_fourth: str
    menu_last: str
    menu_last_closed: str
    handovers: Mapping[str, str]
    distress_handover: str
    waiting: str
    failures: Mapping[TransferResult, str]
    reception_instead: str
    given_back: str
    nobody: str
    farewell: str
    again: str
    offices: str
    offices_reopen: str
    service: str
    service_reopens: str
    before: Mapping[str, str]
    menu_head_silent: str
    not_sure: str
    choose_keys: str
    choose_keys_closed: str
    nobody_now: str
    short: Mapping[str, str]
    """By the name of a long sentence: what is said in its place to a caller who asked the bot to speak more slowly."""
    language_offer: str
    """At the end of a greeting in another language: how to go on in this one."""
    language_first: str
    """The first words after a change to this language: that a machine speaks. The greeting follows."""
    language_again: str
    """After a change back to it, with a question."""
    queue_position: str
    """Where a caller stands in the queue: `{position}` is of `queue_ordinals`, the first place first."""
    queue_ordinals: tuple[str, ...]
    queue_far: str
    """The same for those behind them."""
    queue_time: str
    """How long it may take: `{time}` is of `queue_times`, by minutes."""
    queue_times: Mapping[str, str]
    queue_long: str
    queue_unknown: str
    queue_back: str
    """To who calls again and has their place back."""
    queue_full: str
    """To who does not get a place: a call-back is offered, or the service rung."""
    queue_callback: Mapping[str, str]
    """To be called back instead of waiting on, keeping the place: `offer`, then the number that is read back, and what comes of it."""
    queue_digits: tuple[str, ...]
    """The ten digits, for that number; in French it is read in pairs (read_back.phone_said)."""
    pass_agent: str
    """To who talked to a person, and is passed on to another one."""
    pass_number: str
    """The same, to a telephone outside of the queue."""
    pass_back: str
    """To who comes back from there, because nobody took them."""

    @property
    def shorter(self) -> Mapping[str, str]:
        """The long sentences that have a shorter form, and that form."""
        long = dict(self.each())
        return {long[name]: text for name, text in self.short.items()}

    def each(self) -> Iterator[tuple[str, str]]:
        """Every text with its name, as `handovers.asked` or `menu.0`."""
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, str):
                yield field.name, value
                continue
            named = value.items() if isinstance(value, Mapping) else enumerate(value)
            for key, text in named:
                yield f"{field.name}.{key}", text


def placeholders(text: str) -> frozenset[str]:
    """What a text leaves open; forms of a service's name count as that name."""
    found = _PLACEHOLDER.findall(text)
    return frozenset("service" if name in SERVICE_FORMS else name for name in found)


def differences(texts: Texts, model: Texts) -> list[str]:
    """What `texts` lacks or has otherwise than `model`, a line each: sentences, and what they leave open."""
    mine, theirs = dict(texts.each()), dict(model.each())
    lines = [f"{name} is missing" for name in theirs if name not in mine]
    lines += [f"{name}: there is no such sentence" for name in mine if name not in theirs]
    for name in mine.keys() & theirs.keys():
        if not mine[name] and theirs[name]:
            lines.append(f"{name} is empty")
        if placeholders(mine[name]) != placeholders(theirs[name]):
            wanted = ", ".join(sorted(placeholders(theirs[name]))) or "nothing"
            lines.append(f"{name}: it must leave open {wanted}")
    return sorted(lines)

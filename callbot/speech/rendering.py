"""What the service renders at its start: the first sentences at once, the rest behind the calls, one language after the other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from callbot.speech.prompts import Progress, Prompts, Rendered

__all__ = ["Spoken", "render_all", "render_languages"]


@dataclass(frozen=True, slots=True)
class Spoken:
    """One language: its prompts, what a first call in it needs, and the rest."""

    prompts: Prompts
    first: Sequence[str]
    rest: Sequence[str]
    at_once: bool = True
    """A line greets in it: no call is taken before its first sentences are there."""


async def render_all(
    prompts: Prompts,
    first: Sequence[str],
    rest: Sequence[str],
    log: Callable[[str], None],
    *,
    on_first: Callable[[], None] | None = None,
    progress: Progress | None = None,
) -> Rendered:
    """`render_languages` where there is only one."""
    return await render_languages([Spoken(prompts, first, rest)], log, on_first=on_first, progress=progress)


async def render_languages(
    spoken: Sequence[Spoken],
    log: Callable[[str], None],
    *,
    on_first: Callable[[], None] | None = None,
    progress: Progress | None = None,
) -> Rendered:
    """What a first call needs in the languages that lines greet in, at once (then `on_first` is called); all the rest in the background.

    There, what a first call needs in the other languages comes first: greetings offer them. `log` takes a line for a person at most
    twenty times while prompts are made, and a last one that sums up; `progress` is told after each prompt.
    """
    firsts = sorted(spoken, key=lambda one: not one.at_once)
    urgent = sum(one.at_once for one in spoken)
    rounds = [(one.prompts, one.first) for one in firsts]
    rounds += [(one.prompts, one.rest) for one in spoken]
    total = sum(len(texts) for _, texts in rounds)
    step, before = max(1, total // 20), 0

    def tell(done: int) -> None:
        if progress:
            progress(done, total)
        if done % step == 0 and done < total:
            log(f"Rendering prompts {done}/{total} …")

    made = kept = failed = 0
    for number, (prompts, texts) in enumerate(rounds):
        at = before
        part = await prompts.render(texts, lambda done, _, at=at: tell(at + done), urgent=number < urgent)  # type: ignore[misc]
        before += len(texts)
        made, kept, failed = made + part.made, kept + part.kept, failed + part.failed
        if number + 1 == urgent and on_first:
            on_first()
    failures = f", {failed} failed" if failed else ""
    log(f"Prompts ready: {made} rendered, {kept} already there{failures}.")
    return Rendered(made, kept, failed)

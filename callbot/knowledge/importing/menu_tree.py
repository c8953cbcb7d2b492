"""A written assistant's menu: themes with questions, each a prompt for its own engine or a `directAnswer` with links.

Shape: `{theme: {"label": …, "questions": [{"id": …, "label": …, "prompt": … | "directAnswer": {"text": …, "links": […]}}]}}`,
as in app-mezieres (Mézières-lez-Cléry, MIT).
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from callbot.knowledge.entries import Source
from callbot.knowledge.importing.drafts import Draft, Fault, Reading
from callbot.knowledge.importing.guess import identifier, motive_of
from callbot.knowledge.importing.plain import plain, unchecked

FORMAT = "menu tree"


def fits(document: object) -> bool:
    """True when every value is a theme with a label and at least one has questions."""
    if not isinstance(document, dict) or not document:
        return False
    themes = list(document.values())
    return all(isinstance(theme, dict) and "label" in theme for theme in themes) and any(
        isinstance(theme.get("questions"), list) for theme in themes
    )


def read(document: Any, name: str, today: date) -> Reading:
    """A draft for each question of the menu; those that were left to an engine have no answer."""
    drafts: list[Draft] = []
    faults: list[Fault] = []
    for key, theme in document.items():
        for number, question in enumerate(theme.get("questions") or (), start=1):
            if isinstance(question, dict):
                drafts.append(_draft(question, f"{key}/{question.get('id', number)}", name, today))
            else:
                faults.append(Fault(f"{key}/{number}", "an object with a label is expected"))
    return Reading(FORMAT, tuple(_apart(drafts)), tuple(faults))


def _draft(question: dict[str, Any], place: str, name: str, today: date) -> Draft:
    label, prompt = plain(question.get("label")), plain(question.get("prompt"))
    direct = question.get("directAnswer")
    direct = direct if isinstance(direct, dict) else {}
    motive, aspect = motive_of(f"{label} {identifier(str(question.get('id', ''))).replace('_', ' ')}")
    return Draft(
        place=place,
        questions=tuple(text for text in (label, prompt) if text),
        answer=plain(direct.get("text")),
        motive=motive,
        aspect=aspect,
        sources=tuple(_sources(direct.get("links"), name, today)),
        remarks=("motive guessed from its words",) if motive else (),
    )


def _sources(links: object, name: str, today: date) -> Iterator[Source]:
    for link in links if isinstance(links, list) else ():
        address = link.get("url", "") if isinstance(link, dict) else ""
        if isinstance(address, str) and address.startswith("http"):
            yield unchecked(f"{plain(link.get('label'))} ({name})", address, today)


def _apart(drafts: list[Draft]) -> Iterator[Draft]:
    """The first question of a motive is its general one; the others become aspects, called as the menu calls them."""
    seen: set[tuple[str, str]] = set()
    for draft in drafts:
        aspect = draft.aspect
        if draft.motive and draft.answer and (draft.motive, aspect) in seen:
            aspect = identifier(draft.place.rpartition("/")[2])
        if draft.answer:
            seen.add((draft.motive, aspect))
        yield Draft(
            draft.place, draft.questions, draft.answer, draft.motive, aspect,
            sources=draft.sources, remarks=draft.remarks,
        )  # fmt: skip

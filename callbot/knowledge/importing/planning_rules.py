"""A local plan's rules: zones with their figures, and for each kind of work a table « case → authorisation ».

Shape: `{"zones": {code: {…}}, "autorisations": {work: {"tableau": [{"cas": …, "auth": …}], "notes": […]}}}`, as in
app-mezieres. Only the authorisations can be said to somebody who has not told where they live.
"""

import re
from datetime import date
from typing import Any

from callbot.knowledge.importing.drafts import Draft, Fault, Reading
from callbot.knowledge.importing.guess import identifier, motive_of
from callbot.knowledge.importing.plain import only_texts, plain, sentence, unchecked

FORMAT = "planning rules"
_MOTIVES = ("declaration_prealable", "permis_construire", "plu_cadastre")
"""What callers who plan work ask about, the usual one first: a « piscine » here is no swimming lesson."""


def fits(document: object) -> bool:
    """True for zones beside tables of authorisations."""
    return (
        isinstance(document, dict)
        and isinstance(document.get("zones"), dict)
        and isinstance(document.get("autorisations"), dict)
    )


def read(document: Any, name: str, today: date) -> Reading:
    """A draft for each kind of work; the zones are counted and left out."""
    drafts: list[Draft] = []
    faults: list[Fault] = []
    for work, rules in document["autorisations"].items():
        table = rules.get("tableau") if isinstance(rules, dict) else None
        if not isinstance(table, list):
            faults.append(Fault(f"autorisations/{work}", "no « tableau » of cases"))
            continue
        drafts.append(_draft(work, rules, name, today))
    zones = len(document["zones"])
    note = f"{zones} zones are left out: their rules depend on the address, so the planning service answers for them"
    return Reading(FORMAT, tuple(drafts), tuple(faults), (note,) if zones else ())


def _draft(work: str, rules: dict[str, Any], name: str, today: date) -> Draft:
    label = plain(rules.get("label")) or work.replace("_", " ")
    motive, _ = motive_of(label)
    motive = motive if motive in _MOTIVES else _MOTIVES[0]
    cases = [row for row in rules["tableau"] if isinstance(row, dict)]
    said = [f"{_aloud(plain(row.get('cas')))} : {_aloud(plain(row.get('auth')))}" for row in cases]
    said += [_aloud(note) for note in only_texts([rules.get("note"), *(rules.get("notes") or ())])]
    return Draft(
        place=f"autorisations/{work}",
        questions=(f"quelle autorisation pour {label.lower()}",),
        answer=" ".join(sentence(text) for text in said),
        motive=motive,
        aspect=identifier(work),
        sources=(unchecked(f"règles d'urbanisme, {label} ({name})", "", today),),
        remarks=("motive guessed from its words",),
    )


_SPOKEN = (
    (re.compile(r"<\s*"), "moins de "),
    (re.compile(r">\s*"), "plus de "),
    (re.compile(r"≤\s*"), "au plus "),
    (re.compile(r"≥\s*"), "au moins "),
    (re.compile(r"\s*m²"), " mètres carrés"),
    (re.compile(r"\s*\((?:DP|PC)\)"), ""),
)


def _aloud(text: str) -> str:
    """The signs that stand for words, in words; numbers and the rest are for the person who rewrites the answer."""
    for pattern, words in _SPOKEN:
        text = pattern.sub(words, text)
    return text

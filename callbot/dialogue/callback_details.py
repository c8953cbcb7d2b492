"""Who asks to be called back, and which place in the street it is about: heard, put right, read back. No I/O.

Neither is needed to call back: whoever does not want to tell them, or is not understood, is called back all the same.
"""

import re
from dataclasses import dataclass, field, replace

from callbot.dialogue import callback_phrases as phrases
from callbot.dialogue.wishes import only_wish
from callbot.events import PlayPrompt
from callbot.understanding.interpretation import Interpretation
from callbot.understanding.normalise import normalise
from callbot.understanding.spoken_forms.communes import Communes
from callbot.understanding.spoken_forms.names import SaidName, alike, goes_on_spelling, read_name, told_name
from callbot.understanding.spoken_forms.places import (
    Place,
    in_own_words,
    read_place,
    wholly_place,
)
from callbot.understanding.spoken_forms.read_back import spelled_said
from callbot.understanding.spoken_forms.spelling import written

NOWHERE = Communes(())
"""Where the commune is not known."""

_FAMILY = re.compile(
    r"(?:\b(?:le|la|les|de|du|des|d'|van|von|der|den|ben|el|al|saint|sainte)\s+)*\S+$", re.IGNORECASE
)
"""The last word of a name with the particles before it: « Le Gall »."""

PLACES = {
    "signalement_voirie": phrases.PLACE,
    "encombrants": phrases.PLACE_COLLECTED,
    "dechets_collecte": phrases.PLACE_COLLECTED,
    "nuisibles": phrases.PLACE,
    "animaux": phrases.PLACE,
    "bruit": phrases.PLACE,
    "eau_assainissement": phrases.PLACE,
    "fourriere": phrases.PLACE_CAR,
    "reservation_voirie": phrases.PLACE,
    "tranquillite_vacances": phrases.PLACE_HOME,
}
"""Motives that are about a place in the street, and what is asked: potholes, street lamps, fly-tipping, fallen trees are
`signalement_voirie`. Of all others no place is asked."""


@dataclass(frozen=True, slots=True)
class Details:
    """What was told so far. `spell`: the name was put right, and is to be spelled back."""

    name: SaidName | None = field(default=None, repr=False)
    place: Place | None = field(default=None, repr=False)
    spell: bool = False

    @property
    def written_name(self) -> str:
        """The name as staff read it; empty: not told."""
        return self.name.name if self.name else ""

    @property
    def written_place(self) -> str:
        """The place as staff read it; empty: not told, or not asked."""
        return self.place.written if self.place else ""

    def named(self, text: str, *, loosely: bool) -> "Details | None":
        """With the name that answers « À quel nom ? »; None where there is none. `loosely`: a bare word counts."""
        name = read_name(text)
        if name is None or not (name.told or loosely):
            return None
        if not name.told and not name.whole and not only_wish(normalise(name.rest)):
            return None
        return replace(self, name=name, spell=self.spell or name.exact)

    def overheard(self, text: str) -> "Details":
        """With the name that is told while something else is asked."""
        name = told_name(text)
        return replace(self, name=name, spell=False) if name else self

    def spelled_on(self, text: str) -> "Details | None":
        """With the rest of a name whose spelling was interrupted; None where the utterance is something else."""
        more = goes_on_spelling(text) if self.name and self.name.exact else ""
        if not self.name or not more:
            return None
        return replace(self, name=replace(self.name, name=written(self.name.name + more)))

    def placed(self, text: str, communes: Communes, *, loosely: bool) -> "Details | None":
        """With the place that answers « C'est à quelle adresse ? »; `loosely`: whatever words it is told in."""
        place = read_place(text, communes, self.place) or (in_own_words(text) if loosely else None)
        return replace(self, place=place) if place else None

    def corrected(self, text: str, communes: Communes) -> "Details | None":
        """With what is put right at the read-back, « non, Lefebvre », « non, rue Victor Hugo »; None: neither of them is."""
        name = read_name(self._without_rejected(text))
        similar = name and self.name and alike(name.name, self.name.name)
        if name and (name.told or (similar and name.whole)):
            name = _titled(name, self.name)
            same = self.name is not None and name.name == self.name.name and not name.exact
            return None if same else replace(self, name=name, spell=True)
        if self.place is None:
            return None
        placed = self.placed(text, communes, loosely=False)
        return placed if placed and placed.place != self.place else None

    def _without_rejected(self, text: str) -> str:
        """« Pas Bernard, Besnard » without the name that was noted, also where no comma parts the two."""
        known = "|".join(map(re.escape, self.written_name.split()))
        return re.sub(rf"\bpas\s+(?:(?:{known})\b[\s,]*)+", " ", text, flags=re.IGNORECASE) if known else text

    def read_back(self) -> tuple[PlayPrompt, ...]:
        """One sentence with what was told; events tell it without that."""
        if self.name is None and self.place is None:
            return ()
        parts = []
        if self.name:
            parts.append(phrases.IN_NAME.format(name=self._name_said()))
        if self.place:
            where = phrases.AT_ADDRESS if self.place.address else phrases.AT_PLACE
            parts.append(where.format(place=self.place.said))
        return (
            PlayPrompt(
                phrases.NOTED.format(details=", ".join(parts)), shown=phrases.NOTED.format(details="…")
            ),
        )

    def _name_said(self) -> str:
        assert self.name
        if not (self.spell or self.name.exact):
            return self.name.name
        plain = self.name.name.partition(" (")[0]
        family = _FAMILY.search(plain)
        remark = self.name.name[len(plain) :].strip(" ()")
        return ", ".join(
            part for part in (plain, remark, spelled_said(family[0] if family else plain)) if part
        )


def tells_place(reading: Interpretation, text: str) -> bool:
    """Whether the utterance is a place and nothing else, whatever the same words are like otherwise."""
    return wholly_place(text) and reading.alert not in ("cry", "sure")


def tells_name(reading: Interpretation, text: str) -> bool:
    """Whether it says that a name follows, or spells one."""
    name = read_name(text)
    return name is not None and name.told and reading.alert in ("", "likely")


def _titled(name: SaidName, before: SaidName | None) -> SaidName:
    """« Non, Lefebvre » after « Madame Lefèvre » is Madame Lefebvre still."""
    title = before.name.split()[0] if before else ""
    if title not in ("Madame", "Monsieur", "Mademoiselle", "Docteur") or " " in name.name:
        return name
    return replace(name, name=f"{title} {name.name}")

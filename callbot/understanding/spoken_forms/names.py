"""The name that a caller gives: « Madame Lefèvre », « Dupont avec un T », « je m'appelle Jean Martin », or spelled."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

from callbot.understanding.normalise import fold
from callbot.understanding.spoken_forms.numbers import begins_number
from callbot.understanding.spoken_forms.spelling import SpelledName, letter_named, read_spelled
from callbot.understanding.spoken_forms.words import HESITATIONS, phrases, word_set

MOST_WORDS = 5
"""Of a name, particles counted; a longer one is a sentence."""
SURE_LETTERS = 4
"""Fewer letters among other words are a spelling only where they agree with the name before them: « y a-t-il »."""
LIKE = 0.5
"""Least likeness of two spellings, 0–1, that are taken for the same name."""

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*'?|\d+|[,.;:!?]")
_TOLD = phrases(
    "je m'appelle",
    "je me nomme",
    "on m'appelle",
    "moi c'est",
    "au nom de",
    "c'est le nom de",
    "mon nom est",
    "mon nom c'est",
    "mon nom de famille est",
    "mon nom de famille c'est",
    "le nom est",
    "le nom c'est",
    "nom de famille",
    "de la part de",
)
"""What says that a name follows, wherever it stands."""
_LEADS = phrases(
    "c'est",
    "je suis",
    "ici",
    "notez",
    "mettez",
    "vous pouvez mettre",
    "vous pouvez noter",
    "pour",
    "ce sera",
    "ça sera",
    "demandez",
    "à",
    "le nom",
    "nom",
    "d'accord",
    "s'il vous plaît",
    "bien sûr",
)
"""What may begin an answer to « À quel nom ? »."""
_COURTESY = HESITATIONS | word_set("non bonjour bonsoir allo merci eh ah oh ok pardon")
_AFTER = _COURTESY | word_set("d accord bien sur s il vous plait tout simplement c est ca la")
TITLES = {
    "madame": "Madame",
    "mme": "Madame",
    "monsieur": "Monsieur",
    "m": "Monsieur",
    "mr": "Monsieur",
    "mademoiselle": "Mademoiselle",
    "docteur": "Docteur",
    "maitre": "Maître",
    "famille": "Famille",
}
PARTICLES = word_set("de du des la le les d l van von der den ben bin el al da di dos saint sainte o y")
_SMALL = word_set("de du des d")
"""Particles written small within a name."""
NO_NAME = word_set(
    "est es suis etes sont ai as a avons avez ont etait etais pas ne non oui je tu il elle on nous vous ils elles me te se "
    "mon ma mes votre vos son sa ses notre ce cette ces ca cela qui que quoi dont ou comment pourquoi combien quand quel quelle "
    "quels quelles un une rien tout tous toute faux vrai bon bonne mal mauvais erreur autre chose nom prenom numero telephone rue "
    "avenue boulevard adresse demain aujourd hui matin apres midi soir lundi mardi mercredi jeudi vendredi samedi dimanche heure "
    "heures veux voudrais peux pouvez peut faut faire dire donner prefere envie besoin sais sait savoir savez compris epeler "
    "repeter sert regarde urgent urgence secours aide et mais car donc si sans dans sur sous chez pour par parce avec comme en au "
    "aux merci bonjour revoir personne quelqu anonyme secret confidentiel question hein ecoutez attendez allo importe peu moi lui "
    "plus moins trop tres juste encore deja deux s epelle ecrit ici voila plait alors euh heu rappeler rappelez appeler rappelle "
    "tombe mort mal feu malade agent mairie inutile jamais toujours passer passez plutot mademoiselle madame monsieur repetez "
    "passeport passeports carte cartes identite acte actes naissance deces cantine creche ecole piscine dechets encombrants poubelle "
    "poubelles horaires permis rendez rdv inscription impots dossier document documents papiers"
)
"""Words that no name has, or hardly any; a bare answer with one of them is a sentence."""
ALSO_NAMES = word_set("bon bonne juste mal")
"""Those of them that are names all the same where a title or « je m'appelle » stands before."""
HESITATION = re.compile(r"\b(?:euh|heu|hum|hmm|mmh|hein)\b[\s,.…]*", re.IGNORECASE)
"""Sounds within a name or an address, which belong to neither."""
_REMARK = re.compile(
    r"\b(?P<how>avec|sans)\s+(?:un|une|deux|2|l'|les|le|la)?\s*(?P<seul>seule?)?\s*(?P<what>[^\W\d_]+)"
    r"(?:\s+(?:à la fin|au bout|au début|au milieu))?",
    re.IGNORECASE,
)
_TWICE = re.compile(r"\b(?:deux|2)\b", re.IGNORECASE)
_FIRST_WORDS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_FIRST_NAME = re.compile(
    r"\bprénom\s+(?:c'est\s+|est\s+)?(?P<name>[^\W\d_]+(?:[- ][^\W\d_]+)?)", re.IGNORECASE
)
_REJECTED = re.compile(r"(?:,|\bet)?\s*\bpas\s+(?!besoin|la peine|ça|cela|du|de)[^,]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SaidName:
    """A name as it is written. Hidden in `repr`.

    `exact`: it was spelled, or told apart from others (« avec un T »), and is to be spelled back. `told`: the words around it say
    that it is a name. `rest`: what else was said after it.
    """

    name: str = field(repr=False)
    exact: bool = False
    told: bool = False
    rest: str = field(default="", repr=False)

    @property
    def whole(self) -> bool:
        """Nothing but the name was said."""
        return not self.rest


_AT_TELEPHONE = re.compile(r"[\s,]*\b(?:à l'appareil|au (?:téléphone|bout du fil))\b[\s,.!]*$", re.IGNORECASE)
"""« Josette Perrin à l'appareil »."""
_TO_US = re.compile(
    r"\b(?:madame|monsieur|mademoiselle)[\s,]+(?=(?:c'est|je suis|je m'appelle|ici|moi)\b)", re.IGNORECASE
)
"""« Bonjour Madame, c'est Josette »: the title is the listener's."""
_INTRODUCED = re.compile(
    r"\b(?:je suis|c'est|ici)\s+(?:la\s+)?(?:madame|mme|monsieur|mademoiselle|docteur|maître|famille)\b",
    re.IGNORECASE,
)


def read_name(text: str) -> SaidName | None:
    """The name in an answer to « À quel nom ? »; None where it is refused, or where something else is said."""
    text = HESITATION.sub("", unicodedata.normalize("NFC", text).replace("’", "'"))
    spelled = read_spelled(text)
    if spelled and _is_sure(spelled):
        said = _plain(spelled.before)
        return SaidName(_spelled_with(said.name if said else "", spelled), exact=True, told=True)
    text = _TO_US.sub("", _REJECTED.sub("", text))
    name = _plain(_AT_TELEPHONE.sub("", text))
    return replace(name, told=True) if name and name.whole and _AT_TELEPHONE.search(text) else name


def introduced_name(text: str) -> SaidName | None:
    """The name of who introduces themselves while they ask for something: « je suis Madame Bernard, pouvez-vous me rappeler »."""
    name = read_name(text)
    return name if name and (name.told or _INTRODUCED.search(text.replace("’", "'"))) else None


def told_name(text: str) -> SaidName | None:
    """The name that is told while something else is asked: « …, je m'appelle Jean Martin », « oui, madame Lefèvre »."""
    name = read_name(text)
    return name if name and name.told and not name.exact else None


def goes_on_spelling(text: str) -> str:
    """The letters of an utterance that is nothing but letters, the rest of a spelling; empty when it is anything else."""
    found = read_spelled(text)
    if found and not found.agrees and not found.before.strip() and not found.after.strip():
        return found.name.lower()
    words = [word for word in _WORD.findall(text) if word[0].isalpha()]
    return letter_named(words[0]) if len(words) == 1 and len(words[0]) == 1 and words[0] != "à" else ""


def alike(one: str, other: str) -> bool:
    """Whether two names may be one that was heard in two ways."""
    return SequenceMatcher(None, fold(one.lower()), fold(other.lower())).ratio() >= LIKE


def _is_sure(spelled: SpelledName) -> bool:
    alone = not spelled.before.strip() and not spelled.after.strip()
    return spelled.agrees or alone or len(spelled.name) >= SURE_LETTERS


def _spelled_with(said: str, spelled: SpelledName) -> str:
    """The spelled name with the title or the first name that was said before it."""
    words = said.split()
    if not words:
        return spelled.name
    if words[-1] in TITLES.values():
        return f"{said} {spelled.name}"
    size = len(spelled.name.split())
    same = alike(" ".join(words[-size:]), spelled.name)
    return " ".join([*words[:-size], spelled.name]) if same else spelled.name


def _plain(text: str) -> SaidName | None:
    """A name that was said as a word."""
    words = [(match[0], match.start(), match.end()) for match in _WORD.finditer(text)]
    low = [fold(word.lower()).strip() for word, _, _ in words]
    at = _after_told(low)
    told = at >= 0
    at = at if told else _after_leads(low)
    title, at = _title(low, at)
    start = at
    while at < len(words) and at - start < MOST_WORDS and _belongs(low, at, named=told or bool(title)):
        if at > start and at + 1 < len(words) and begins_number(low[at]):
            break  # « Madame Perrin douze rue … »
        at += 1
    while at > start and low[at - 1] in PARTICLES:
        at -= 1
    if at == start:
        return None
    name = _as_written([word for word, _, _ in words[start:at]])
    rest = text[words[at - 1][2] :] if at else text
    name, rest, exact = _with_remarks(name, rest)
    parts = [title, name] if title else [name]
    rest = "" if _is_courtesy(rest) else rest.strip(" ,.;")
    known = SaidName(" ".join(parts), exact, told or bool(title and not rest), rest)
    return _said_twice(known, title) if rest else known


def _after_told(low: Sequence[str]) -> int:
    """Where the name begins that words announce; -1 when none do."""
    for at in range(len(low)):
        for cue in _TOLD:
            size = _matches(low, at, cue)
            if size:
                return at + size
        if _matches(low, at, ("c", "est")) and low[at + 2 : at + 3] and low[at + 2] in TITLES:
            return at + 2
    if low[:1] == ["nom"]:
        return 1
    return -1


def _after_leads(low: Sequence[str]) -> int:
    at = 0
    while at < len(low):
        size = next((size for lead in _LEADS if (size := _matches(low, at, lead))), 0)
        if size and at + size < len(low):
            at += size
        elif low[at] in _COURTESY or not low[at].isalnum():
            at += 1
        else:
            break
    return at


def _matches(low: Sequence[str], at: int, wanted: Sequence[str]) -> int:
    """How many words from `at` on are `wanted`; 0: they are others."""
    return len(wanted) if tuple(low[at : at + len(wanted)]) == tuple(wanted) else 0


def _title(low: Sequence[str], at: int) -> tuple[str, int]:
    said: list[str] = []
    while at < len(low) and (low[at] in TITLES or low[at] in ("la", ".") or (low[at] == "et" and said)):
        if low[at] not in ("la", "."):
            said += [TITLES.get(low[at], low[at])] if low[at - 1] != low[at] or not said else []
        elif low[at] == "la" and low[at + 1 : at + 2] != ["famille"]:
            break
        at += 1
    return " ".join(said).removesuffix(" et"), at


def _belongs(low: Sequence[str], at: int, *, named: bool) -> bool:
    word = low[at]
    if word in PARTICLES:
        return True
    if named and word in ALSO_NAMES:
        return True
    if not word[0].isalpha() or word in NO_NAME or (begins_number(word) and not named):
        return False
    return all(part not in NO_NAME for part in word.split()) or "-" in word


def _as_written(words: Sequence[str]) -> str:
    """With capitals; a recogniser that writes none has them put."""
    parts = []
    for place, word in enumerate(words):
        small = place and fold(word.lower()).strip() in _SMALL
        parts.append(word.lower() if small else _capital(word))
    return " ".join(parts).replace("' ", "'")


def _capital(word: str) -> str:
    if word[0].isupper() and not (word.isupper() and len(word) > 1):
        return word
    return re.sub(r"[^\W_]+", lambda part: part[0].capitalize(), word.lower())


def _with_remarks(name: str, rest: str) -> tuple[str, str, bool]:
    """« avec un T », « deux N »: put right where that is plain, else kept beside the name for whoever calls back."""
    found = _REMARK.search(rest)
    first = _FIRST_NAME.search(rest)
    if first:
        rest = rest[: first.start()] + rest[first.end() :]
        name = f"{_as_written(_FIRST_WORDS.findall(first['name']))} {name}"
    if found is None:
        return name, rest, False
    rest = rest[: found.start()] + rest[found.end() :]
    letter = letter_named(found["what"])
    changed = _put_right(name, letter, found) if letter else ""
    return changed or f"{name} ({found[0].strip().lower()})", rest, True


def _put_right(name: str, letter: str, found: re.Match[str]) -> str:
    """The name with the letter as it is to be; empty where it is not plain how that is written."""
    low = fold(name.lower())
    if found["how"].lower() == "sans":
        return name if letter not in low else ""
    if _TWICE.search(found[0]):
        if letter * 2 in low:
            return name
        return re.sub(letter, letter * 2, name, flags=re.IGNORECASE) if low.count(letter) == 1 else ""
    if found["seul"]:
        return re.sub(letter * 2, letter, name, flags=re.IGNORECASE)
    if letter in "dt" and low[-1] in "dt":
        return name[:-1] + letter
    return name if letter in low else ""


def _said_twice(known: SaidName, title: str) -> SaidName:
    """« Madame Coquelet, Cheryl Coquelet »."""
    again = _plain(known.rest)
    if again is None or not again.whole or again.told:
        return known
    family = known.name.removeprefix(title).strip()
    if fold(again.name.lower()).split()[-1:] != fold(family.lower()).split()[-1:]:
        return known
    return SaidName(f"{title} {again.name}".strip(), known.exact or again.exact, known.told)


def _is_courtesy(rest: str) -> bool:
    return all(not word[0].isalpha() or fold(word.lower()).strip() in _AFTER for word in _WORD.findall(rest))

"""What callers say while a call-back request is taken down, beside numbers and times. Pure tables, and functions on normalised texts.

Notation: patterns.py.
"""

import re
from datetime import date

from callbot.dialogue.callback_table import Answer
from callbot.dialogue.wishes import Wish, only_wish, read_wish
from callbot.masking import without_numbers
from callbot.understanding.interpretation import Interpretation
from callbot.understanding.normalise import fold, normalise
from callbot.understanding.patterns import any_of, anywhere, spaced
from callbot.understanding.spoken_forms.numbers import is_number
from callbot.understanding.spoken_forms.words import HESITATIONS, words

_YES = frozenset(
    [
        "oui",
        "ouais",
        "voila",
        "exact",
        "exactement",
        "absolument",
        "correct",
        "parfait",
        "ok",
        "merci",
        "daccord",
    ]
)
_NO = frozenset(["non", "nan", "pas"])
_CANCEL = anywhere(
    [
        "(laissez|laisse) tomber|annul\\S+|(ce n'est|c'est) pas la peine|tant pis|(je|j') (vous )?rappellerai|"
        "(plus|pas) besoin (d'être rappelée?|qu'on me rappelle|de me rappeler)|ne me rappelez pas|finalement non|non finalement"
    ]
)
_THE_NUMBER = anywhere(["numéro|téléphone|chiffres?"])
_THE_TIME = anywhere(["moment|heure|jour|horaire|quand|date"])
_THE_NAME = anywhere(["nom|prénom"])
_THE_PLACE = anywhere(["adresse|rue|lieu|endroit|place"])
_NO_NAME = anywhere(
    [
        "(préfère|veux|souhaite|préférerais|voudrais) pas|pas (envie|besoin|la peine|utile)|inutile|anonyme|anonymement|confidentiel|"
        "(sans|aucun|pas de) nom|(ça|cela) [ne] vous regarde pas|(je|j') [ne] [(le|vous le)*] (dirai|donne|donnerai) pas|"
        "passez (à la (suite|question)|au suivant|outre|ça|cette question)|peu importe|rien"
    ]
)
_PASS = re.compile(
    any_of(["[(euh|ben|bah|non|bon|oui|allez)*] (passez|passe|passons) [(donc|ça|cela|s'il vous plaît)]"])
)
_PERSON = anywhere(
    [
        "(passez|passe|transférez) (moi|nous) [plutôt] [(avec|à|en relation avec|en ligne avec)*] "
        "(quelqu'un|une?|le|la|l'|les|madame|mme|monsieur|mademoiselle|docteur|votre|vos)",
        "(donnez|mettez|trouvez) (moi|nous) [plutôt] [(avec|en relation avec|en ligne avec)*] "
        "(quelqu'un|une? [vraie?] (personne|agente?|humain|responsable|standardiste|collègue))",
        "(me|nous) (passer|transférer) [plutôt] "
        "(quelqu'un|une? (personne|agente?|humain|responsable|collègue)|le|la|l'|les|madame|monsieur)",
        "(passez|transférez) (le|la|l'|les) (service\\S*|accueil|secrétariat|standard|mairie|urbanisme|maire)",
        "parler (à|avec) (quelqu'un|une? [vraie?] (personne|agente?|humain|responsable)|madame|monsieur)",
    ]
)
"""« Passez-moi Madame Dupuis », where their own name, or a place, is asked for."""
_BESIDE_DIGITS = HESITATIONS | {"le", "c", "est", "suite"}
_WHY = anywhere(["pourquoi|pour quoi faire|à quoi (ça|cela) sert|c'est (obligatoire|obligé)"])

_CALL_ME = re.compile(r"\b(?:rappel\w*|recontact\w*|rejoindre|joindre)(?:[ -]moi\b)?", re.IGNORECASE)
_FIRST_PART = re.compile(
    r"(?:(?!\b(?:pour(?! demain| lundi| mardi| mercredi| jeudi| vendredi)|c'est|car|parce|concernant|au sujet|à propos)\b)"
    r"[^,.;?!])+",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?:\b(?:au|sur le|sur)\s+)?…\S*", re.IGNORECASE)
_LAST_PART = re.compile(r"[^,.;?!]+$")
"""Where a time may stand that is the call's, and not of what it is about."""

_AROUND = any_of(
    [
        "oui|ouais|non|ben|bah|euh|bon|alors|et|mais|donc|là|écoutez|attendez|en fait|justement|simplement|tout simplement|"
        "s'il vous plaît|madame|monsieur|merci|pardon|désolée?|vous (pouvez|pourriez) [(me (rappeler|joindre))]|rappelez moi|"
        "[(ce|ça)] (serait|sera)|c'est|ce sera|sur|au|à|avec|par|le bon|bien|actuel"
    ]
)
_CALL = "(appelle|vous appelle|téléphone|vous parle|suis|utilise|tiens)"
_OWN = (
    "[(le|ce|mon|du|même)*] numéro (là|ci|que vous (voyez|avez)|d'appel|qui (s'affiche|appelle|vous appelle)|actuel|affiché)",
    "ce numéro [(ci|là)]",
    "(celui|celle) (ci|là)",
    f"(celui|[le] numéro) [(avec|sur|d'|duquel)*] (que|où|lequel|dont|quoi) (j'|je) {_CALL} [(là|maintenant|en ce moment)]",
    "(celui|[le] numéro) qui (s'affiche|appelle|vous appelle|est affiché) [(là|chez vous|sur votre écran)]",
    "(le même|au même|[le] même numéro|ici|le mien|mon numéro [actuel]|mon propre numéro|vous l'avez [(déjà|sous les yeux)])",
)
"""« Celui-ci »: the number that they are calling from."""
_UNKNOWN = (
    "[(je|j')] [(ne|n')] (sais|connais|retiens|retrouve|trouve) [(le|l')] (pas|plus) [(bien|trop|du tout)] "
    "[(mon|le|ce|son)*] [propre] [numéro] [(de)* (téléphone|portable|fixe)] [(par cœur|par coeur|de tête|comme ça)]",
    "[(je|j')] [(ne|n')] (le|l') (sais|connais|retiens|retrouve|trouve|ai) (pas|plus) "
    "[(par cœur|par coeur|en tête|sous les yeux|là|sur moi)]",
    "[(je|j')] [(ne|n')] ai (pas|plus) [(mon|le|de)*] numéro [(en tête|sous les yeux|sur moi|là)]",
    "[(je|j')] [(ne|n')] me (souviens|rappelle) (pas|plus) [(de|du|mon|le)*] [numéro] [(de)* (téléphone|portable)]",
    "[(je|j')] ai oublié [(mon|le)*] [numéro] [(de)* (téléphone|portable)]",
    "[(je|j')] (n'en|en) sais rien|aucune idée|[(c'est|il est)] (un )?nouveau numéro",
)
"""They do not know what number they have."""
_REASON = anywhere(
    [
        "(c'est|ce serait|c'était) [(juste|en fait)] (pour|concernant|au sujet|à propos|par rapport)|au sujet d|à propos d|concernant"
    ]
)


def _wholly(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(f"(?:{_AROUND})*{any_of(phrases)}(?:{any_of(phrases)}|{_AROUND})*")


_OWN_NUMBER, _UNKNOWN_NUMBER = _wholly(_OWN), _wholly(_UNKNOWN)


def cancels(text: str) -> bool:
    """Whether the caller wants no call any more."""
    return _CANCEL.search(spaced(text)) is not None


def own_number(text: str) -> bool:
    """Whether the whole utterance names the number that is calling."""
    return _OWN_NUMBER.fullmatch(spaced(text)) is not None


def unknown_number(text: str) -> bool:
    """Whether the whole utterance says that the caller does not know their number."""
    return _UNKNOWN_NUMBER.fullmatch(spaced(text)) is not None


def keeps_name(text: str) -> bool:
    """Whether the caller does not want to tell their name."""
    said = spaced(text)
    refused = _NO_NAME.search(said) is not None or _PASS.fullmatch(said) is not None
    return refused and "rappel" not in text and not wants_person(text)


def wants_person(text: str) -> bool:
    """Whether they want to be put through to somebody, by whatever name."""
    return _PERSON.search(spaced(text)) is not None


def asks_why(text: str) -> bool:
    """Whether they ask what it is for."""
    return _WHY.search(spaced(text)) is not None


def tells_reason(text: str) -> bool:
    """Whether the utterance tells what the call is about, rather than asks: « c'est pour un permis »."""
    return _REASON.search(spaced(text)) is not None


def changed(text: str) -> Answer | None:
    """What is wrong: the number (yes), the time (no), the name, the place."""
    said = spaced(text)
    if _THE_PLACE.search(said):
        return Answer.PLACE
    if _THE_NUMBER.search(said):
        return Answer.YES
    if _THE_NAME.search(said):
        return Answer.NAME
    return Answer.NO if _THE_TIME.search(said) else None


def polarity(reading: Interpretation) -> Answer | None:
    """Yes or no, however it is said."""
    said = fold(reading.text.lower()).split()
    first = said[0] if said else ""
    if reading.act == "non" or first in _NO:
        return Answer.NO
    return Answer.YES if reading.act in ("oui", "merci") or first in _YES else None


def only_digits(reading: Interpretation) -> bool:
    """Whether the utterance is number words and nothing else: « trente », « et puis le douze », not « deux secondes »."""
    return all(is_number(word) or word in _BESIDE_DIGITS for word in words(reading.words))


def wish_up_front(text: str, today: date) -> Wish | None:
    """When to call, told in the words that ask for it: « vous pouvez me rappeler demain matin »; None: it is not told."""
    text = _NUMBER.sub(" ", without_numbers(text))
    asked = [*_CALL_ME.finditer(text)]
    if not asked:
        return None
    for part in (_FIRST_PART.match(text[asked[-1].end() :]), _LAST_PART.search(text[: asked[0].start()])):
        said = part[0].strip() if part else ""
        wish = read_wish(said, normalise(said), today) if said else None
        if wish is not None and (only_wish(normalise(said)) or wish == Wish()):
            return wish
    return None

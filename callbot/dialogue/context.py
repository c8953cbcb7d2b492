"""What « et pour ma fille ? » and « ça coûte combien ? » mean after an answer: the previous turn, and tables. Pure.

Only an utterance that consists of an aspect or of a slot, and of small words around it, is read with the previous motive;
whatever else it says makes it a question of its own. What no entry answers is told as such: never a likely guess.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from callbot.dialogue.reading_words import ContextWords
from callbot.knowledge.entries import Entry
from callbot.understanding.patterns import anywhere, spaced

Find = Callable[[str, str], Entry | None]
"""The entry of a motive and an aspect, else the motive's general one."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the caller was last answered about: `whom` enfant or majeur, `title` carte or passeport, `day` as they said it."""

    motive: str = ""
    aspect: str = ""
    whom: str = ""
    title: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True)
class Aspect:
    """One thing to ask about anything: how it is asked, which entries tell it, and what a general answer that tells it has in it."""

    phrases: tuple[str, ...]
    entries: tuple[str, ...]
    told: str


ASPECTS: Mapping[str, Aspect] = MappingProxyType(
    {
        "prix": Aspect(
            (
                "[(ça|cela|c'|il|elle)] (coûte|coûterait|coûtera|fait|vaut|revient à) [(combien|cher|quelque chose)]",
                "combien [est ce que] (ça|cela|c'|il|elle|je|il faut|on) "
                "(coûte|coûterait|vaut|fait|est|paie|paye|dois payer|payer|doit payer)",
                "combien (coûte t il|coûte t elle|faut il payer|ça)|combien|c'est combien|c'est à combien|à combien",
                "(quel est|c'est quoi|quels sont|c'est) (le|les) (prix|tarif|tarifs|coût)|(le|les)* (prix|tarifs?|coût)",
                "[est ce que] (c'est|est ce) (payant|gratuit|cher)|à quel prix|payant|gratuit|quels? (prix|tarifs?)|combien coûte "
                "(l'inscription|l'entrée|le repas)|"
                "(il faut|faut il|on doit|je dois) payer [(quelque chose|combien)]",
            ),
            ("prix",),
            r"gratuit|euro|coûte|prix|tarif",
        ),
        "pieces": Aspect(
            (
                "[(c'est quoi|quels sont|quelles sont|il faut|il me faut|avec|j'apporte|il y a)] (les|des|quels|quelles|quoi comme|quel) "
                "(papiers?|documents?|pièces?|justificatifs?) "
                "[(à (fournir|apporter|donner|amener)|nécessaires|demandés|qu'il faut|il faut)]",
                "(qu'est ce qu'il faut|qu'est ce que je dois|il faut|je dois|que faut il|que dois je|faut il|on doit) "
                "(apporter|fournir|amener|ramener|prévoir|donner|présenter) "
                "[(quoi|quelque chose|quels papiers)] [comme (papiers|documents)]",
                "il faut quoi [comme (papiers|documents)]|(j'apporte|j'amène) quoi",
                "qu'est ce qu'il (faut|me faut) [comme (papiers|documents)]",
            ),
            ("pieces",),
            r"apporte|fourni|justificatif|pièce d'identité|formulaire",
        ),
        "delai": Aspect(
            (
                "[est ce qu'] (il y a|y a t il|y a) (un|des|du|beaucoup de|de l')* (délais?|attente|temps d'attente)",
                "(ça|cela) (prend|met|dure) (combien de temps|longtemps)|c'est long|[(dans|en|sous|au bout de)] combien de temps "
                "[(ça (prend|met|dure)|il faut [(attendre|compter)]|faut il [(attendre|compter)]|j'attends|on attend)]",
                "(quel est|quels sont|c'est quoi|c'est) (le|les) délais?|(le|les|un)* délais?|"
                "il faut (attendre|compter) (combien de temps|longtemps|combien)|(combien|beaucoup) d'attente",
                "quels? délais?|[(il faut|c'est|on a|ça prend)] combien de (jours|semaines|mois|temps)|longtemps",
                "(il faut)* combien de (temps|jours|semaines) pour (la|le|les|l') (avoir|refaire|recevoir|obtenir)",
            ),
            ("delai",),
            r"délai|compte[zr]|d'attente|tout de suite",
        ),
        "horaires": Aspect(
            (
                "[(je voudrais|je veux|quels sont|c'est quoi|vous avez|il y a)] (les|leurs|vos|des|quels)* (horaires|heures d'ouverture)",
                "[est ce que] (c'est|ils sont|ça) (ouverts?|ouvre|ferme|fermée?s?) [(quand|à quelle heure|jusqu'à quelle heure)]",
                "(à quelle heure|quand|quels jours|quel jour|jusqu'à quelle heure) [est ce que] (ça|c'est|ils) "
                "(ouvre|ferme|ouvrent|ferment|ouverts?|ouvertes?)",
                "(je peux|on peut|je dois|il faut) (venir|passer|y aller) quand",
                "quand [est ce que] (je peux|on peut) (venir|passer|y aller)",
                "quelles? (dates?|heures?)|c'est quand|quand|quels horaires",
                "(à quelle heure|quels jours|quel jour|jusqu'à quelle heure)|c'est (quels jours|quel jour|à quelle heure)",
            ),
            ("horaires", "jours"),
            r"lundi|mardi|mercredi|jeudi|vendredi|samedi|tous les jours",
        ),
        "rendez_vous": Aspect(
            (
                "[est ce qu'] (il faut|faut il|faut|je dois|on doit|c'est|c'est seulement|je peux venir|on peut venir)* "
                "(prendre|avoir|sur|avec|sans|un)* rendez vous [ou pas]",
                "comment (je|on) prends? rendez vous",
            ),
            ("rendez_vous",),
            r"rendez-vous",
        ),
        "lieu": Aspect(
            (
                "(c'est|ça se trouve|ça se passe|il faut aller|je dois aller|je vais|on va|c'est situé) où|où [est ce que] "
                "(c'est|ça se trouve|ça se passe|il faut aller|faut il aller|je dois aller|est ce|je vais|on va)",
                "où ça|où|vous êtes où|(je dois|il faut|faut) venir où",
                "à quel endroit|c'est à quel endroit|(quelle est|c'est quoi)* l'adresse",
            ),
            (),
            r"\brue\b|\bplace\b|chemin|zone|se trouve|au numéro",
        ),
        "comment": Aspect(
            (
                "comment [est ce que] (on fait|je fais|faire|ça se passe|ça marche|il faut faire|je dois faire)|(je fais|on fait) comment",
                "comment (on s'inscrit|s'inscrire|je m'inscris|je l'inscris|on demande|je demande|on le demande)",
                "(quelle est|c'est quoi) la (démarche|procédure)|qu'est ce (que je dois|qu'il faut) faire",
            ),
            ("comment", ""),
            "",
        ),
        "perte_vol": Aspect(
            (
                "(si|parce que|en fait)* (je l'ai|on l'a|il l'a|elle l'a|je les ai) perdue?s?|(si)* on (me|m'|lui) l'a volée?",
                "(en cas de|si c'est) (perte|vol|une perte|un vol|perdu|volé)",
                "(j'ai|on a|il a|elle a|on m'a) (perdu|volé) (la mienne|le mien|l'ancienne?|la vieille|le vieux|l'autre)|"
                "volée?s?|perdue?s?|elle est (volée|perdue)|il est (volé|perdu)",
            ),
            ("perte_vol",),
            r"perte|perdu|vol\b|volé",
        ),
        "en_ligne": Aspect(
            (
                "[(c'est possible|je peux|on peut|ça se fait|ça peut se faire|il faut|c'est)] [(le faire|la faire|faire ça)] "
                "(en ligne|par internet|sur internet|sur le site|par mail|à distance) [(c'est possible|ça marche|on peut)]",
            ),
            ("en_ligne", "comment", ""),
            r"en ligne|internet|service-public|site",
        ),
        "courrier": Aspect(
            (
                "[(c'est possible|je peux|on peut|ça se fait|il faut)] [(le faire|la faire|faire ça|l'avoir|la demander)] "
                "(par courrier|par la poste|par lettre) [(c'est possible|ça marche|on peut)]",
            ),
            ("courrier", "comment", ""),
            r"courrier|poste|écrivez",
        ),
    }
)
"""Every aspect that a short question may ask for. A general answer that has nothing of `told` in it does not tell it; empty: always."""

_WEEK = "(lundis?|mardis?|mercredis?|jeudis?|vendredis?|dimanches?)"
_CHILD = "un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|dix sept"
_GROWN_UP = (
    "(dix huit|dix neuf|(vingt|trente|quarante|cinquante|soixante|quatre vingts?) [et] "
    f"[({_CHILD}|dix huit|dix neuf)])"
)
_OF_AGE = f"je suis (majeure?|adulte|un adulte|une adulte|une? grande? personne)|j'ai {_GROWN_UP} ans"
SLOTS: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "whom": {
            "enfant": (
                "(ma|mon|mes|notre|nos|la|le|les|un|une|des|deux|trois)* [petite?s?] "
                "(filles?|fils|enfants?|bébé|gamins?|gamine|garçons?|ados?|mineure?s?|petit fils|petite fille) "
                f"[(qui (a|aura|vient d'avoir)|de|elle a|il a) ({_CHILD}) ans]",
            ),
            "majeur": (
                "(ma|mon|un|une|les|mes)* (mari|femme|épouse|compagne|compagnon|mère|père|parents|adultes?|majeure?s?)",
                "pour moi [même]",
                _OF_AGE,
            ),
        },
        "title": {
            "carte": ("(la|une|ma|sa|le|les)* carte [d'identité] [nationale]",),
            "passeport": ("(le|un|mon|son|les)* passeports?",),
        },
        "day": {
            "samedi": ("(le|les|ce|un)* samedis? [(matin|soir|midi|après midi)]",),
            "jour": (
                f"(le|les|ce|un)* ({_WEEK}|week end|weekend|jours fériés) [(prochain|qui vient)] [(matin|soir|midi|après midi)]",
                "(le|à|pour|un|un jour|c'est|si c'est)* (premier (mai|janvier)|huit mai|quatorze juillet|quinze août|premier novembre|"
                "onze novembre|vingt cinq décembre|noël|pâques|jour férié|férié)",
                "(demain|aujourd'hui|le matin|le soir|l'après midi|le midi|entre midi et deux|pendant les vacances|l'été|l'hiver)",
            ),
        },
    }
)
"""What a short question may change, kind by kind."""
EVIDENCE: Mapping[str, str] = MappingProxyType(
    {
        "enfant": r"enfant|mineur|\bans\b",
        "majeur": r"adulte|majeur",
        "carte": r"\bcarte\b",
        "passeport": r"passeport",
        "samedi": "",
        "jour": "",
    }
)
"""What an answer has in it that holds for the slot that was just said."""
ABOUT_CHILDREN = frozenset(
    ["inscription_scolaire", "cantine", "periscolaire", "centre_loisirs", "creche", "sortie_territoire", "recensement_citoyen",
     "declaration_naissance", "reconnaissance"]
)  # fmt: skip
"""Motives whose answers are all about children."""
ABOUT_TITLES = frozenset(
    ["titre_rendez_vous", "titre_pieces", "titre_prix", "titre_retrait", "titre_perte_vol"]
)
"""Motives whose answers hold for an identity card as for a passport; in any other one, naming one of them is a new question."""
FOR_WHOM: Mapping[str, str] = MappingProxyType({"enfant": "mineur", "majeur": "majeur"})
"""The aspect of an entry that is for them."""

SIBLINGS: Mapping[tuple[str, str], tuple[str, str]] = MappingProxyType(
    {
        **{
            (motive, "prix"): ("titre_prix", "")
            for motive in ("titre_rendez_vous", "titre_pieces", "titre_retrait", "titre_perte_vol")
        },
        **{(motive, "pieces"): ("titre_pieces", "") for motive in ("titre_rendez_vous", "titre_prix")},
        **{
            (motive, "rendez_vous"): ("titre_rendez_vous", "")
            for motive in ("titre_pieces", "titre_prix", "titre_perte_vol")
        },
        **{
            (motive, "delai"): ("titre_rendez_vous", "delai")
            for motive in ("titre_pieces", "titre_prix", "titre_perte_vol")
        },
        **{
            (motive, "perte_vol"): ("titre_pieces", "perte_vol")
            for motive in ("titre_rendez_vous", "titre_prix")
        },
        ("titre_perte_vol", "pieces"): ("titre_pieces", "perte_vol"),
    }
)
"""Where an aspect of one motive is another motive's to answer."""
TOWN_HALL: Mapping[str, str] = MappingProxyType({"horaires": "horaires", "lieu": "adresse_acces"})
"""Aspects that are the town hall's own where the matter is dealt with at its counter, or where nothing was asked before."""
AT_THE_COUNTER = frozenset(
    ["titre_rendez_vous", "titre_pieces", "titre_prix", "titre_retrait", "acte_naissance", "acte_mariage", "acte_deces",
     "livret_famille", "legalisation_signature", "recensement_citoyen", "liste_electorale", "horaires", "adresse_acces"]
)  # fmt: skip
NOT_TOLD = frozenset(
    {
        ("titre_retrait", "delai"),
        ("encombrants", "delai"),
        ("cimetiere", "delai"),
        ("hors_competence", "prix"),
    }
)
"""General answers that have the words of an aspect, and yet do not tell it."""

MOST_NAMING = 4
"""« Et … » with up to so many words may name no more than a subject."""
MOST_WORDS = 12
"""A longer utterance is a question of its own."""

_SMALL = (
    "(et|mais|oui|exact|exactement|tout à fait|voilà|c'est ça|non|ok|"
    "d'accord|merci|ah|donc|sinon|aussi|bonjour|très bien|est ce que|pour|si|c'est|"
    "je voudrais savoir|j'aimerais savoir|vous savez|dites moi|plutôt|avec)*"
)
_TAIL = (
    "(s'il vous plaît|alors|pour ça|pour cela|exactement|en tout|merci|à peu près|environ|aussi|du coup|madame|monsieur|"
    "c'est pareil|c'est la même chose|ça change quelque chose|c'est possible)*"
)
_ALONE = f"[moi] (pour moi [même]|{_OF_AGE}|je suis mineure?)"
"""Slots that are told without « et » or « pour »."""
_POINTING = "(et|mais|pour|si|c'est pour|plutôt|non|en fait|pas)"
FRENCH = ContextWords(
    asked={name: "|".join(aspect.phrases) for name, aspect in ASPECTS.items()},
    told={name: aspect.told for name, aspect in ASPECTS.items()},
    slots=SLOTS,
    evidence=EVIDENCE,
    small=_SMALL,
    tail=_TAIL,
    pointing=_POINTING,
    between="pour|et|avec",
    rejected="(non)* (c'est)* pas (pour)*",
    naming="et ",
    alone=_ALONE,
)
"""The tables above, compiled."""


_HANGING = anywhere(
    (
        "et (pour|avec|dans|chez) (un|une|des|quelqu'un) …",
        "et (à|en|si|quand|pendant|sans|après|avant) …",
        "(je peux|on peut|je dois) … (sans|avec|quand même)",
    )
)


def hangs_on(text: str) -> bool:
    """Whether a normalised utterance seems to go on with the subject before, whatever new words it has: « et pour un étranger ? »."""
    return _HANGING.fullmatch(spaced(text)) is not None


@dataclass(frozen=True, slots=True)
class Meant:
    """What a short question means: a motive and an aspect with the slots now known; `known` is false where no entry tells it."""

    context: Context
    known: bool


def follow_up(text: str, before: Context, find: Find, words: ContextWords = FRENCH) -> Meant | None:
    """What a normalised utterance means after `before`; None: it is a question of its own. `words`: those of its language.

    « C'est pour moi » asks for nothing where no entry tells of anybody.
    """
    said = _without_rejected(spaced(text), words)
    if len(said.split()) > MOST_WORDS:
        return None
    aspect = next((name for name, pattern in words.aspects.items() if pattern.fullmatch(said)), "")
    stated = not aspect and words.states_slot.fullmatch(said)
    if not aspect and not stated and not words.only_slot.fullmatch(said):
        return None
    slots = _slots(said, words)
    if not before.motive:
        alone = TOWN_HALL.get(aspect, "") if set(slots) <= {"day"} else ""
        entry = find(alone, slots.get("day", "")) if alone else None
        return Meant(Context(alone, entry.aspect), known=True) if entry else None
    if "title" in slots and before.motive not in ABOUT_TITLES:
        return None
    meant = _resolve(aspect, slots, replace(before, **slots), find, words)
    return None if stated and not meant.known else meant


def slots_of(text: str, motive: str, aspect: str, words: ContextWords = FRENCH) -> Context:
    """The context that a question of its own leaves."""
    return Context(motive, aspect, **_slots(spaced(text), words))


def carried_aspect(
    text: str,
    before: Context,
    wanted: tuple[str, str],
    find: Find,
    *,
    correction: bool,
    words: ContextWords = FRENCH,
) -> str:
    """The aspect of `wanted` (motive and aspect) where only a subject was named: « et la piscine ? ».

    It is the one of the turn before where that motive has an entry for it, else the general question; in any other
    utterance it is the one that `wanted` has.
    """
    motive, aspect = wanted
    said = spaced(text)
    names_only = (said.startswith(words.naming) and len(said.split()) <= MOST_NAMING) or correction
    elsewhere = before.motive not in ("", motive) and (not aspect or aspect in ASPECTS)
    if not names_only or not elsewhere or words.any_aspect.search(said) or _slots(said, words):
        return aspect
    entry = find(motive, before.aspect)
    return before.aspect if entry and entry.aspect == before.aspect else ""


def _without_rejected(said: str, words: ContextWords) -> str:
    """« non pas le passeport, la carte » without what it is not."""
    rest = words.rejected.sub("", said, count=1)
    return f"plutot {rest}" if rest != said and rest.strip() else said


def _slots(said: str, words: ContextWords) -> dict[str, str]:
    return {
        kind: value
        for kind, values in words.slots.items()
        for value in values
        if words.said[value].search(said)
    }


def _resolve(aspect: str, slots: dict[str, str], now: Context, find: Find, words: ContextWords) -> Meant:
    wanted = aspect or ("horaires" if "day" in slots else "")
    for motive, name in _places(wanted, slots.get("day", ""), now):
        entry = find(motive, name)
        if entry and _tells(entry, name, wanted, slots, words):
            return Meant(replace(now, motive=motive, aspect=entry.aspect), known=True)
    return Meant(replace(now, aspect=wanted or now.aspect), known=False)


def _places(wanted: str, day: str, now: Context) -> list[tuple[str, str]]:
    """Where the answer is looked for, in order: an entry of its own, a sibling's, the general one, the town hall's."""
    places = [(now.motive, FOR_WHOM[now.whom])] if now.whom and wanted in ("", "pieces") else []
    if not wanted:
        papers = [("titre_pieces", FOR_WHOM[now.whom])] if now.whom and now.motive in ABOUT_TITLES else []
        return [*places, (now.motive, now.aspect), (now.motive, ""), *papers]
    names = [*([day] if day else []), *ASPECTS[wanted].entries]
    places += [(now.motive, name) for name in names]
    if sibling := SIBLINGS.get((now.motive, wanted)):
        places += [(sibling[0], FOR_WHOM[now.whom])] if now.whom and wanted == "pieces" else []
        places.append(sibling)
    places.append((now.motive, ""))
    if wanted in TOWN_HALL and now.motive in AT_THE_COUNTER:
        places += [(TOWN_HALL[wanted], day)] if day else []
        places.append((TOWN_HALL[wanted], ""))
    return places


def _tells(entry: Entry, name: str, wanted: str, slots: dict[str, str], words: ContextWords) -> bool:
    """Whether the entry found for `name` tells what is wanted, for the slots that were just said."""
    if entry.aspect != name:
        return False
    if wanted and not name:
        told = re.search(words.told[wanted], entry.answer.lower())
        if told is None or (entry.motive, wanted) in NOT_TOLD:
            return False
    return all(_holds(entry, value, words) for value in slots.values())


def _holds(entry: Entry, value: str, words: ContextWords) -> bool:
    always = {"enfant": ABOUT_CHILDREN, "carte": ABOUT_TITLES, "passeport": ABOUT_TITLES}.get(
        value, frozenset()
    )
    if FOR_WHOM.get(value) == entry.aspect or entry.motive in always:
        return True
    return bool(re.search(words.evidence[value], entry.answer.lower()))

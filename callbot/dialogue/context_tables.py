"""The words of short questions in French, and where in a commune's entries their answers stand. Tables only; context.py reads with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from callbot.dialogue.reading_words import ContextWords


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

"""An utterance that holds two questions, or a correction: where it is cut. Pure; what the pieces mean is the router's to say."""

import re

_QUESTION = (
    r"(?:je (?:voudrais|veux|voulais|souhaite|souhaiterais|cherche)|j'(?:aimerais|aurais)|est ce que?|"
    r"combien|comment|quand|où|quels?|quelles?|"
    r"c'est (?:quoi|combien|quand|où)|à quelle heure|savoir|connaître|parler à|il faut|faudrait|qu'est ce|"
    r"(?:que )?je (?:m'inscris|m'inscrive|refasse|prenne)|vous (?:êtes|avez)|on (?:peut|doit)|"
    r"(?:le|les) (?:prix|tarifs?|horaires|jours?|heures|papiers|pièces|documents)|"
    r"(?:la|le|les|l'|une?) ?(?:acte|carte|passeport|livret|permis|déchetterie|piscine|cantine|médiathèque|bibliothèque|encombrants)"
    r")"
)
CONNECTORS = (
    r"et (?:puis )?(?:aussi|également|ensuite|sinon|enfin|en plus|par ailleurs)(?: je voulais)?",
    r"(?:et |mais |oh |ah )*au fait(?: aussi)?",
    r"et puis(?: aussi| sinon| après)?",
    r"(?:et )?(?:une |la |ma )?(?:deuxième|seconde) (?:chose|question)(?: c'est| c'était)?",
    r"(?:et )?(?:une )?autre question(?: c'est)?|et (?:une )?autre chose",
    r"deuxièmement|et (?:deuxièmement|autrement|par ailleurs|sinon)",
    rf"et(?= {_QUESTION}(?!\w))",
)
"""What stands between two questions, of the surest kind first; a bare « et » only before the beginning of a question."""

_HEAD = re.compile(
    r"^(?:oui |bonjour |bonsoir |madame |monsieur )*"
    r"(?:(?:j'ai|j'aurais|je voudrais|c'est pour) (?:deux|plusieurs) (?:petites )?(?:questions?|choses?)"
    r"(?: à (?:vous )?(?:poser|demander))?|"
    r"(?:la |ma )?première (?:chose|question)(?: c'est)?|(?:tout )?d'abord|premièrement| )+"
)
_FIRST = re.compile(
    r"^(?:la |ma )?première (?:chose|question)(?: c'est)? |^(?:tout )?d'abord |^premièrement |^et "
)
_CONNECTOR = tuple(re.compile(rf"(?<![\w'])(?:{words})(?![\w'])") for words in CONNECTORS)
_CORRECTION = re.compile(
    r"^(?:mais )?(?:non )?(?:(?:c'est|je ne veux|je veux|je parle) )?pas (?:pour )?"
    r"(?P<no>(?:l'|(?:la|le|les|une?|du|des|de la|de l') ?)[\w' ]+?)"
    r" (?:(?:mais|plutôt|je veux|je voulais dire|c'est) )*(?:pour )?"
    r"(?P<yes>(?<!de )(?<!à )(?<!pour )(?:l'|(?:la|le|les|une?|du|des) )[\w' ]+)$"
)
_INSTEAD = re.compile(
    r"^(?:mais |ah )*(?:non|nom)(?: non)* (?:(?:moi )?(?:je (?:voulais|veux|voudrais|parle|parlais|cherche|cherchais|demande|demandais)|"
    r"c'est|c'était)|plutôt)(?: plutôt)?(?: (?:de |d'|pour |savoir |connaître )*)?(?P<yes>(?!pas|autre|tout|bon|ça)[\w'].{7,})$"
)
_TWO = re.compile(r"(?<![\w'])(?:deux|plusieurs) (?:petites )?(?:questions?|choses?)")
_WORDS = 2
"""A question has at least so many words."""


_ANNOUNCED = re.compile(
    r"(?<![\w'])(?:(?:deux|plusieurs) (?:petites )?(?:questions|choses)|(?:deuxième|seconde|autre) question|deuxièmement|au fait|"
    r"et (?:puis )?(?:aussi|également|ensuite|sinon|enfin|en plus)|et puis)(?![\w'])"
)
_ASKS = re.compile(rf"^{_QUESTION}(?!\w)")


def announces_two(normalised: str) -> bool:
    """Whether the utterance says so, or each half of it begins as a question does."""
    if _ANNOUNCED.search(normalised):
        return True
    cut = halves(normalised)
    return cut is not None and all(_ASKS.match(half) for half in cut)


def halves(normalised: str) -> tuple[str, str] | None:
    """The two questions of a normalised utterance (see `normalise`), if there is a place to cut it; None: it is one."""
    text = _HEAD.sub("", normalised)
    bare = (re.compile(r"(?<![\w'])et(?![\w'])"),) if text != normalised and _TWO.search(normalised) else ()
    for pattern in (*_CONNECTOR, *bare):
        for match in pattern.finditer(text):
            first, second = text[: match.start()].strip(), text[match.end() :].strip()
            first = _FIRST.sub("", first)
            if min(len(first.split()), len(second.split())) >= _WORDS:
                return first, second
    return None


def corrected(normalised: str) -> str | None:
    """What is wanted of « non, pas l'acte de naissance, l'acte de mariage », or of « non, je voulais l'acte de mariage ».

    « l'acte de mariage »; None: no correction.
    """
    match = _CORRECTION.match(normalised) or _INSTEAD.match(normalised)
    return match["yes"] if match else None

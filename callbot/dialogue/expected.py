"""What words mean as an answer to the question that was just asked: « grave » after « C'est bien ça ? », « d'accord » after an answer.

The acts of `understanding` are read without knowing what was asked. These tables know it, and come first. One phrase a line;
notation: patterns.py. The rule above all of them: what denies is never a yes, and who contradicts an answer is never sent away.
"""

import re

from callbot.dialogue.denials import leaves
from callbot.dialogue.moves import State
from callbot.understanding.act_phrases import COURTESY, PIECES
from callbot.understanding.patterns import any_of, anywhere, spaced

ACCORD, NOT_THAT = "accord", "pas_ca"
"""Two acts that only a question gives: content with an answer, without another question; and « that is not what I asked »."""

YES = (
    "oui",
    "oui (allo|allô)",
    "ouais",
    "ouaip",
    "ui",
    "mouais",
    "si",
    "mhm",
    "mmh",
    "hmm",
    "hum hum",
    "yes",
    "yep",
    "grave",
    "bingo",
    "carrément",
    "clairement",
    "nickel",
    "voilà",
    "exact",
    "exactement",
    "tout à fait",
    "tout juste",
    "absolument",
    "parfaitement",
    "parfait",
    "effectivement",
    "évidemment",
    "en effet",
    "bien sûr",
    "affirmatif",
    "plus ou moins",
    "à peu près",
    "en gros",
    "c'est [(bien|exactement|tout à fait|à peu près)] (ça|cela|bon)",
    "c'est [bien] (celui là|celle là)",
    "je (crois|pense|suppose) [bien] [(que oui|que c'est (ça|cela))]",
    "on va dire [(ça|que oui|oui)]",
    "(ça|c'est) (marche|va|me va)",
    "je veux bien",
    "(j'aimerais|je voudrais) bien",
    "avec plaisir",
    "volontiers",
    "allez y",
    "vas y",
    "d'accord",
    "ok",
    "okay",
    "très bien",
    "pourquoi pas",
    "[il n'] [y a] pas de (problème|problèmes|souci|soucis)",
    "[(je|j')] [ne] dis pas non",
    "c'est pas faux",
)
"""To « C'est bien ça ? », and to « Voulez-vous que je vous passe une personne ? »."""

NO = (
    "non",
    "nom",
    "nan",
    "nope",
    "no",
    "non non",
    "pas (du tout|tout à fait|exactement|vraiment|trop|spécialement|forcément|précisément|complètement)",
    "pas (ça|cela|celui là|celle là|la peine|besoin|maintenant|encore)",
    "c'est pas [(tout à fait|vraiment|exactement|trop|du tout|bien)] (ça|cela|celui là|celle là|la peine|bon)",
    "presque",
    "pas loin",
    "autre chose",
    "c'est autre chose",
    "je voulais autre chose",
    "je [ne] (crois|pense) pas",
    "j'ai pas besoin",
    "rien à voir",
    "[ça a] aucun rapport",
    "jamais [de la vie]",
    "laissez [tomber]",
    "tant pis",
    "ça ira",
    "non merci",
    "ni l'une? ni l'autre",
    "aucune? [des deux]",
    "(vous|tu) [m'] (avez|as) (mal|pas|rien) compris",
    "je me suis mal exprimée?",
    "plutôt pas",
    "perdu",
)
"""The same; what is wanted instead may follow in another turn."""

DENIALS = ("pas", "non", "nom", "nan", "jamais", "presque", "autre chose", "rien à voir", "aucune?")
"""Words with which an utterance is no yes, unless it is one of YES as a whole."""

HEARD = ("d'accord", "ok", "okay", "très bien", "entendu", "bien", "parfait", "ça marche", "ça va")
"""To « Est-ce une urgence ? »: heard, and neither yes nor no."""

AGAIN = (
    "comment (ça|cela)",
    "comment",
    "c'est à dire",
    "quoi",
    "lesquels?",
    "laquelle",
    "entre quoi et quoi",
    "j'ai le choix entre quoi",
)
"""To a question of ours: it was not heard, or not understood."""

MORE = (
    "oui",
    "ouais",
    "si",
    "volontiers",
    "bien sûr",
    "je veux bien",
    "allez y",
    "s'il vous plaît",
    "[(oui|si|ouais|et)*] (j'ai|j'aurais|il me reste|j'avais) [(encore|juste|aussi)*] (une|des|deux) … (question|questions|chose|choses)",
    "[oui] [(encore|juste)*] (une|la)* (autre|dernière|petite)* (question|chose)",
    "autre chose",
    "oui autre chose",
)
"""To « Avez-vous une autre question ? »: yes. Any other assent says that the answer was good."""

MISHEARD_NO = frozenset({"nom ", "nan ", "nom nom ", "nom merci "})
"""« Non », as a recogniser may write it; the whole of what is said."""

LEAVING = (
    "[allez] salut [tout le monde]",
    "plus de questions?",
    "[ça] suffira",
)
"""To the same: goodbye, where the acts do not say so."""

CONTRADICTS = (
    "pas ce que (j'ai|je vous ai|je|moi je) (demandé|demandais|demande|voulais|veux|disais|dis|cherche|cherchais)",
    "pas ce que je (voulais|vous) (savoir|dire|demande|demandais|disais|ai (demandé|dit))",
    "pas (ma|la) (bonne)* (question|demande)",
    "(c'est|non|mais|ah)* pas ça",
    "(c'est|non|mais|ah)* pas de ça",
    "non pas (celui|celle) là",
    "(vous|tu) [(ne|n'|m')*] (avez|as) (mal|pas|rien) [(bien|du tout)] (compris|saisi|entendu)",
    "(vous|tu) [(ne|me|m')*] (comprenez|comprends|écoutez) (pas|rien|mal)",
    "(je|j') [(vous|ai)*] demandé autre chose",
    "(c'est|c'était|je voulais|je veux|je parle d'|je parlais d'|non) autre chose",
    "rien à voir",
    "(vous|tu) [vous] (trompez|trompes)",
    "(vous|tu) faites erreur",
    "(vous|tu) (répondez|avez répondu|êtes) [complètement] à côté",
    "(ça|cela) [ne] répond pas",
    "(ça|cela) [(ne|n')*] m'aide pas",
    "(je|j') [(ne|n'|vous)*] (parle|parlais|ai parlé|ai pas parlé|ai pas demandé|ai pas dit) [pas] (de)* (ça|cela)",
    "me suis mal (exprimée?|fait comprendre)",
    "n'importe quoi",
    "c'est faux",
)
"""After an answer: it was not what the caller asked. Anywhere in the utterance."""

CONTRADICTS_WHOLLY = (
    "mais non",
    "ah (non|mais non)",
    "non mais non",
    "non pas (ça|cela|encore)",
    "erreur",
    "faux",
)
"""The same, where nothing else is said."""

CONTENT = (
    "c'est tout",
    "c'est bon",
    "c'était tout",
    "ça (ira|va|me va|suffit|suffira|y est)",
    "merci",
    "remercie",
    "(pas|plus|rien) d'autres?",
    "d'autres? questions?",
    "autre (question|chose)",
    "plus (rien|de questions?)",
    "rien [(du tout|de plus|de spécial)]",
    "pas (du tout|pour (le moment|l'instant|aujourd'hui)|spécialement|vraiment|besoin)",
    "(renseignée?|compris|noté)",
    "tout ce (qu'il|que|dont)",
    "sans façon",
    "au revoir",
    "bonne (journée|soirée)",
)
"""With one of these, a « non … » to « Avez-vous une autre question ? » takes leave; with none, it corrects."""

_FEW_WORDS = 5
"""With so many words a denial is an answer to ours; a longer one is left to be understood."""
_YES_OR_NO_ASKED = frozenset(
    {
        State.CONFIRM,
        State.OFFER,
        State.OFFER_CALLBACK,
        State.MESSAGE_CONSENT,
        State.CHOICE,
        State.DANGER,
        State.FALL,
        State.SCORE_CHECK,
        State.COMMENT_OFFER,
    }
)
_CERTAIN = frozenset(
    {
        "insulte",
        "agent",
        "rappel",
        "au_revoir",
        "repeter",
        "plus_lentement",
        "attendre",
        "langue_en",
        "identite_bot",
    }
)
"""Acts that mean the same whatever was asked."""

_AROUND = any_of(COURTESY, PIECES)


def _nothing_but(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(f"(?:{_AROUND})*{any_of(phrases)}(?:{any_of(phrases)}|{_AROUND})*")


_YES_OR_NO = re.compile(f"(?:(?P<yes>{any_of(YES)})|(?P<no>{any_of(NO)})|{_AROUND})+")
_MORE, _LEAVING, _WHOLLY, _AGAIN, _HEARD = map(
    _nothing_but, (MORE, LEAVING, CONTRADICTS_WHOLLY, AGAIN, HEARD)
)
_CONTRADICTS, _DENIES, _CONTENT = map(anywhere, (CONTRADICTS, DENIALS, CONTENT))
_NO_AND_MORE = re.compile(any_of(("[(mais|ah|oh|euh)*] (non|nom|nan) [(non|mais)*]",)) + r"(?=\S)")


def answer_to(state: State, text: str, act: str | None, answered: bool) -> str | None:
    """The act of a normalised utterance of a caller who was asked what `state` says; `act` is what it is without a question.

    None: it is no act, but a question of its own. `answered`: something was, in this call.
    """
    said = spaced(text)
    if leaves(text) or (act in _CERTAIN and not _refuses_recording(state, said, act)):
        return "au_revoir" if leaves(text) else act
    if said in MISHEARD_NO or _refuses_recording(state, said, act):
        return "non"
    if state in (State.DANGER, State.FALL) and _HEARD.fullmatch(said):
        return ACCORD
    if state in _YES_OR_NO_ASKED:
        return _yes_or_no(said, act)
    if state in (State.ANYTHING_ELSE, State.MESSAGE_KEPT) or (state is State.QUESTION and answered):
        return _anything_else(said, act)
    return ACCORD if state is State.QUESTION and act == "oui" and not _MORE.fullmatch(said) else act


def _refuses_recording(state: State, said: str, act: str | None) -> bool:
    """Nobody is recorded who began with a no, and said why: « non, si c'est enregistré »; « non, un agent » asks for something else."""
    asks_nothing = act in (None, "identite_bot")
    return state is State.MESSAGE_CONSENT and asks_nothing and _NO_AND_MORE.match(said) is not None


def _yes_or_no(said: str, act: str | None) -> str | None:
    if _AGAIN.fullmatch(said):
        return "repeter"
    match = _YES_OR_NO.fullmatch(said)
    if match and (match["no"] or match["yes"]):
        return "non" if match["no"] else "oui"
    if act in ("oui", "merci") and _DENIES.search(said):
        return "non" if len(said.split()) <= _FEW_WORDS else None
    return act


def _anything_else(said: str, act: str | None) -> str | None:
    if _LEAVING.fullmatch(said):
        return "non"
    if _WHOLLY.fullmatch(said) or _CONTRADICTS.search(said):
        return NOT_THAT
    if act == "oui" or (act is None and _MORE.fullmatch(said)):
        return "oui" if _MORE.fullmatch(said) else ACCORD
    if act == "non" and _NO_AND_MORE.match(said) and not _CONTENT.search(said):
        return NOT_THAT
    return act


def as_it_is(_state: State, _text: str, act: str | None, _answered: bool) -> str | None:
    """For a language that has no such tables."""
    return act

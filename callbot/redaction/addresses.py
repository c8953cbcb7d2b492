"""Postal addresses of people: a house number with its street, a street where somebody says that they live, a postcode with its town.

A street alone stays (« il y a un trou rue Pasteur »): it tells where something is, not who somebody is.
"""

from collections.abc import Iterator, Sequence

from callbot.redaction.first_names import FIRST_NAMES
from callbot.redaction.text import Span, Word, common_words, matches
from callbot.understanding.spoken_forms.addresses import STREET_TYPES, SUFFIXES, postcodes_at
from callbot.understanding.spoken_forms.numbers import begins_number, number_at
from callbot.understanding.spoken_forms.words import phrases, word_set

_AMBIGUOUS = word_set(
    "all ancien ancienne av bd cami cite cour cours domaine imp jardin lieu mail moulin parc parvis passage petit petite pl place pont "
    "port quartier residence rond route rte village voie zone clos barriere galerie descente carrefour"
)
"""Words for a street that mean other things as well: with a number before they are believed where a name follows."""
_HOME = phrases(
    "j'habite",
    "j habite",
    "nous habitons",
    "on habite",
    "je demeure",
    "je loge",
    "je réside",
    "j'habite au",
    "domicilié",
    "domiciliée",
    "mon adresse",
    "notre adresse",
    "mon domicile",
    "l'adresse c'est",
    "l'adresse est",
    "chez moi",
    "chez nous",
    "je vis",
)
"""What says that an address is the speaker's own."""
_BETWEEN = SUFFIXES | word_set("de la l du le les des numero au et bis a")
"""What may stand between a house number and its street."""
_PARTICLES = word_set("de du des d la le les l et sur sous en aux au saint sainte st ste")
_FEMININE = word_set("place route voie residence zone barriere galerie descente")
_PLAIN = word_set("place route residence quartier clos cour passage voie")
"""Of the ambiguous ones, those that are a street after a number and before « de »: « vingt-trois place des Rosiers »."""
_NO_STREET = word_set(
    "devant derriere face cote entre avant apres jusqu vers sans par comme toujours encore deja aujourd demain hier cette "
    "est c ce qui que je j il elle on nous vous n ne pas depuis pour avec mais donc car il y ai a un une mon ma mes merci svp s euh "
    "voila bonjour alors comment quand ou quel quelle faut peut chez dans il ils elles y avez vous"
)
_OF = word_set("de du des d")
_IN_STREETS = word_set(
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre noir noire blanc blanche vert verte rouge bleu "
    "bleue grand grande petit petite haut haute bas basse vieux vieille neuf neuve rond ronde bois saint sainte jean paul pierre marie"
)
"""Words of everyday life that names of streets have too."""
_RANKS = word_set(
    "marechal general docteur president capitaine colonel abbe commandant professeur mere cardinal"
)
MOST_NAMING = 8
"""Words of a street's name or a town's, particles counted."""
HOME_REACH = 6
"""Words between « j'habite » and the street."""


def spans(words: Sequence[Word]) -> Iterator[Span]:
    """Each address, from its house number to its town."""
    low = [word.low for word in words]
    at = 0
    while at < len(words):
        found = _street(words, low, at) if low[at] in STREET_TYPES else None
        found = found or _hamlet(words, low, at)
        if found:
            found = found[0], _with_flat(low, found[1])
            yield words[found[0]].start, words[found[1] - 1].end
        town = None if found else _postcode(words, low, at)
        if town:
            yield words[at].start, words[town - 1].end
        at = max(at + 1, found[1] if found else 0, town or 0)


def _street(words: Sequence[Word], low: Sequence[str], at: int) -> tuple[int, int] | None:
    """The words of the address whose street begins at `at`; None where it is nobody's."""
    first = _house_number(words, low, at)
    end = _name_end(words, low, at + 1)
    plain = first < at and low[at] in _PLAIN and low[at + 1 : at + 2] and low[at + 1] in _OF
    told = low[at] in _ESTATES and _right_after_home(words, low, at)
    if end == at + 1 or (
        low[at] in _AMBIGUOUS and not plain and not told and not _has_name(words[at + 1 : end])
    ):
        return None
    number_after = _number_after(low, end)
    whole = _with_town(words, low, number_after or end)
    if first < at or number_after or whole > (number_after or end) or _at_home(words, first):
        return first, whole
    return None


_ESTATES = word_set("residence lotissement cite quartier domaine hameau clos villa")
"""Right after « j'habite » whatever follows is their name."""


def _right_after_home(words: Sequence[Word], low: Sequence[str], at: int) -> bool:
    """« j'habite », « mon adresse c'est »: right before `at`."""
    while at > 1 and low[at - 1] in ("c", "est", "a", "au", "la", "le", "l", "dans", "alors", "euh"):
        at -= 1
    return any(matches(words, at - len(cue), cue) for cue in _HOME)


def _with_flat(low: Sequence[str], end: int) -> int:
    """The end of the address with « bâtiment B appartement douze » after it."""
    while end + 1 < len(low) and low[end] in _FLATS:
        number = number_at(low, end + 1) if begins_number(low[end + 1]) else None
        if not number and len(low[end + 1]) > 1:
            break
        end = number.end if number else end + 2
    return end


_FLATS = word_set(
    "batiment bat appartement appart appt escalier porte villa lot entree logement bloc tour numero"
)


def _hamlet(words: Sequence[Word], low: Sequence[str], at: int) -> tuple[int, int] | None:
    """« j'habite les Gaulis », « mon adresse c'est cinq chez Bernard »: a name without a word for a street, right after the cue."""
    cue = next((cue for cue in _HOME if matches(words, at - len(cue), cue)), ("chez",))
    if cue[0] == "chez":
        return None
    start = at
    while start < len(words) and low[start] in ("c", "est", "au", "alors", "euh"):
        start += 1
    number = number_at(low, start) if start < len(words) and begins_number(low[start]) else None
    name = number.end if number else start
    if not number and low[name : name + 1] not in (["le"], ["la"], ["les"], ["l"], ["aux"], ["chez"]):
        return None
    name += low[name : name + 1] == ["chez"]
    end = _name_end(words, low, name)
    if end <= name or low[name] in STREET_TYPES or not _has_name(words[name:end]):
        return None
    return start, _with_town(words, low, end)


def _house_number(words: Sequence[Word], low: Sequence[str], street: int) -> int:
    """Where the house number before the street begins; the street itself where there is none."""
    at, first = street, street
    while at > 0 and street - at < 8:
        before = words[at - 1]
        if begins_number(before.low):
            first = at = at - 1
        elif before.low in _BETWEEN or (len(before.low) == 1 and at > 1 and begins_number(low[at - 2])):
            at -= 1
        else:
            break
    doubtful = low[first:street] == ["une"] or (
        low[first:street] == ["un"] and low[street] in _AMBIGUOUS - _FEMININE
    )
    return street if doubtful else first


def _number_after(low: Sequence[str], end: int) -> int:
    """The end of « (au) numéro dix-sept » after the street's name; 0: there is none."""
    at = end + (low[end : end + 1] == ["au"])
    if low[at : at + 1] != ["numero"]:
        return 0
    number = number_at(low, at + 1)
    return number.end + (not SUFFIXES.isdisjoint(low[number.end : number.end + 1])) if number else 0


def _name_end(words: Sequence[Word], low: Sequence[str], at: int) -> int:
    """The end of the street's name: particles and up to four other words, until a pause or a word that no street has."""
    start, named = at, 0
    while at < len(words) and at - start < MOST_NAMING and named < 4:
        word = words[at]
        if at > start and word.after_pause:
            break
        if word.low == "numero" or (word.low == "au" and low[at + 1 : at + 2] == ["numero"]):
            break
        if word.low in _PARTICLES:
            at += 1
            continue
        if word.low in _NO_STREET or (named and not word.capital and not _goes_on(words, low, at)):
            break
        if named and begins_number(word.low) and not word.capital and _postcode_end(words, at, after=True):
            break
        named, at = named + 1, at + 1
    while at > start and low[at - 1] in _PARTICLES:
        at -= 1
    return at if named else start


def _goes_on(words: Sequence[Word], low: Sequence[str], at: int) -> bool:
    """Whether a small word goes on with the name of a street: an unknown one, one after « de », one that streets have, or the last."""
    if low[at] not in common_words() or low[at] in _IN_STREETS or low[at - 1] in _OF | _RANKS | FIRST_NAMES:
        return True
    return at + 1 < len(words) and _postcode_end(words, at + 1, after=True) > 0


def _has_name(words: Sequence[Word]) -> bool:
    return any(
        word.low not in _PARTICLES and (word.capital or word.low not in common_words()) for word in words
    )


def _with_town(words: Sequence[Word], low: Sequence[str], end: int) -> int:
    """The end of the address with its postcode and town, or with « à » and a town."""
    if end >= len(words):
        return end
    postcode = _postcode_end(words, end, after=True)
    if postcode:
        return _town_end(words, low, postcode, sure=True)
    if low[end] == "a" or (words[end].gap.strip() == "," and words[end].capital):
        return _town_end(words, low, end)
    return end


def _postcode(words: Sequence[Word], low: Sequence[str], at: int) -> int | None:
    """The end of the town after the postcode that begins at `at`, where no street stands before it."""
    end = _postcode_end(words, at, after=False)
    if not end:
        return None
    town = _town_end(words, low, end)
    return town if town > end else None


def _postcode_end(words: Sequence[Word], at: int, *, after: bool) -> int:
    """The end of « 31400 », « trente et un mille quatre cents », « zéro six, trois cents » at `at`; 0: none.

    `after`: a street stands before, so that « soixante cinq sept cents » without a pause is one too.
    """
    if not begins_number(words[at].low):
        return 0
    said: list[str] = []
    places: list[int] = []
    for place in range(at, min(at + 12, len(words))):
        if place > at and "," in words[place].gap:
            said.append(",")
            places.append(place)
        said.append(words[place].low)
        places.append(place)
    found = list(postcodes_at(said, 0))
    if not after:
        found = [
            one
            for one in found
            if "," in said[: one.end] or int(one.digits) % 1000 == 0 or "mille" in said or len(said[0]) == 5
        ]
    ends = [places[one.end] if one.end < len(places) else places[-1] + 1 for one in found]
    return max(ends, default=0)


def _town_end(words: Sequence[Word], low: Sequence[str], at: int, *, sure: bool = False) -> int:
    """The end of the town's name that begins at `at`, « à » or not. `sure`: a town it is, whatever word it is."""
    start = at
    at += low[at : at + 1] == ["a"]
    named = 0
    while at < len(words) and named < 4 and at - start < MOST_NAMING:
        word = words[at]
        if named and word.after_pause:
            break
        if word.low in _PARTICLES:
            at += 1
            continue
        joined = named > 0 and low[at - 1] in _PARTICLES and low[at - 1] != "et"
        small = not word.capital and not (sure and not named) and not joined
        if word.low in _NO_STREET or (small and word.low in common_words()):
            break
        named, at = named + 1, at + 1
    while at > start and low[at - 1] in _PARTICLES:
        at -= 1
    return at if named else start


def _at_home(words: Sequence[Word], first: int) -> bool:
    """Whether the words before say that somebody lives there."""
    reach = range(max(0, first - HOME_REACH), first)
    return any(matches(words, at, cue) and at + len(cue) <= first for at in reach for cue in _HOME)

"""What tells who somebody is in English words: names, addresses, birth dates, plates; e-mails and numbers go with the French ones.

Wider than those: whatever follows « I live at » or « my name is » goes until a word that belongs to neither.
"""

from collections.abc import Iterator, Sequence

from callbot.masking import ENGLISH
from callbot.redaction.first_names import FIRST_NAMES
from callbot.redaction.text import Cues, Span, Word, common_words
from callbot.understanding.spoken_forms.numbers import is_number
from callbot.understanding.spoken_forms.words import phrases, word_set

TITLES = word_set("mr mrs ms miss mister missus misses sir madam doctor dr")
_TOLD = Cues(
    phrases(
        "my name is",
        "my name's",
        "name is",
        "surname is",
        "first name is",
        "last name is",
        "is called",
        "is named",
        "called",
        "under the name of",
        "in the name of",
        "on behalf of",
    )
)
_MAYBE = Cues(phrases("i am", "i'm", "this is", "it is", "it's", "speaking to", "spoke to"))
_RELATIVES = word_set(
    "husband wife son daughter father mother mum mom dad brother sister partner boyfriend girlfriend neighbour neighbor landlord "
    "tenant uncle aunt cousin nephew niece grandfather grandmother grandson granddaughter baby child friend fiance colleague boss"
)
_OWNERS = word_set("my his her our their the your")
_LIVE = Cues(
    phrases(
        "i live at",
        "i live in",
        "i live on",
        "we live at",
        "we live in",
        "we live on",
        "living at",
        "lives at",
        "lives on",
        "my address is",
        "address is",
        "our address is",
        "i stay at",
    )
)
_STREETS = word_set("street road lane drive close crescent terrace way")
_FRENCH_STREETS = word_set("avenue square court place boulevard rue allee chemin impasse")
"""Streets after a number that is said in English."""
_MONTHS = word_set("january february march april may june july august september october november december")
_ORDINALS = word_set(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth "
    "seventeenth eighteenth nineteenth twentieth thirtieth"
)
_IN_DATES = word_set("the of in and hundred thousand th st nd rd oh")
_STOPS = word_set(
    "a about after again all already also am an and any are as ask at away back be because been before but by call called calling came can "
    "cannot come could did do does doesn don feels for from gave get go going good got had has have he hello help her here him his how i "
    "if in is isn it its just know left let like live lives looking lost made make makes maybe me mine more moved my need needs never "
    "new no not now of off ok okay on one only or our out over pay phone please problem really said same say see she should since so some "
    "still taking talk tell thank thanks that the their them then there they this to today told tomorrow too trying until up us very voice "
    "wait want wants was wasn we well went were what when where which who whose why will wish with without would yes yesterday yet you "
    "your wrong right great sorry afraid fine sure urgent possible difficult married single divorced retired disabled pregnant french "
    "english british american foreign lost late early open closed broken missing noisy sick ill dead old young small big free busy happy "
    "unhappy interested registered blocked stuck speaking bit ve ll re d s m t having being getting moving"
)
"""Words that end a name or an address."""
MOST_NAME, MOST_ADDRESS, REACH, FEWEST = 4, 9, 6, 6


def spans(words: Sequence[Word]) -> Iterator[Span]:
    """Each of them."""
    low = [word.low for word in words]
    for at in range(len(words)):
        end = _name(words, low, at) or _address(words, low, at) or _date(low, at)
        if end:
            yield words[end[0]].start, words[end[1] - 1].end
        plate = _plate(words, low, at)
        if plate:
            yield words[at].start, words[plate - 1].end


def _name(words: Sequence[Word], low: Sequence[str], at: int) -> tuple[int, int] | None:
    """Where the name is that the words at `at` announce."""
    size = _TOLD.at(words, at)
    if size:
        return _until_stop(words, low, at + size, MOST_NAME)
    if low[at] in TITLES and at + 1 < len(low) and low[at + 1] not in ("france", "univers", "monde"):
        return _until_stop(words, low, at + 1, MOST_NAME - 1)
    if low[at] in _RELATIVES and at and low[at - 1] in _OWNERS:
        return _until_stop(words, low, at + 1, MOST_NAME - 1)
    size = _MAYBE.at(words, at)
    found = _until_stop(words, low, at + size, MOST_NAME) if size else None
    if not found:
        return None
    first, end = words[found[0]], found[1]
    ends = end == len(low) or low[end] in ("speaking", "here", "calling", "from", "and")
    known = first.low in FIRST_NAMES or (first.capital and not words[at].written.isupper())
    return found if known or (end - found[0] == 2 and ends) else None


def _until_stop(words: Sequence[Word], low: Sequence[str], at: int, most: int) -> tuple[int, int] | None:
    """The words from `at` on, past titles, that belong to no sentence; None: the first one does."""
    while at < len(low) and low[at] in TITLES:
        at += 1
    end = at
    while end < len(low) and end - at < most and low[end] not in _STOPS:
        paused = words[end].after_pause and words[end].gap.strip() != "."
        if end > at and (paused or (low[end] in common_words() and not words[end].capital)):
            break  # a French sentence goes on
        end += 1
    return (at, end) if end > at else None


def _address(words: Sequence[Word], low: Sequence[str], at: int) -> tuple[int, int] | None:
    """« I live at 12 High Street in Toulouse », or a number with a street."""
    size = _LIVE.at(words, at)
    if size:
        return _end_of_address(words, low, at + size, at + size)
    if not (low[at].isdecimal() or low[at] in ENGLISH) or (at and low[at - 1] in ENGLISH):
        return None
    streets = _STREETS | _FRENCH_STREETS if low[at] in ENGLISH and not is_number(low[at]) else _STREETS
    street = next((n for n in range(at + 1, min(at + 6, len(low))) if low[n] in streets), 0)
    between = low[at + 1 : street]
    if not street or any(word in _STOPS for word in between):
        return None
    if low[street] in ("way", "close", "drive", "place", "court") and not between:
        return None
    return _end_of_address(words, low, at, street + 1)


def _end_of_address(words: Sequence[Word], low: Sequence[str], first: int, at: int) -> tuple[int, int] | None:
    """The address from `first` on, and the town that follows `at`."""
    end = at
    while end < len(low) and end - first < MOST_ADDRESS:
        joint = low[end] in ("in", "the", "at", "number", "on") and end + 1 < len(low)
        if joint and low[end + 1] not in _STOPS:
            end += 1
            continue
        if (low[end] in _STOPS and low[end] != "one") or (
            words[end].after_pause and "," not in words[end].gap
        ):
            break
        end += 1
    return (first, end) if end > first else None


def _date(low: Sequence[str], at: int) -> tuple[int, int] | None:
    """« the third of June nineteen fifty-eight » after « born », or with a month and a year of long ago."""
    if not _of_date(low[at]) or (at and _of_date(low[at - 1])):
        return None
    end = at
    while end < len(low) and (_of_date(low[end]) or low[end] in _IN_DATES):
        end += 1
    while low[end - 1] in _IN_DATES - {"hundred", "thousand"}:
        end -= 1
    said = low[at:end]
    month = any(word in _MONTHS for word in said)
    past = any(word == "nineteen" or (word.isdecimal() and 1900 <= int(word) < 2000) for word in said)
    born = any(word in _BIRTH_WORDS for word in low[max(0, at - REACH) : at])
    return (at, end) if len(said) > 1 and ((month and past) or (born and (month or len(said) > 2))) else None


_BIRTH_WORDS = word_set("born birthday birth dob died married")


def _of_date(low: str) -> bool:
    return low in _MONTHS or low in _ORDINALS or low in ENGLISH or low.isdecimal()


def _plate(words: Sequence[Word], low: Sequence[str], at: int) -> int:
    """The end of « A B one two three C D »; 0: none begins at `at`."""
    if len(low[at]) != 1 or not low[at].isalpha() or (at and len(low[at - 1]) == 1):
        return 0
    end = at
    while (
        end < len(low)
        and (low[end] in ENGLISH or len(low[end]) == 1)
        and not (end > at and words[end].after_pause)
    ):
        end += 1
    said = low[at:end]
    figures = sum(word in ENGLISH or word.isdecimal() for word in said)
    return end if len(said) >= FEWEST and figures and figures < len(said) else 0

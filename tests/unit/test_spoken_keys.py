"""Digits by keys: # ends, * takes back."""

import pytest

from callbot.understanding.spoken_forms.keys import Keys, PhoneKeys, Progress
from callbot.understanding.spoken_forms.telephone import Phone, Status


def pressed(keys: str, length: int = 0) -> Keys:
    """The collection after all those keys."""
    collection = Keys(length)
    for key in keys:
        collection = collection.press(key)
    return collection


@pytest.mark.parametrize(
    ("keys", "length", "digits", "progress"),
    [
        ("31", 5, "31", Progress.COLLECTING),
        ("31400", 5, "31400", Progress.DONE),
        ("31400999", 5, "31400", Progress.DONE),
        ("31#", 5, "31", Progress.DONE),
        ("31#4", 0, "31", Progress.DONE),
        ("#", 0, "", Progress.SKIPPED),
        ("312*4", 0, "314", Progress.COLLECTING),
        ("312**45", 0, "45", Progress.COLLECTING),
        ("31*2*4", 0, "34", Progress.COLLECTING),
        ("*1", 0, "1", Progress.COLLECTING),
        ("3A1", 0, "31", Progress.COLLECTING),
        ("1" * 20, 0, "1" * 17, Progress.DONE),
    ],
)
def test_keys(keys: str, length: int, digits: str, progress: Progress) -> None:
    """Full, ended, skipped, taken back, begun again; the keys A–D and late keys change nothing."""
    collection = pressed(keys, length)
    assert (collection.digits, collection.progress) == (digits, progress)


@pytest.mark.parametrize(
    ("keys", "progress", "phone"),
    [
        ("0612345678", Progress.DONE, Phone(Status.COMPLETE, "0612345678")),
        ("061234*534", Progress.COLLECTING, Phone(Status.INCOMPLETE, "06123534")),
        ("00442079460018", Progress.COLLECTING, Phone(Status.FOREIGN, "+442079460018")),
        ("00442079460018#", Progress.DONE, Phone(Status.FOREIGN, "+442079460018")),
        ("0612#", Progress.DONE, Phone(Status.INCOMPLETE, "0612")),
    ],
)
def test_a_telephone_number_by_keys(keys: str, progress: Progress, phone: Phone) -> None:
    """Ten digits are enough; abroad only # tells the end."""
    collection = PhoneKeys()
    for key in keys:
        collection = collection.press(key)
    assert (collection.progress, collection.phone) == (progress, phone)


def test_keys_do_not_show_in_a_log() -> None:
    """They are a caller's number."""
    assert "06123" not in repr(pressed("06123"))

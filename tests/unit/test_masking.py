"""Telephone numbers out of what is written down."""

import pytest

from callbot.events import CallbackRequested, FinalTranscript, to_json
from callbot.masking import masked_number, without_numbers


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("mon numéro c'est le 06 12 34 56 78 merci", "mon numéro c'est le …78 merci"),
        ("0612345678", "…78"),
        ("+33 6 12 34 56 78", "+…78"),
        ("c'est le zéro six douze trente-quatre cinquante-six soixante-dix-huit", "c'est le …huit"),
        ("le 3 décembre 2026 à 10 h 30", "le 3 décembre 2026 à 10 h 30"),
        ("deux mille vingt-six", "deux mille vingt-six"),
        ("", ""),
    ],
)
def test_long_numbers_go_and_dates_stay(text: str, masked: str) -> None:
    """However a recogniser writes them."""
    assert without_numbers(text) == masked


def test_json_holds_the_last_figures_only() -> None:
    """Of the request, and of the words that named the number."""
    assert to_json("c", CallbackRequested(1, "+33612345678", "demain", "titre_prix"))["number"] == "…78"
    assert to_json("c", FinalTranscript(1, "06 12 34 56 78", 1.0, 1))["text"] == "…78"
    assert "612345678" not in repr(CallbackRequested(1, "+33612345678", "", ""))
    assert masked_number("") == ""

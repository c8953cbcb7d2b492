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
        ("zéro six trente trois euh seize cinquante six vingt", "…vingt"),
        ("mon fixe c'est 05.61 puis 22.33.44", "mon fixe c'est …44"),
        ("zéro six douze, ensuite trente quatre. et puis cinquante six, donc soixante dix huit", "…huit"),
        ("zéro six douze trente quatre je répète zéro six douze trente quatre cinquante six", "…six"),
        ("06/12/34/56/78", "…78"),
        ("call me on zero six one two three four five six seven eight", "call me on …eight"),
        ("it's oh six twelve thirty-four fifty-six seventy-eight", "it's …eight"),
        ("les lundis 3 10 17 24 31 mars", "les lundis 3 10 17 24 31 mars"),
        ("les bus 10 12 14 16 18", "les bus 10 12 14 16 18"),
        ("les années 2019-2020 et 2020-2021", "les années 2019-2020 et 2020-2021"),
        ("huit trente douze trente treize trente dix-sept trente", "huit trente douze trente treize trente dix-sept trente"),
        ("le 01.03.2026", "le 01.03.2026"),
        ("", ""),
    ],
)  # fmt: skip
def test_long_numbers_go_and_dates_stay(text: str, masked: str) -> None:
    """However a recogniser writes them."""
    assert without_numbers(text) == masked


def test_json_holds_the_last_figures_only() -> None:
    """Of the request, and of the words that named the number."""
    assert to_json("c", CallbackRequested(1, "+33612345678", "demain", "titre_prix"))["number"] == "…78"
    assert to_json("c", FinalTranscript(1, "06 12 34 56 78", 1.0, 1))["text"] == "…78"
    assert "612345678" not in repr(CallbackRequested(1, "+33612345678", "", ""))
    assert masked_number("") == ""

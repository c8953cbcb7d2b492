"""Figures of emergencies and acts."""

from callbot.bench.vigilance import Vigilance, vigilance

LINES = [
    ("emergency", "18", "il y a le feu chez moi"),
    ("emergency", "112", "ma maison brûle"),
    ("emergency", "15", "rien de spécial"),
    ("act", "oui", "oui oui"),
    ("motive", "passeport", "je veux un passeport"),
    ("alarm", "", "au secours"),
]


def test_figures_of_six_lines() -> None:
    """Two emergencies of three are recognised, one of them by its number; one of the three others is a false alarm."""
    assert vigilance(LINES) == Vigilance(3, 2 / 3, 0.5, 1 / 3, 1, 1.0, 0.0)


def test_nothing_to_measure() -> None:
    """No line, no division by zero."""
    assert vigilance([]) == Vigilance(0, 0.0, 0.0, 0.0, 0, 0.0, 0.0)

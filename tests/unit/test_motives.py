"""What staff read where the corpus has identifiers."""

from callbot.knowledge import store
from callbot.knowledge.motives import TITLES, aspect_words, title_of


def test_every_motive_that_can_be_asked_for_has_a_short_name() -> None:
    """Those of the demonstration commune and no others: an identifier without accents is never shown for them."""
    assert set(TITLES) == {entry.motive for entry in store.load(None).entries}
    assert max(map(len, TITLES.values())) <= 40


def test_a_motive_of_the_communes_own_is_made_readable() -> None:
    """By its subject, else by its identifier."""
    assert title_of("jardins_partages", "les jardins partagés") == "Les jardins partagés"
    assert title_of("jardins_partages") == "Jardins partages"
    assert title_of("acte_deces", "la demande d'un acte de décès") == "Acte de décès"


def test_aspects_are_written_as_they_are_read() -> None:
    """With accents; acronyms and names keep their capitals."""
    assert [aspect_words(one) for one in ("delai", "cpam", "prix", "jours_fixes")] == [
        "délai",
        "CPAM",
        "prix",
        "jours fixes",
    ]

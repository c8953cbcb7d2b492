"""What is said around handovers: French, for every service, every result and every reason."""

import pytest

from callbot.dialogue.phrases import FRENCH, HANDOVERS, all_phrases
from callbot.dialogue.transfer_phrases import FAILURES, REASONS, TransferPhrases, briefing, contracted
from callbot.events import TransferResult
from callbot.knowledge import store
from tests.support.commune import COMMUNE

PHRASES = TransferPhrases(COMMUNE.services[0], FRENCH)


@pytest.mark.parametrize(
    ("spoken", "of", "to"),
    [
        ("l'accueil", "de l'accueil", "à l'accueil"),
        ("le service état civil", "du service état civil", "au service état civil"),
        ("les services techniques", "des services techniques", "aux services techniques"),
        ("la médiathèque", "de la médiathèque", "à la médiathèque"),
    ],
)
def test_articles_are_contracted(spoken: str, of: str, to: str) -> None:
    """« du service », « aux services »."""
    assert (contracted("de", spoken), contracted("à", spoken)) == (of, to)


def test_every_result_that_a_caller_can_hear_has_its_sentence() -> None:
    """All but success and a caller who is gone."""
    assert set(FAILURES) == set(TransferResult) - {TransferResult.ANSWERED, TransferResult.CALLER_GONE}
    assert (
        PHRASES.failure(TransferResult.BUSY, COMMUNE.services[1])
        == "La ligne du service état civil est occupée."
    )


def test_every_reason_is_told_to_the_person() -> None:
    """With the subject of a validated entry where there is one, and nothing of the caller's."""
    assert set(REASONS) == set(HANDOVERS)
    assert briefing("asked", "le prix d'un acte") == (
        "Appel de la mairie, transmis par l'assistant vocal.",
        "La personne appelle au sujet de : le prix d'un acte.",
        "Elle a demandé à parler à quelqu'un.",
    )
    assert len(briefing("emergency", "")) == 2


def test_what_is_said_is_rendered_ahead() -> None:
    """For every service of the demonstration commune."""
    commune = store.load().commune
    rendered = set(all_phrases(commune))
    reception = next(s for s in commune.services if s.id == commune.default_service)
    phrases = TransferPhrases(reception, FRENCH)
    for result in FAILURES:
        assert {phrases.given_back(result, reception), phrases.nobody(result, reception)} <= rendered
        for service in commune.services:
            assert service is reception or phrases.reception_instead(result, service) in rendered
    assert {phrases.waiting(service) for service in commune.services} <= rendered
    assert not any("{" in text for text in rendered)

"""What only sounds like a motive of the demonstration commune is not answered."""

from pathlib import Path

import pytest

from callbot import config
from callbot.knowledge import store
from callbot.understanding.router import Understanding
from tests.support.cli import environment


@pytest.fixture(scope="module")
def understanding(tmp_path_factory: pytest.TempPathFactory) -> Understanding:
    """The router that `make setup` trained."""
    settings = config.load(environment(tmp_path_factory.mktemp("data")))
    return Understanding.load(settings, store.load())


@pytest.mark.parametrize(
    "text",
    [
        "ma fille se fait embêter à l'école par d'autres",
        "mon aide ménagère me vole",
        "mon voisin a construit sans permis",
        "un agent recenseur est passé",
        "ma carte de stationnement handicapé",
        "le plan de la ville",
    ],
)
def test_a_near_miss_is_not_answered(understanding: Understanding, tmp_path: Path, text: str) -> None:
    """Words of a motive whose answer would be beside the point: a reviewer's lines."""
    best = understanding.interpret(text).best
    assert best is not None
    assert best.confidence < config.load(environment(tmp_path)).answer_threshold

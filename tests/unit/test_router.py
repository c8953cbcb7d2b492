"""The trained router, with its real embedding, on a commune of four entries."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from callbot import config
from callbot.config import Settings
from callbot.knowledge import store
from callbot.knowledge.store import Knowledge
from callbot.understanding import router_file, router_learning, training
from callbot.understanding.embedding import CachedEmbedder, Embedder, Vectors
from callbot.understanding.interpretation import Candidate, Interpretation
from callbot.understanding.router import Understanding
from callbot.understanding.scores import act, candidates, curve, emergency, motive_probabilities
from tests.support import small_commune
from tests.support.learnt import Lines, knowing, small_router, some_lines

pytestmark = pytest.mark.timeout(600)  # the first test learns a quarter of the corpus, on a busy machine


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with a data folder that this module's tests share, and in it the router of the small commune."""
    data_dir = tmp_path_factory.mktemp("data")
    small_router(data_dir)
    return config.load({}, data_dir=data_dir)


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    """The commune of four entries."""
    return store.load(small_commune.write(tmp_path_factory.mktemp("commune")))


@pytest.fixture(scope="module")
def understanding(settings: Settings, knowledge: Knowledge) -> Understanding:
    """Its router, trained."""
    return Understanding.load(settings, knowledge)


@pytest.fixture(scope="module")
def little(settings: Settings, knowledge: Knowledge) -> Lines:
    """What a router learns that knows one line in twenty: seconds."""
    return some_lines(settings, knowledge, 20)


@pytest.fixture
def few(little: Lines, tmp_path: Path) -> Iterator[Settings]:
    """Settings with an empty data folder, whose router learns `little`."""
    with knowing(little):
        yield config.load({}, data_dir=tmp_path / "few")


@pytest.mark.parametrize(
    ("text", "motive", "aspect"),
    [
        ("Bonjour, euh, vous ouvrez à quelle heure demain matin s'il vous plaît ?", "horaires", ""),
        ("je voudrais obtenir un extrait d'acte de naissance", "acte_naissance", ""),
        ("en combien de temps je reçois mon extrait de naissance", "acte_naissance", "delai"),
        ("la déchèterie elle est où", "dechetterie", ""),
    ],
)
def test_a_new_wording_is_understood(
    understanding: Understanding, text: str, motive: str, aspect: str
) -> None:
    """Questions in words that no example has."""
    best = understanding.interpret(text).best
    assert best is not None
    assert (best.motive, best.aspect) == (motive, aspect)
    assert best.confidence > 0.6


@pytest.mark.parametrize(
    "text", ["comment on fait une béchamel", "le cours du dollar en bourse", "allô papa c'est toi"]
)
def test_what_nobody_answers_has_no_confidence(understanding: Understanding, text: str) -> None:
    """Off-topic talk stays under half."""
    best = understanding.interpret(text).best
    assert best is not None
    assert best.confidence < 0.5


def test_at_most_three_candidates_best_first(understanding: Understanding) -> None:
    """Candidates are motives of the commune, sorted, and their probabilities do not exceed one together."""
    found = understanding.interpret("vous ouvrez quand").candidates
    assert found[0].motive == "horaires"
    assert len({c.motive for c in found}) == 3
    confidences = [c.confidence for c in found]
    assert confidences == sorted(confidences, reverse=True)
    assert sum(confidences) <= 1.000001


def test_emergency_and_act_come_first(understanding: Understanding) -> None:
    """An emergency beats an act, an act beats motives, and nothing said is nothing understood."""
    assert understanding.interpret("Oui, merci, au secours, il y a le feu à la mairie !") == Interpretation(
        "oui merci au secours il y a le feu à la mairie", emergency="18", alert="sure"
    )
    assert understanding.interpret("Non merci, au revoir.") == Interpretation(
        "non merci au revoir", act="au_revoir"
    )
    assert understanding.interpret(" ... ") == Interpretation("")


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour madame, je vous…",
        "Alors je vous",
        "Bonne…",
        "Bah bonne",
        "La prochaine",
        "Il sont…",
        "Il y a une",
        "Je voudrais",
        "Est-ce que vous",
    ],
)
def test_who_breaks_off_has_said_nothing(understanding: Understanding, text: str) -> None:
    """No goodbye, which ends the call, no yes, no danger, no motive: like « je vous remercie, au revoir » is not that."""
    reading = understanding.interpret(text)
    assert (reading.act, reading.emergency, reading.doubt) == (None, None, None)
    assert not reading.best or reading.best.confidence < 0.3


@pytest.mark.parametrize("text", ["Ciao", "Bonne soirée", "Tant pis, je rappellerai une autre fois"])
def test_a_short_goodbye_is_one(understanding: Understanding, text: str) -> None:
    """By its words, or by two of them that are like one."""
    assert understanding.interpret(text).act == "au_revoir"


def test_several_calls_at_once(understanding: Understanding) -> None:
    """Threads that ask together each get the answer they would get alone."""
    texts = [q for questions in small_commune.QUESTIONS.values() for q in questions[:2]]
    alone = [understanding.interpret(text) for text in texts]
    together: dict[int, Interpretation] = {}

    def ask(number: int) -> None:
        together[number] = understanding.interpret(texts[number])

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(len(texts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [together[number] for number in range(len(texts))] == alone


def test_the_kept_router_is_used_again(
    settings: Settings, knowledge: Knowledge, understanding: Understanding, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Loading a second time reads the file, learns nothing, and understands the same."""
    monkeypatch.setattr(training, "train", _must_not_train)
    again = Understanding.load(settings, knowledge)
    text = "l'heure de fermeture"
    assert again.interpret(text) == understanding.interpret(text)


def test_a_damaged_router_is_made_again(few: Settings, knowledge: Knowledge) -> None:
    """Half a file is neither trusted nor fatal; what replaces it is the same to the last bit."""
    file, text = router_file.artefact(few, knowledge), "l'heure de fermeture"
    before = Understanding.load(few, knowledge).interpret(text)
    sound = file.read_bytes()
    file.write_bytes(sound[: len(sound) // 2])
    assert Understanding.load(few, knowledge).interpret(text) == before
    assert len(file.read_bytes()) == len(sound)


def test_a_pickle_is_never_read(few: Settings, knowledge: Knowledge) -> None:
    """A file that holds Python objects is refused and replaced."""
    file = router_file.artefact(few, knowledge)
    file.parent.mkdir(parents=True)
    np.savez(file, labels=np.array([{"motive": "horaires"}], dtype=object), allow_pickle=True)
    Understanding.load(few, knowledge)
    with np.load(file, allow_pickle=False) as saved:
        numbers = ["biases", "pieces_idf", "sharpness", "sounds_idf", "weights", "words_idf"]
        detector = ["danger_biases", "danger_numbers", "danger_weights"]
        assert sorted(saved.files) == sorted([*numbers, *detector, "labels", "pieces", "sounds", "words"])


def test_other_questions_make_another_router(
    settings: Settings, knowledge: Knowledge, tmp_path: Path
) -> None:
    """The file's name follows the questions, so that a stale router is never taken."""
    other = store.load(
        small_commune.write(tmp_path, small_commune.entry("horaires", small_commune.QUESTIONS["horaires"]))
    )
    assert router_file.artefact(settings, other) != router_file.artefact(settings, knowledge)


def test_training_reports_every_step(few: Settings, knowledge: Knowledge) -> None:
    """The progress bar reaches its end, and what is learnt is better than chance by far."""
    steps: list[int] = []
    done = router_learning.learn(few, knowledge, Embedder(few.models_dir), steps.append)
    assert sum(steps) == router_learning.effort(few, knowledge)
    assert done.n == len(router_learning.lessons(few, knowledge)[0].texts)
    assert done.figures.motive_accuracy > 0.8


def test_known_questions_are_not_embedded_again(tmp_path: Path) -> None:
    """The cache gives the same vectors, embeds only what is new, and survives damage."""
    counting = _CountingEmbedder()
    cache = CachedEmbedder(counting, tmp_path)
    first = cache.embed(["bonjour", "un passeport"])
    second = cache.embed(["un passeport", "une carte"])
    assert counting.embedded == ["bonjour", "un passeport", "une carte"]
    assert np.array_equal(first[1], second[0])
    next(tmp_path.glob("*.npz")).write_bytes(b"broken")
    assert np.array_equal(cache.embed(["une carte"])[0], second[1])


class _CountingEmbedder(Embedder):
    """The real embedder, which remembers what it was given."""

    def __init__(self) -> None:
        super().__init__(config.load({}).models_dir)
        self.embedded: list[str] = []

    def embed(self, texts: object, progress: Callable[[int], None] | None = None) -> Vectors:
        assert isinstance(texts, list)
        self.embedded += texts
        return super().embed(texts, progress)


def _must_not_train(*_: object) -> None:
    raise AssertionError("the router was trained again")


LABELS = (("", ""), ("acte", ""), ("acte", "prix"), ("horaires", ""))


def test_probabilities_of_motives() -> None:
    """Labels of a motive are summed, and equal scores share alike."""
    found = motive_probabilities(np.zeros((1, 4)), LABELS, ["", "acte", "horaires"])
    assert np.allclose(found, [[0.25, 0.5, 0.25]])


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ((0.1, 0.1, 0.7, 0.1), [("acte", "prix", 0.8), ("horaires", "", 0.1)]),
        ((0.1, 0.5, 0.2, 0.2), [("acte", "", 0.7), ("horaires", "", 0.2)]),
        ((0.7, 0.05, 0.05, 0.2), [("horaires", "", 0.2), ("acte", "", 0.1)]),
    ],
)
def test_candidates(shares: tuple[float, ...], expected: list[tuple[str, str, float]]) -> None:
    """Motives by their sums, the aspect when it holds half of it, and never the background."""
    found = candidates(np.log(np.array(shares)), LABELS)
    assert [(c.motive, c.aspect, round(c.confidence, 6)) for c in found] == expected


def test_an_undecided_aspect_is_the_general_question() -> None:
    """With three aspects of a third each, none is told."""
    labels = (("acte", "prix"), ("acte", "delai"), ("acte", "comment"))
    assert [(c.motive, c.aspect) for c in candidates(np.zeros(3), labels)] == [("acte", "")]


def test_the_curve_of_thresholds() -> None:
    """Two motives, one right and one wrong, and a stranger: shares at 0.5 and 0.9."""
    best = [Candidate("acte", "", 0.95), Candidate("acte", "", 0.6), Candidate("horaires", "", 0.7), None]
    points = {p.threshold: p for p in curve(best, ["acte", "horaires", "", ""])}
    assert (points[0.5].answered, points[0.5].wrong, points[0.5].background_answered) == (1.0, 0.5, 0.5)
    assert (points[0.9].answered, points[0.9].wrong, points[0.9].background_answered) == (0.5, 0.0, 0.0)


def test_shares_of_acts_and_emergencies() -> None:
    """An act needs most of the probability; the numbers of an emergency count together, and the likeliest is told."""
    labels = (("act:oui", ""), ("act:agent", ""), ("urgence:15", ""), ("urgence:18", ""), ("pacs", ""))
    rows = {
        "act": (0.1, 0.7, 0.04, 0.04, 0.12),
        "undecided act": (0.45, 0.45, 0.0001, 0.0001, 0.0998),
        "emergency": (0.01, 0.01, 0.2, 0.3, 0.48),
        "motive": (0.05, 0.05, 0.04, 0.04, 0.82),
    }
    found = {name: (act(np.log(row), labels), emergency(np.log(row), labels)) for name, row in rows.items()}
    assert found == {
        "act": ("agent", None),
        "undecided act": (None, None),
        "emergency": (None, "18"),
        "motive": (None, None),
    }
    assert [c.motive for c in candidates(np.log(rows["act"]), labels)] == ["pacs"]

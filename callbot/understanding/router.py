"""From a final transcript to what the caller wants: emergencies first, then dialogue acts, then motives.

Emergencies have a detector of their own (danger.py; in other languages than French, tables). Acts are sought twice: by tables of
phrases, which are sure and readable, then by the trained router, which also knows wordings that no table foresees.
The router is learnt in router_learning.py and kept in router_file.py.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from callbot.config import Settings
from callbot.errors import KnowledgeError
from callbot.knowledge.store import Knowledge
from callbot.languages.tables import FRENCH
from callbot.understanding import acts, danger, router_file, router_learning, scores
from callbot.understanding.danger_model import DangerModel
from callbot.understanding.embedding import Embedder, Vectors
from callbot.understanding.fragments import content, is_fragment
from callbot.understanding.interpretation import Candidate, Interpretation
from callbot.understanding.novelty import Vocabulary
from callbot.understanding.training import Model
from callbot.understanding.ways import ways

CALLBACK = "rappel"
"""The act beside which it is kept what it is about."""
LEAVING, LEAVING_WORDS = "au_revoir", 2

_REASON = re.compile(
    r"\b(?:(?:c'est|ce serait|c'était) (?:pour|au sujet d\S*|à propos d\S*)|pour|concernant|au sujet d\S*|à propos d\S*|"
    r"par rapport à|parce qu\S*|car|il y a) (?P<reason>\S.*?)"
    r"(?= (?:est ce que |vous |pouvez |pourriez |il faut |faut |faudrait |me )*rappel|$)"
)
"""« Rappelez-moi, c'est pour … »."""
_WARM_UP = "bonjour je voudrais savoir si vous êtes ouverts demain, et mon voisin fait du bruit"
"""Read before the first caller speaks: what is only loaded when it is needed is loaded then."""

_MOST_WORDS = 400
_MOST_LETTERS = 4_000
"""Of an utterance. Nobody says more in one breath; a recogniser that repeats itself must not hold up a call."""

Seen = dict[str, Vectors]
"""The vectors of the texts of one utterance, which is read whole and in pieces."""


class Understanding:
    """Reads utterances. Thread-safe: it holds only what was learnt, and the embedder has its own lock."""

    def __init__(
        self,
        model: Model,
        detector: DangerModel | None,
        embedder: Embedder,
        language: str = FRENCH,
        words: Vocabulary | None = None,
    ) -> None:
        self._model, self._danger = model, detector
        self._words = words or Vocabulary({}, frozenset())
        self._embedder = embedder
        self._ways = ways(language)

    @classmethod
    def load(
        cls, settings: Settings, knowledge: Knowledge, embedder: Embedder | None = None
    ) -> "Understanding":
        """The router of this knowledge base; trained first, with a progress line on stderr, when there is none yet.

        Half a minute, and 10 ms for each question that was never seen: the corpus brings its vectors along. Seconds after a
        small change.
        """
        embedder = embedder or Embedder(settings.models_dir)
        file = router_file.artefact(settings, knowledge)
        learnt = router_file.read(file)
        if learnt is None:
            with router_learning.progress_line(settings, knowledge) as progress:
                router_learning.learn(settings, knowledge, embedder, progress)
            learnt = router_file.read(file)
        if learnt is None:
            raise KnowledgeError(f"{file}: the trained router cannot be read back")
        ready = cls(
            *learnt, embedder, knowledge.language, router_learning.vocabulary(settings, knowledge, file)
        )
        ready.interpret(_WARM_UP)
        return ready

    def interpret(self, text: str) -> Interpretation:
        """What one utterance means: an emergency beats an act, an act beats motives. Blocking, 10 ms for it and for each clause."""
        said = self._ways.normalise(capped(text))
        reading = Interpretation(said)
        if said:
            reading = self._read_french(said, text) if self._danger else self._read_by_tables(said)
        return replace(reading, said=text)

    def _read_french(self, said: str, heard: str) -> Interpretation:
        alert = danger.by_words(said, heard)
        if not alert.number and (act := acts.consists_of(said)):
            return Interpretation(said, act=act)
        seen: Seen = {}
        fragment = is_fragment(said)
        if not alert.number and not fragment:
            alert = danger.look(
                said, partial(self._judge, seen), bare=self._ways.without_courtesy, heard=heard
            )
        if alert.number:
            return Interpretation(said, emergency=alert.number, language=alert.language, alert=alert.strength)
        row = self._scores(seen, self._ways.corrected(said) or said)
        best = scores.candidates(row, self._model.labels)
        if doubt := danger.asks(alert, best[0] if best else None):
            return Interpretation(said, doubt=doubt, candidates=best)
        if act := acts.shown_in(said) or (None if fragment else self._learnt_act(said, row)):
            return Interpretation(
                said, act=act, about=self._about(said, best, seen) if act == CALLBACK else None
            )
        return self._motives(said, row, seen)

    def _about(self, said: str, best: tuple[Candidate, ...], seen: Seen) -> Candidate | None:
        """What a call back is wanted for: read by itself where the words say so, for « rappelez-moi » hides it."""
        told = _REASON.search(said)
        alone = scores.candidates(self._scores(seen, told["reason"]), self._model.labels) if told else ()
        return max((*alone[:1], *best[:1]), key=lambda one: one.confidence, default=None)

    def _read_by_tables(self, said: str) -> Interpretation:
        """In a language whose emergencies and acts are tables first, then what the router makes of them."""
        if number := self._ways.emergency_number(said):
            return Interpretation(said, emergency=number, alert="sure")
        if act := self._ways.act_of(said):
            return Interpretation(said, act=act)
        seen: Seen = {}
        row, labels = self._scores(seen, self._ways.corrected(said) or said), self._model.labels
        if (number := scores.emergency(row, labels)) and not self._ways.is_tale(said):
            return Interpretation(said, emergency=number, alert="likely")
        if act := scores.act(row, labels):
            return Interpretation(said, act=act)
        return self._motives(said, row, seen)

    def _learnt_act(self, said: str, row: scores.Floats) -> str | None:
        """The act that the router tells. One word beside « je vous » (« bonne… ») is no leave-taking, which would end the call."""
        act = scores.act(row, self._model.labels)
        return None if act == LEAVING and len(content(said)) < LEAVING_WORDS else act

    def _judge(self, seen: Seen, texts: Sequence[str]) -> tuple[Sequence[float], Sequence[str]]:
        """What the emergency detector makes of texts without courtesies."""
        assert self._danger
        shares, numbers = self._danger.judge(self._model.features.of(texts, self._vectors(seen, texts)))
        return shares.tolist(), numbers

    def _scores(self, seen: Seen, text: str) -> scores.Floats:
        """One row: the scores of all labels."""
        bare = [self._ways.without_courtesy(text)]
        row: scores.Floats = self._model.scores(bare, self._vectors(seen, bare))[0]
        return row

    def _vectors(self, seen: Seen, texts: Sequence[str]) -> Vectors:
        """Of texts of one utterance, each embedded once."""
        new = [text for text in dict.fromkeys(texts) if text not in seen]
        if new:
            seen.update(zip(new, self._embedder.embed(new), strict=True))
        return np.array([seen[text] for text in texts])

    def _motives(self, said: str, row: scores.Floats, seen: Seen) -> Interpretation:
        """What an utterance asks for, and each half of it where there are two."""
        halves = [(half, self._scores(seen, half)) for half in self._ways.halves(said) or ()]
        parts = tuple(self._ranked(half, of_half) for half, of_half in halves)
        return replace(self._ranked(said, row), parts=parts)

    def _ranked(self, said: str, row: scores.Floats) -> Interpretation:
        """Every motive, as far as the words that were said are known from it."""
        bare = self._ways.without_courtesy(self._ways.corrected(said) or said)
        ranking = self._words.believed(bare, scores.ranking(row, self._model.labels))
        return Interpretation(said, candidates=ranking[: scores.TOP], ranking=ranking)


def capped(text: str) -> str:
    """The first 400 words, or the first 4,000 letters."""
    return " ".join(text[:_MOST_LETTERS].split()[:_MOST_WORDS])


def load_languages(settings: Settings, knowledge: Knowledge) -> dict[str, Understanding]:
    """The routers of all languages that the commune offers, French first; they share one embedder."""
    embedder = Embedder(settings.models_dir)
    codes = sorted(knowledge.commune.languages, key=lambda code: code != FRENCH)
    return {code: Understanding.load(settings, knowledge.in_language(code), embedder) for code in codes}


class Readers:
    """The routers of a commune's languages, each loaded when it is first needed."""

    def __init__(self, settings: Settings, knowledge: Knowledge) -> None:
        self._settings = settings
        self._knowledge = knowledge
        self._embedder = Embedder(settings.models_dir)
        self._loaded: dict[str, Understanding] = {}

    def interpret(self, text: str, language: str) -> Interpretation:
        """What one utterance means in that language. Blocking."""
        if language not in self._loaded:
            own = self._knowledge.in_language(language)
            self._loaded[language] = Understanding.load(self._settings, own, self._embedder)
        return self._loaded[language].interpret(text)

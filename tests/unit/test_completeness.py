"""The classifier of whole sentences that is shipped, on authors whom it never learnt from."""

from callbot.corpus.reader import Part, utterances
from callbot.turn_taking.completeness import shipped
from callbot.turn_taking.learning import judge


def test_it_is_as_good_as_the_documents_say() -> None:
    """Few beginnings of sentences are taken for whole at the shipped threshold, and most whole ones are not taken for unfinished."""
    lines = [line for line in utterances(Part.THRESHOLDS) if line.author in {"julien", "kevin"}][::10]
    loose, *_, strict = judge(shipped(), lines)
    assert strict.cut < 0.05
    assert loose.held_back < 0.1


def test_dots_are_no_end() -> None:
    """Whisper hears that a voice goes on: « … », or no stop at all."""
    whole = shipped()
    sentence = "Je voudrais savoir si la mairie est ouverte"
    assert whole(sentence + "...") < whole(sentence + ".")
    assert whole(sentence) < whole(sentence + ".")


def test_who_does_not_punctuate_is_believed() -> None:
    """Vosk writes no stops and no capitals: their absence means nothing."""
    whole = shipped()
    assert whole("la mairie est ouverte le samedi") > whole("La mairie est ouverte le samedi")


def test_nothing_is_no_sentence() -> None:
    """Dots alone are no words."""
    assert shipped()("...") == 0.0

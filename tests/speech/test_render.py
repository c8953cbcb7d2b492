"""`callbot voices render`: what the bot may say, spoken ahead of time."""

from pathlib import Path

import pytest

from callbot.cli import main
from callbot.commands import render
from callbot.conversations import texts_to_render, today
from callbot.dialogue.phrases import MENU_HEAD, MENU_LAST, all_phrases, first_phrases
from callbot.dialogue.transfer_phrases import INTRODUCTION, PASSED_ON, REASONS
from callbot.knowledge import store

COMMUNE = """\
name = "Trifouilly"
spoken_town_hall = "la mairie de Trifouilly"
default_service = "accueil"
services = [{ id = "accueil", name = "Accueil", spoken = "l'accueil" }]
"""

ENTRIES = """\
[[entry]]
motive = "horaires"
subject = "les horaires de la mairie"
questions = ["Quels sont vos horaires ?"]
answer = "La mairie est ouverte de neuf heures à midi."
service = "accueil"
author = "A. Martin"
validator = "B. Durand"
validated_on = 2020-01-01
expires_on = 2999-01-01

[[entry]]
motive = "piscine"
questions = ["La piscine est ouverte ?"]
answer = "La piscine est fermée pour travaux."
service = "accueil"
author = "A. Martin"
"""


@pytest.fixture
def knowledge(tmp_path: Path) -> Path:
    """A knowledge base with one validated answer and one draft."""
    folder = tmp_path / "kb"
    (folder / "entries").mkdir(parents=True)
    (folder / "commune.toml").write_text(COMMUNE, encoding="utf-8")
    (folder / "entries" / "all.toml").write_text(ENTRIES, encoding="utf-8")
    return folder


def test_what_may_be_spoken_is_rendered_once(knowledge: Path) -> None:
    """What a first call needs first, then briefings, other phrases, validated answers, slow pieces; never a draft, nothing twice."""
    first, rest = texts_to_render(store.load(knowledge), today())
    commune = store.load(knowledge).commune
    assert first == first_phrases(commune)
    briefings = [INTRODUCTION, *REASONS.values(), PASSED_ON]
    others = [text for text in all_phrases(commune) if text not in {*first, *briefings}]
    said = [
        *briefings,
        *others,
        "La mairie est ouverte de neuf heures à midi.",
        "Si je comprends bien, votre question porte sur les horaires de la mairie. C'est bien ça ?",
        "La personne appelle au sujet de : les horaires de la mairie.",
        MENU_HEAD,
        "Dites ou tapez un, pour les horaires de la mairie.",
        MENU_LAST,
        "Est-ce pour les horaires de la mairie ?",
        "Ou bien pour les horaires de la mairie ?",
    ]
    assert rest[: len(said)] == said
    slow = rest[len(said) :]  # long sentences in the shorter pieces that are said « plus lentement »
    assert "Si je comprends bien, votre question porte sur les horaires de la mairie." in slow
    assert all(any(piece in text and piece != text for text in (*first, *said)) for piece in slow)


def test_the_demonstration_commune_has_its_answers_rendered() -> None:
    """With no settings at all: every answer that is valid today is among the texts."""
    first, rest = texts_to_render(store.load(), today())
    answers = {entry.answer for entry in store.load().entries if entry.may_be_spoken(today())}
    assert len(answers) > 20
    assert answers <= set(rest)
    assert len({*first, *rest}) == len(first) + len(rest)


def test_the_command_renders_and_prunes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The first time everything is rendered, the second time nothing; `--prune` removes what is no longer said."""
    monkeypatch.setenv("CALLBOT_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("CALLBOT_TTS", "pico")
    _say_only(monkeypatch, ["Un."], ["Deux. Trois.", "Quatre."])
    old = tmp_path / "prompts" / f"{'0' * 64}.wav"
    old.parent.mkdir()
    old.write_bytes(b"of another voice")
    lines = []
    for arguments in ([], ["--prune"]):
        monkeypatch.setattr("sys.argv", ["callbot", "voices", "render", *arguments])
        main()
        lines += capfd.readouterr().err.splitlines()
    assert lines == [
        "3 prompts: 3 rendered, 0 already there, 0 old ones removed.",
        "3 prompts: 0 rendered, 3 already there, 1 old ones removed.",
    ]
    assert len(list(old.parent.iterdir())) == 4
    assert not old.exists()


def test_prompts_that_fail_are_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Exit code 1 and a line that counts them, after all the others were rendered."""
    monkeypatch.setenv("CALLBOT_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("CALLBOT_TTS", "pico")
    _say_only(monkeypatch, ["..."], ["Un."])
    monkeypatch.setattr("sys.argv", ["callbot", "voices", "render"])
    with pytest.raises(SystemExit) as leave:
        main()
    assert leave.value.code == 1
    assert capfd.readouterr().err.splitlines()[-1] == (
        "callbot: 1 of 2 prompts could not be rendered; the reasons are above"
    )


def _say_only(monkeypatch: pytest.MonkeyPatch, first: list[str], rest: list[str]) -> None:
    """Nothing but these texts is said, and in French only."""
    nothing: tuple[list[str], list[str]] = [], []
    monkeypatch.setattr(
        render, "texts_to_render", lambda known, _day: (first, rest) if known.language == "fr" else nothing
    )

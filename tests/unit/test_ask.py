"""`callbot ask --line --at`: hours tried in writing."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from callbot.commands.ask import ask
from tests.support.cli import environment

AGENT = "je voudrais parler à quelqu'un"


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Asked":
    """Runs the command with settings of its own."""
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    return Asked()


class Asked:
    """The command, as somebody types it."""

    def __call__(self, *arguments: str, text: str | None = None) -> Result:
        """Run it to its end."""
        return CliRunner().invoke(ask, arguments, input=text)


def test_a_line_at_a_time(asked: Asked) -> None:
    """How it greets on Christmas Day, and what it says to who wants a person."""
    result = asked("--line", "01 99 00 00 02", "--at", "2026-12-25T10:00", AGENT)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "greeting",
        "  Bonjour, vous êtes bien à l'état civil de Valbourg-sur-Ourcelle. Je suis un assistant vocal automatique. "
        "Nos bureaux sont fermés en ce moment, mais je peux répondre à beaucoup de questions. "
        "Dites-moi en une phrase ce que vous cherchez. For English, press nine.",
        "handover  agent  1.00",
        "  Nos bureaux sont fermés. Ils rouvrent demain à neuf heures. Voulez-vous qu'une personne vous rappelle ? "
        "Pour laisser plutôt un message, dites « un message », ou tapez deux.",
    ]


def test_turns_of_one_conversation_at_an_instant_with_its_zone(asked: Asked) -> None:
    """17:45 in London is 18:45 in Paris; with --json, an object per turn and nothing else."""
    arguments = ("--line", "0199000002", "--at", "2026-11-24T17:45:00+00:00", "--json", "--conversation")
    result = asked(*arguments, text=f"{AGENT}\nnon merci\n")
    assert [json.loads(line)["reply"] for line in result.stdout.splitlines()] == [
        "Nos bureaux sont fermés. Ils rouvrent demain à huit heures trente. Voulez-vous qu'une personne vous rappelle ? "
        "Pour laisser plutôt un message, dites « un message », ou tapez deux.",
        "Avez-vous une autre question ?",
    ]


def test_a_message_in_writing(asked: Asked) -> None:
    """After the tone the next line is the message, which nothing of the words is shown of; an empty one is none."""
    arguments = ("--line", "0199000002", "--at", "2026-12-25T10:00", "--json", "--conversation")
    result = asked(*arguments, text=f"{AGENT}\n[2]\noui\nMon numéro est caché.\nnon merci\n")
    shown = [(line["text"], line["reply"]) for line in map(json.loads, result.stdout.splitlines())]
    assert shown[1:] == [
        ("[2]", "Voulez-vous laisser un message ? Il sera enregistré, écouté par l'accueil, puis effacé."),
        ("oui", "Parlez après le signal. Quand vous avez fini, appuyez sur une touche, ou raccrochez."),
        (
            "…",
            "Votre message est enregistré. Pour le recommencer, tapez deux. Pour l'effacer, tapez trois. "
            "Avez-vous une autre question ?",
        ),
        ("non merci", "Merci de votre appel. Bonne journée, au revoir."),
    ]


def test_without_them_nothing_is_printed_but_the_reply(asked: Asked) -> None:
    """As ever: the main line is always open."""
    assert asked(AGENT).stdout.splitlines() == [
        "handover  agent  1.00",
        "  Très bien. Ne quittez pas, je vous passe l'accueil.",
    ]


def test_a_time_that_is_none_is_exit_code_2(asked: Asked) -> None:
    """The line says what is allowed."""
    result = asked("--at", "demain", AGENT)
    assert result.exit_code == 2
    assert "'demain' is not a date and time, such as 2026-12-25T10:00" in result.stderr

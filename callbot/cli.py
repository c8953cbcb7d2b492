"""The command line: `callbot COMMAND`. Each family of commands lives in `callbot/commands/` and is imported when used."""

import importlib
import logging
import sys

import click

from callbot import __version__
from callbot.errors import CallbotError

FAMILIES = {
    "serve": ("serve", "Run the service: media server and pages, everything local."),
    "call": ("call", "Call the service with recordings as the caller's turns."),
    "ask": ("ask", "Ask the bot in writing what it decides and says."),
    "transcribe": ("transcribe", "Speech to text, as a call would hear it."),
    "say": ("say", "Text to speech, as a caller would hear it."),
    "models": ("catalogue", "Speech-to-text models: list, pull, check."),
    "voices": ("catalogue", "Voices: list, pull, check, render."),
    "kb": ("kb", "The knowledge base: check, train, import, export."),
    "report": ("report", "The figures of a day."),
    "stats": ("stats", "The statistics: count them anew."),
    "users": ("users", "Accounts for the pages: add, list, remove."),
    "callbacks": (
        "callbacks",
        "Callers who want to be called back: list, show, take, call, tried, done, give-back, reopen.",
    ),
    "privacy": ("privacy", "Callers' personal data: purge, export, erase."),
    "demo": ("demo", "Plausible calls that nobody made, for demonstrations: calls."),
    "tokens": ("tokens", "Tokens of the read API: add, list, remove."),
    "webhooks": ("webhooks", "Webhooks when calls end: secret, test, list."),
    "bench": ("bench", "Benchmarks: speech to text, understanding, many calls at once."),
}
"""Command → its module in `callbot/commands/` (which has a click command of that name) and its line in `callbot --help`."""


class LazyGroup(click.Group):
    """Imports a command's module only when that command is used, so that `--help` and `ask` start quickly."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        """Names in the order of the contract, not of the alphabet."""
        return list(FAMILIES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command, or None for click's 'No such command' with its exit code 2."""
        if cmd_name not in FAMILIES:
            return None
        module = importlib.import_module(f"callbot.commands.{FAMILIES[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The commands with their lines, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_module, line) in FAMILIES.items()])


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.version_option(__version__, prog_name="callbot")
def cli() -> None:
    """callbot answers a town hall's telephone: local, in French, from validated sentences, with people within reach.

    Settings are read from callbot.toml and from CALLBOT_… variables (docs/settings.md).
    """


def main() -> None:
    """Run the command line; an error the operator can mend is one line on standard error and an exit code."""
    logging.basicConfig(
        stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s", level=logging.WARNING
    )
    try:
        cli(standalone_mode=False)
    except click.exceptions.Exit as leave:
        sys.exit(leave.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except CallbotError as error:
        click.echo(f"callbot: {error}", err=True)
        sys.exit(error.exit_code)

"""The command line: `callbot COMMAND`. Each family of commands lives in `callbot/commands/` and is imported when used."""

import importlib
import logging
import sys

import click

from callbot import __version__
from callbot.errors import CallbotError

FAMILIES = {
    "serve": "callbot.commands.serve",
    "call": "callbot.commands.call",
    "ask": "callbot.commands.ask",
    "transcribe": "callbot.commands.transcribe",
    "say": "callbot.commands.say",
    "models": "callbot.commands.catalogue",
    "voices": "callbot.commands.catalogue",
    "kb": "callbot.commands.kb",
    "report": "callbot.commands.report",
    "users": "callbot.commands.users",
    "privacy": "callbot.commands.privacy",
    "bench": "callbot.commands.bench",
}
"""Command to module; the module has a click command of that name (`list` and such inside groups)."""


class LazyGroup(click.Group):
    """Imports a command's module only when that command is used, so that `--help` and `ask` start quickly."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        """Names in the order of the contract, not of the alphabet."""
        return list(FAMILIES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command, or None for click's 'No such command' with its exit code 2."""
        if cmd_name not in FAMILIES:
            return None
        command: click.Command = getattr(importlib.import_module(FAMILIES[cmd_name]), cmd_name)
        return command


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

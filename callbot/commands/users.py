"""`callbot users`: who may sign in to the pages."""

import asyncio
import getpass
import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click

from callbot import config
from callbot.accounts import PASSWORD_MIN, Accounts, Role
from callbot.database import Database

T = TypeVar("T")


@click.group()
def users() -> None:
    """Accounts of the people who use the pages."""


@users.command()
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=Role.RECEPTIONIST.value,
    show_default=True,
)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input (one line).")
def add(name: str, role: str, password_stdin: bool) -> None:
    """Create an account; the password is asked for on the terminal."""
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else _ask()
    account = _run(lambda accounts: accounts.add(name, password, Role(role), actor=_actor()))
    click.echo(f"account '{account.name}' added as {account.role}", err=True)


@users.command("list")
def list_() -> None:
    """Print every account with its role."""
    for account in _run(lambda accounts: accounts.all()):
        click.echo(f"{account.name}\t{account.role}")


@users.command()
@click.argument("name")
def remove(name: str) -> None:
    """Remove an account and end its sessions."""
    _run(lambda accounts: accounts.remove(name, actor=_actor()))
    click.echo(f"account '{name}' removed", err=True)


def _ask() -> str:
    if not sys.stdin.isatty():
        raise click.UsageError("no terminal to ask for the password: use --password-stdin")
    answer: str = click.prompt(
        f"Password (at least {PASSWORD_MIN} characters)", hide_input=True, confirmation_prompt=True, err=True
    )
    return answer


def _actor() -> str:
    """Who runs the command, for the audit trail."""
    try:
        return f"command line ({getpass.getuser()})"
    except (KeyError, OSError):
        return "command line"


def _run(work: Callable[[Accounts], Awaitable[T]]) -> T:
    async def run() -> T:
        settings = config.load()
        database = await Database.open(settings)
        try:
            return await work(Accounts(database, settings))
        finally:
            await database.close()

    return asyncio.run(run())

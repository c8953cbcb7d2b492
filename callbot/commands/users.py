"""`callbot users`: who may sign in to the pages."""

import asyncio
import getpass
import json
import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click

from callbot import config
from callbot.accounts import PASSWORD_MIN, Account, Accounts, Role
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
    password = _password(from_stdin=password_stdin)
    account = _run(lambda accounts: accounts.add(name, password, Role(role), actor=_actor()))
    click.echo(f"account '{account.name}' added as {account.role}", err=True)


@users.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per account.")
def list_(as_json: bool) -> None:
    """Print every account with its role."""
    for account, sessions in _run(_with_sessions):
        if as_json:
            fields = {
                "name": account.name,
                "role": account.role.value,
                "password": _kind(account),
                "sessions": sessions,
            }
            click.echo(json.dumps(fields, ensure_ascii=False))
        else:
            click.echo(f"{account.name}\t{account.role}")


@users.command()
@click.argument("name")
@click.argument("new_role", metavar="ROLE", type=click.Choice([role.value for role in Role]))
def role(name: str, new_role: str) -> None:
    """Give an account another role."""
    _run(lambda accounts: accounts.change_role(name, Role(new_role), actor=_actor()))
    click.echo(f"account '{name}' is {new_role} now", err=True)


@users.command()
@click.argument("name")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input (one line).")
def password(name: str, password_stdin: bool) -> None:
    """Give an account a password that its owner must change, and end its sessions."""
    given = _password(from_stdin=password_stdin)
    _run(lambda accounts: accounts.reset_password(name, given, actor=_actor()))
    click.echo(f"account '{name}' has a new password, to be changed at the next sign-in", err=True)


@users.command("sign-out")
@click.argument("name")
def sign_out(name: str) -> None:
    """End all sessions of an account."""
    closed = _run(lambda accounts: accounts.sign_out_everywhere(name, actor=_actor()))
    click.echo(f"sessions of '{name}' ended: {closed}", err=True)


@users.command()
@click.argument("name")
def remove(name: str) -> None:
    """Remove an account and end its sessions."""
    _run(lambda accounts: accounts.remove(name, actor=_actor()))
    click.echo(f"account '{name}' removed", err=True)


async def _with_sessions(accounts: Accounts) -> list[tuple[Account, int]]:
    open_now = await accounts.sessions.open_now()
    return [(account, open_now.get(account.id, 0)) for account in await accounts.all()]


def _kind(account: Account) -> str:
    """Where the password stands: `provider` has it, `temporary` given by somebody else, `own`."""
    if account.by_provider:
        return "provider"
    return "temporary" if account.temporary else "own"


def _password(*, from_stdin: bool) -> str:
    return sys.stdin.readline().rstrip("\r\n") if from_stdin else _ask()


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

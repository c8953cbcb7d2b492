"""`callbot webhooks`: make a secret, try the receiver, see what waits."""

import asyncio
import json
import secrets
import sys
from datetime import UTC, datetime

import click

from callbot import config
from callbot.database import Database
from callbot.errors import SettingsError
from callbot.webhooks import Webhook, counts, new_secret, send


@click.group()
def webhooks() -> None:
    """Signed webhooks when calls end (docs/api.md)."""


@webhooks.command()
def secret() -> None:
    """Print a new secret, for webhook_secret and for the receiver."""
    click.echo(new_secret())


@webhooks.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def test(as_json: bool) -> None:
    """Send one message of the type `test` to webhook_url, now; exit code 1 when it is not taken."""
    webhook = Webhook.of(config.load())
    if webhook is None:
        raise SettingsError("CALLBOT_WEBHOOK_URL: empty, no webhooks are sent")
    now, message_id = datetime.now(UTC), f"msg_test_{secrets.token_hex(12)}"
    body = json.dumps({"type": "test", "timestamp": now.isoformat(), "data": {}}, separators=(",", ":"))
    sent = send(webhook, message_id, body, now)
    if as_json:
        click.echo(
            json.dumps({"id": message_id, "status": sent.status or None, "problem": sent.problem or None})
        )
    else:
        click.echo(f"webhook {message_id}: {sent.problem or f'taken (HTTP {sent.status})'}", err=True)
    if sent.problem:
        sys.exit(1)


@webhooks.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def list_(as_json: bool) -> None:
    """Print how many messages wait, were delivered in the last week, or were given up."""

    async def read() -> dict[str, int]:
        database = await Database.open(config.load())
        try:
            return await counts(database)
        finally:
            await database.close()

    found = asyncio.run(read())
    shown = {state: found.get(state, 0) for state in ("waiting", "delivered", "failed")}
    click.echo(
        json.dumps(shown) if as_json else "\n".join(f"{state}\t{count}" for state, count in shown.items())
    )

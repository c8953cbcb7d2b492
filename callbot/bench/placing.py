"""Calls placed by the load's own process, with what they cost: what `callbot bench calls` and `latency` have in common."""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress

from callbot.bench.account import Account
from callbot.bench.converser import Exchange
from callbot.bench.figures import Run
from callbot.bench.processes import Child, Meter, busy_seconds
from callbot.bench.targets import MORE_CALLS, MOST_CALLS, Plan, Target

Show = Callable[[str, float | None, float | None], None]
"""Told what is being done, how much of it, of how much."""


@contextmanager
def progress(number: int) -> Iterator[Show]:
    """A bar on a terminal."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(f"{number} calls: starting", total=None)

        def show(what: str, done: float | None, total: float | None) -> None:
            bar.update(task, description=f"{number} calls: {what}", completed=done, total=total)

        yield show


def numbers_of(text: str) -> list[int]:
    """`1,2,5` of --calls. Raises click.BadParameter."""
    words = text.split(",")
    if not all(word.isdecimal() and 1 <= int(word) <= MOST_CALLS - MORE_CALLS for word in words):
        raise click.BadParameter(
            f"'{text}' is not a list of numbers from 1 to {MOST_CALLS - MORE_CALLS}", param_hint="--calls"
        )
    return [int(word) for word in words]


def place(
    plan: Plan, number: int, target: Target, show: Show, *, engine: str, **more: object
) -> tuple[Run, list[Account]]:
    """The calls themselves; `more`: what else is in the Order. Raises CallbotError."""
    order = {
        "transport": plan.transport,
        "target": target.address,
        "calls": number,
        "seconds": plan.seconds,
        "per_second": plan.per_second,
        "questions": [],
        "redial": plan.redial,
        **more,
    }
    with Child("callbot.bench.load") as load_child:
        load_child.line()  # it is ready
        meters = [Meter([target.service.pid]), Meter([target.bridge] if target.bridge else [])]
        busy, began = busy_seconds(), time.monotonic()
        load_child.input.write(json.dumps(order) + "\n")
        load_child.input.flush()
        while "over" not in (told := json.loads(load_child.line())):
            target.service.check()
            for meter in meters:
                meter.look()
            if told["held_s"]:
                show("held", min(told["held_s"], plan.seconds), plan.seconds)
            else:
                show("placed", told["up"], number)
        service, bridge = (meter.usage() for meter in meters)
        ours = service.cpu_seconds + bridge.cpu_seconds + told["cpu_seconds"]
        others = max(0.0, busy_seconds() - busy - ours) / (time.monotonic() - began)
        accounts = [_account(plan, **account) for account in json.loads(load_child.line())]
    run = Run(
        calls=number,
        cores=len(os.sched_getaffinity(0)),
        engine=engine,
        transport=plan.transport,
        seconds=plan.seconds,
        service=service,
        bridge=bridge,
        generator_cpu_seconds=told["cpu_seconds"],
        behind_ms=told["behind_ms"],
        others_cores=others,
    )
    return run, accounts


def _account(plan: Plan, exchanges: list[dict[str, Any]], **fields: Any) -> Account:
    """Where callers call again, a call that the bot has ended after an answer has not failed."""
    account = Account(**fields, exchanges=[Exchange(**exchange) for exchange in exchanges])
    if plan.redial and account.problem == "cut" and account.response_ms:
        account.problem = ""
    return account

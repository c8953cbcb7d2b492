"""`callbot bench masking`: how much of what tells who somebody is goes before a caller's words are stored, and what goes wrongly."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from callbot.bench.masking_material import Case, cases, ordinary, stays
from callbot.redaction import redacted
from callbot.redaction.text import HIDDEN


@dataclass(frozen=True, slots=True)
class Recall:
    """Of `n` sentences of a kind (`slice`: of one sort; empty: all), the share in which nothing personal was left."""

    kind: str
    slice: str
    n: int
    recall: float
    weakest: bool = False


@dataclass(frozen=True, slots=True)
class Wrong:
    """Of `n` ordinary questions, the share in which something was taken out though nothing personal is in it."""

    set: str
    n: int
    wrongly_masked: float


@click.command()
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("../shared/data/spoken_forms"),
    show_default=True,
    help="Folder with names.tsv (kind, text) and addresses.tsv (departement, spoken_address).",
)
@click.option(
    "--ordinary",
    "tables",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    default=tuple(Path("tests/support/exam") / f"{name}.tsv" for name in ("exam", "critic", "midcall")),
    help="Tables of questions (a column `text`) without anything personal; may be given several times.",
)
@click.option("--limit", type=click.IntRange(min=1), help="Only the first lines of each file.")
@click.option(
    "--show", type=click.IntRange(min=0), default=0, help="Print so many sentences that went wrong."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per figure.")
def command(*, data: Path, tables: tuple[Path, ...], limit: int | None, show: int, as_json: bool) -> None:
    """Personal data in sentences: names, addresses, e-mails and numbers that are found, and ordinary words that are taken for them."""
    material = cases(data, limit)
    left = [(case, redacted(case.text)) for case in material]
    found = recalls((case, not stays(case, text)) for case, text in left)
    asked = {name: [(text, redacted(text)) for text in texts] for name, texts in ordinary(tables).items()}
    wrong = [
        Wrong(name, len(pairs), _share([HIDDEN in after for _, after in pairs]))
        for name, pairs in asked.items()
    ]
    if as_json:
        for fields in (*map(asdict, found), *map(asdict, wrong)):
            click.echo(json.dumps(fields, ensure_ascii=False))
    else:
        print_tables(found, wrong)
    missed = [f"{case.kind}, {case.slice}: {case.text} → {text}" for case, text in left if stays(case, text)]
    taken = [
        f"{name}: {text} → {after}"
        for name, pairs in asked.items()
        for text, after in pairs
        if HIDDEN in after
    ]
    for line in (*missed[:: max(1, len(missed) // show)][:show], *taken[:show]) if show else ():
        click.echo(line, err=True)


def recalls(judged: Iterable[tuple[Case, bool]]) -> list[Recall]:
    """All of a kind, then its slices; the weakest slice of all is marked."""
    kinds: dict[str, list[bool]] = defaultdict(list)
    slices: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for case, good in judged:
        kinds[case.kind].append(good)
        slices[case.kind, case.slice].append(good)
    worst = min(slices, key=lambda key: _share(slices[key]), default=None)
    rows = []
    for kind, goods in kinds.items():
        rows.append(Recall(kind, "", len(goods), _share(goods)))
        rows += [
            Recall(kind, key[1], len(some), _share(some), key == worst)
            for key, some in slices.items()
            if key[0] == kind
        ]
    return rows


def print_tables(found: Sequence[Recall], wrong: Sequence[Wrong]) -> None:
    """Both, as Markdown (docs/benchmarks.md holds a copy)."""
    click.echo("| kind | in | n | nothing left |\n|---|---|---:|---:|")
    for row in found:
        where = (row.slice or "all") + (" (weakest)" if row.weakest else "")
        click.echo(f"| {row.kind} | {where} | {row.n} | {row.recall * 100:.1f} % |")
    click.echo("\n| ordinary questions | n | something taken out |\n|---|---:|---:|")
    for one in wrong:
        click.echo(f"| {one.set} | {one.n} | {one.wrongly_masked * 100:.1f} % |")


def _share(judged: Sequence[bool]) -> float:
    return sum(judged) / len(judged) if judged else 0.0

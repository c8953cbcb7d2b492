"""SQLite in one hop: what statements give is what SQLAlchemy's own adapter gives."""

from pathlib import Path

from sqlalchemy import (
    Column,
    Executable,
    Integer,
    MetaData,
    Table,
    Text,
    delete,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from callbot.sqlite_driver import OneHop

THINGS = Table(
    "things", MetaData(), Column("id", Integer, primary_key=True), Column("name", Text, unique=True)
)


async def refused(engine: AsyncEngine, statement: Executable) -> object:
    """The error that it meets."""
    try:
        async with engine.begin() as connection:
            await connection.execute(statement)
    except (IntegrityError, OperationalError) as error:
        return type(error), type(error.orig), str(error.orig)
    return None


async def seen(file: Path, **how: object) -> list[object]:
    """What a few statements give: rows, counts, ids, errors."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{file}", **how)
    found: list[object] = []
    try:
        async with engine.begin() as connection:
            await connection.run_sync(THINGS.metadata.create_all)
            added = await connection.execute(
                insert(THINGS).returning(THINGS.c.id), [{"name": "a"}, {"name": "b"}]
            )
            found.append(added.scalars().all())
            found.append((await connection.execute(insert(THINGS).values(name="c"))).inserted_primary_key)
            found.append((await connection.execute(update(THINGS).values(name=THINGS.c.name + "!"))).rowcount)
            found.append((await connection.execute(delete(THINGS).where(THINGS.c.id == 2))).rowcount)
            rows = await connection.execute(select(THINGS).order_by(THINGS.c.id))
            found += [list(rows.keys()), rows.all()]
            found.append((await connection.execute(select(THINGS).where(THINGS.c.id == 9))).one_or_none())
            found.append([row async for row in await connection.stream(select(THINGS.c.id))])
        found += [
            await refused(engine, statement) for statement in (insert(THINGS).values(id=1), text("no SQL"))
        ]
    finally:
        await engine.dispose()
    return found


async def test_statements_give_what_they_gave(tmp_path: Path) -> None:
    """Rows, row counts, new ids, nothing, a stream, and errors of both kinds."""
    ours = await seen(tmp_path / "ours.db", module=OneHop())
    assert ours == await seen(tmp_path / "theirs.db")
    assert ours[5] == [(1, "a!"), (3, "c!")]
    assert [error for error in ours[-2:] if error is None] == []

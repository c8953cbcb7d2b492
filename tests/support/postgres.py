"""A PostgreSQL of our own for the tests: a cluster in a temporary folder, reached through its socket, gone afterwards."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any, Self

import asyncpg

START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 20
OWNER = "postgres"
DATABASE = "postgres"
PORT = 5432
"""Only the name of the socket: nothing listens on the network."""
QUICK = (
    "fsync=off",
    "autovacuum=off",
    "jit=off",
    "full_page_writes=off",
    "shared_buffers=16MB",
    "max_connections=40",
)


class Cluster:
    """A running cluster; `with Cluster() as cluster`, then a schema per test from `create`."""

    def __enter__(self) -> Self:
        self._bin = _binaries()
        self._user = _unprivileged_user()
        self.folder = Path(tempfile.mkdtemp(prefix="callbot-pg-"))
        if self._user:
            shutil.chown(self.folder, self._user)
        try:
            self._start()
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._server.send_signal(signal.SIGQUIT)  # at once: nothing of it is wanted any more
        self._server.wait(STOP_TIMEOUT_S)
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, user: str, database: str = DATABASE, password: str = "") -> str:
        """The SQLAlchemy address of a database of this cluster for `user`."""
        who = f"{user}:{password}" if password else user
        return f"postgresql+asyncpg://{who}@/{database}?host={self.folder}"

    async def create(self) -> str:
        """A user with an empty schema that nobody else sees, as good as a database and much quicker to have; its name."""
        name = f"test_{uuid.uuid4().hex}"
        await self.execute(
            f"CREATE ROLE {name} LOGIN",
            f"CREATE SCHEMA {name} AUTHORIZATION {name}",
            f"ALTER ROLE {name} SET search_path = {name}",
        )
        return name

    def dump(self, name: str) -> str:
        """The statements, of `psql`, that make the schema of a user with all that is in it. Blocking."""
        asking = [
            "-h",
            self.folder,
            "-p",
            str(PORT),
            "-U",
            OWNER,
            "-n",
            name,
            "--no-owner",
            "--inserts",
            DATABASE,
        ]
        done = subprocess.run([self._bin / "pg_dump", *asking], check=True, capture_output=True, text=True)
        return done.stdout

    async def execute(self, *statements: str, value: str = "") -> Any:
        """Run statements as the owner, each in a transaction of its own; then what the query `value` gives."""
        connection = await asyncpg.connect(host=str(self.folder), port=PORT, user=OWNER, database="postgres")
        try:
            for statement in statements:
                await connection.execute(statement)
            return await connection.fetchval(value) if value else None
        finally:
            await connection.close()

    async def forbid(self, name: str) -> None:
        """An outage for one test: its connections end, new ones are refused."""
        await self.execute(
            f"ALTER ROLE {name} NOLOGIN",
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{name}'",  # noqa: S608 (our own name)
        )

    async def allow(self, name: str) -> None:
        """The end of the outage."""
        await self.execute(f"ALTER ROLE {name} LOGIN")

    def _start(self) -> None:
        data = self.folder / "data"
        init = ["-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        made = self._popen("initdb", "-D", data, *init)
        output, _ = made.communicate(timeout=START_TIMEOUT_S)
        assert made.returncode == 0, f"initdb failed: {output.decode()}"
        options = (*QUICK, "listen_addresses=", f"unix_socket_directories={self.folder}")
        settings = [argument for option in options for argument in ("-c", option)]
        self._server = self._popen("postgres", "-D", data, "-p", PORT, *settings)
        for _ in range(START_TIMEOUT_S * 10):
            if self._is_ready() or self._server.poll() is not None:
                break
            time.sleep(0.1)
        assert self._is_ready(), f"PostgreSQL did not start: {(self.folder / 'log').read_text()}"

    def _is_ready(self) -> bool:
        asking = [str(self._bin / "pg_isready"), "-h", str(self.folder), "-p", str(PORT)]
        return subprocess.run(asking, check=False, capture_output=True).returncode == 0

    def _popen(self, program: str, *arguments: object) -> subprocess.Popen[bytes]:
        """Start one of PostgreSQL's programs as the user it accepts: never root."""
        log = subprocess.PIPE if program == "initdb" else (self.folder / "log").open("wb")
        return subprocess.Popen(
            [self._bin / program, *map(str, arguments)],
            user=self._user,
            group=pwd.getpwnam(self._user).pw_gid if self._user else None,
            extra_groups=[] if self._user else None,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _binaries() -> Path:
    """The newest of Debian's, else what the PATH knows."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)
    found = debian[-1] if debian else shutil.which("initdb")
    assert found, (
        "PostgreSQL is not installed: `make test` installs it (package postgresql), then runs the tests"
    )
    return Path(found).parent


def _version(path: Path) -> float:
    text = path.parts[4]
    return float(text) if text.replace(".", "", 1).isdigit() else 0.0


def _unprivileged_user() -> str | None:
    """Whom to run PostgreSQL as when we are root; None: as ourselves."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"

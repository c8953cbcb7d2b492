"""A web server on the loopback that serves models well or badly, and catalogues that point to it."""

import hashlib
import io
import json
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from callbot.config import Settings
from callbot.speech.catalogue import Item
from callbot.speech.fetching import Advance

REPOSITORY = Path(__file__).parents[2]


@dataclass
class Site:
    """What the server holds by path, which paths were asked for, and how it misbehaves."""

    pages: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    truncated: set[str] = field(default_factory=set)
    """Paths whose answer stops half way."""
    held: set[str] = field(default_factory=set)
    """Paths whose answer stops half way until `go_on` is set."""
    half_sent: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    address: str = ""


@contextmanager
def web_site() -> Iterator[Site]:
    """Serve a `Site` on a free port of 127.0.0.1."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            body = site.pages.get(self.path)
            if body is None:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            half = len(body) // 2
            self.wfile.write(body[:half])
            self.wfile.flush()
            site.half_sent.set()
            if self.path in site.held:
                site.go_on.wait(60)
            if self.path not in site.truncated:
                self.wfile.write(body[half:])

        def log_message(self, *_: object) -> None:
            """The test's own output stays readable."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield site
    finally:
        site.go_on.set()
        server.shutdown()
        thread.join()
        server.server_close()


class Log:
    """A reporter that keeps what it is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.progress: dict[str, list[tuple[int, int | None]]] = {}

    def say(self, line: str) -> None:
        """Keep the line."""
        self.lines.append(line)

    @contextmanager
    def download(self, label: str) -> Iterator[Advance]:
        """Keep the steps of a download by its label."""
        steps = self.progress.setdefault(label, [])
        yield lambda done, total: steps.append((done, total))


def sha256(content: bytes) -> str:
    """In hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def file_entry(path: str, content: bytes) -> dict[str, object]:
    """A file of an item, as the catalogue describes it."""
    return {"path": path, "size": len(content), "sha256": sha256(content)}


def item(name: str, files: dict[str, bytes], *sources: dict[str, object], **more: object) -> Item:
    """A Whisper model of these files and sources."""
    entries = [file_entry(path, content) for path, content in files.items()]
    entry = {
        "name": name,
        "role": "stt",
        "engine": "whisper",
        "licence": "MIT",
        "file": entries,
        "source": sources,
    }
    return Item.model_validate(entry | more)


def zip_of(members: dict[str, bytes]) -> bytes:
    """A ZIP archive; member names are written as they are, bad ones too."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()


def write_catalogue(folder: Path, items: list[Item]) -> None:
    """Put a `models.toml` into a folder of models, where it adds to the packaged one."""
    lines = []
    for entry in items:
        fields = entry.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"role"})
        lines += ["[[item]]", *(f"{key} = {_toml(value)}" for key, value in fields.items())]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "models.toml").write_text("\n".join(lines), "utf-8")


def _toml(value: object) -> str:
    """JSON is nearly TOML: tables are what differs."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {_toml(part)}" for key, part in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value)


def install(folder: Path, name: str, files: dict[str, bytes]) -> None:
    """Put an item's files there by hand."""
    for path, content in files.items():
        (folder / name / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / name / path).write_bytes(content)


def settings_in(folder: Path, **more: object) -> Settings:
    """Settings with models and voices under `folder`."""
    return Settings.model_validate({"models_dir": folder / "models", "voices_dir": folder / "voices"} | more)


def start_callbot(folder: Path, *arguments: str, file_limit: int | None = None) -> "subprocess.Popen[str]":
    """Start `callbot` in a process of its own with its models and voices under `folder`.

    `file_limit`: the largest file, in bytes, that the system lets it write.
    """
    main = "from callbot.cli import main; main()"
    limit = (
        f"import resource as r; r.setrlimit(r.RLIMIT_FSIZE, ({file_limit}, {file_limit})); "
        if file_limit
        else ""
    )
    return subprocess.Popen(
        [sys.executable, "-c", limit + main, *arguments],
        cwd=folder,
        env={
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(folder),
            "PYTHONPATH": str(REPOSITORY),
            "PYTHONDONTWRITEBYTECODE": "1",
            "CALLBOT_MODELS_DIR": "models",
            "CALLBOT_VOICES_DIR": "voices",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def callbot(folder: Path, *arguments: str, file_limit: int | None = None) -> tuple[int, str, str]:
    """Run `callbot` to its end: exit code, standard output, standard error."""
    process = start_callbot(folder, *arguments, file_limit=file_limit)
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err

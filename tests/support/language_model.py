"""A server on this machine that answers as an OpenAI-compatible language model does, in whatever way the test says."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

DRAFT = {
    "sujet": "les pneus usagés",
    "reponse": "Les pneus se déposent à la déchetterie.",
    "questions": ["où jeter des pneus"],
}


@dataclass
class Model:
    """What it says, with which status and how late; what it was asked."""

    address: str = ""
    says: str = json.dumps(DRAFT)
    status: int = 200
    late_s: float = 0.0
    body: bytes | None = None
    """In place of a whole answer."""
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def answer(self) -> bytes:
        """As the API's documentation has it."""
        if self.body is not None:
            return self.body
        message = {"role": "assistant", "content": self.says}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        return json.dumps(
            {"id": "1", "object": "chat.completion", "model": "essai", "choices": [choice]}
        ).encode()


@contextmanager
def language_model() -> Iterator[Model]:
    """Listening until the end of the block."""
    model = Model()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            model.asked.append({"path": self.path, **json.loads(self.rfile.read(length))})
            model.keys.append(self.headers.get("authorization", ""))
            time.sleep(model.late_s)
            answer = model.answer()
            self.send_response(model.status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class's name)
            """Quietly."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    model.address = f"http://127.0.0.1:{server.server_port}/v1"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()

"""The knowledge base as this machine's service has it, for commands beside it: the files, and what it keeps of the pages' edits."""

import os
from pathlib import Path

from callbot.config import Settings
from callbot.editing.overlay import overlaid, read_published, write_published
from callbot.editing.versions import Published
from callbot.errors import KnowledgeError
from callbot.knowledge import store
from callbot.knowledge.store import Knowledge

__all__ = ["keep", "kept", "knowledge_in_use"]


def knowledge_in_use(settings: Settings) -> Knowledge:
    """The settings' knowledge base with the published edits over it. Raises KnowledgeError."""
    return overlaid(store.load(settings.knowledge_dir), kept(settings))


def kept(settings: Settings) -> Published:
    """The edits that the service of this machine has in use; none when it never had any. Raises KnowledgeError for a damaged file."""
    file = _file(settings)
    try:
        return read_published(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Published()
    except OSError as error:
        raise KnowledgeError(f"{file}: {error.strerror}") from None
    except KnowledgeError as error:
        raise KnowledgeError(f"{file}: {error}") from None


def keep(settings: Settings, published: Published) -> None:
    """Write them, whole or not at all. Raises OSError."""
    file = _file(settings)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = file.with_name(f".{os.getpid()}.partial.json")
    partial.write_text(write_published(published), encoding="utf-8")
    partial.replace(file)


def _file(settings: Settings) -> Path:
    return settings.data_dir / "knowledge" / "published.json"

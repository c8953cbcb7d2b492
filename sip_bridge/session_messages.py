"""What the service's commands say, checked field by field: sound, marks, times. Pure; docs/media-protocol.md has them all."""

import base64
import binascii
import json
from typing import Any

MAX_RING_MS = 120_000
MAX_MARK = 128
"""Characters of a mark's name."""


def fields_of(text: str) -> dict[str, Any] | None:
    """The fields of a control message; None where it is no JSON object with a command."""
    try:
        fields = json.loads(text)
        fields["command"]
    except (ValueError, RecursionError, TypeError, KeyError):
        return None
    return fields if isinstance(fields, dict) else None


def mark_of(fields: dict[str, Any]) -> str | None:
    """The name of a mark; None where it is no text, or too long."""
    name = fields.get("correlation_id")
    return name if isinstance(name, str) and len(name) <= MAX_MARK else None


def ring_ms_of(fields: dict[str, Any], usual_ms: int) -> int | None:
    """How long a person's telephone rings; None where it is no whole number from 1 to MAX_RING_MS."""
    ring_ms = fields.get("ring_ms", usual_ms)
    whole = isinstance(ring_ms, int) and not isinstance(ring_ms, bool)
    return ring_ms if whole and 0 < ring_ms <= MAX_RING_MS else None


def sound_of(fields: dict[str, Any]) -> bytes | None:
    """Sound for a person; None where it is not base64."""
    try:
        return base64.b64decode(fields.get("audio", ""), validate=True)
    except (binascii.Error, ValueError, TypeError):
        return None


def text_of(fields: dict[str, Any], name: str) -> str:
    """A text field without what cannot be printed, at most 128 characters; empty for anything else."""
    value = fields.get(name, "")
    return "".join(filter(str.isprintable, value[:128])) if isinstance(value, str) else ""

"""Typst (https://typst.app, Apache-2.0) sets a document: tagged for screen readers (PDF/UA-1), fonts inside, nothing fetched.

`python -m callbot.reports.typesetting` does it in a process of its own, at low priority: it computes for a while without giving
Python's lock back, and calls would hear that.
"""

import asyncio
import json
import os
import sys
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any, cast

from callbot.errors import ReportError

__all__ = ["set_apart", "set_here"]

TIMEOUT_S = 60
NICENESS = 10


def set_here(sources: Mapping[str, bytes]) -> bytes:
    """The PDF of `sources` (main.typ and what it reads, by name). Raises ReportError."""
    import typst

    try:
        made = typst.compile(
            cast(Any, dict(sources)), format="pdf", ignore_system_fonts=True, pdf_standards=["ua-1"]
        )
    except typst.TypstError as error:
        raise ReportError(f"the report could not be set as PDF: {error}") from error
    return made


async def set_apart(sources: Mapping[str, bytes]) -> bytes:
    """The same in another process. Raises ReportError."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        __spec__.name,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    given = json.dumps({name: b64encode(content).decode() for name, content in sources.items()}).encode()
    try:
        made, complaint = await asyncio.wait_for(child.communicate(given), TIMEOUT_S)
    except TimeoutError:
        raise ReportError(f"the report could not be set as PDF within {TIMEOUT_S} s") from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode:
        lines = complaint.decode(errors="replace").strip().splitlines()
        raise ReportError(lines[-1] if lines else "the report could not be set as PDF")
    return made


def main() -> None:
    """Sources as JSON on standard input, the PDF on standard output."""
    os.nice(NICENESS)
    sources = {name: b64decode(content) for name, content in json.load(sys.stdin).items()}
    try:
        sys.stdout.buffer.write(set_here(sources))
    except ReportError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()

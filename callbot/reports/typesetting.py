"""Typst (https://typst.app, Apache-2.0) sets a document: tagged for screen readers (PDF/UA-1), fonts inside, nothing fetched.

It also makes pictures of drawings, for e-mails: most programs that show letters do not show SVG.

`python -m callbot.reports.typesetting` does it in a process of its own, at low priority: it computes for a while without giving
Python's lock back, and calls would hear that.
"""

import asyncio
import json
import os
import sys
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from typing import Any, cast

from callbot.errors import ReportError

__all__ = ["drawn_apart", "drawn_here", "set_apart", "set_here"]

TIMEOUT_S = 60
NICENESS = 10
PPI = 144
"""Points of a picture in 72 units of its drawing: sharp on a telephone too."""
PICTURES = """#set page(width: auto, height: auto, margin: 6pt, fill: white)
#for name in json("data.json") { page(image(name)) }
"""
"""What makes a page, and so a picture, of each drawing."""


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


def drawn_here(drawings: Sequence[str]) -> list[bytes]:
    """A PNG of each drawing (SVG), in their order. Raises ReportError."""
    import typst

    if not drawings:
        return []
    files = {f"{number}.svg": drawing.encode() for number, drawing in enumerate(drawings)}
    names = json.dumps(list(files)).encode()
    sources = {"main.typ": PICTURES.encode(), "data.json": names} | files
    try:
        made = typst.compile(cast(Any, sources), format="png", ignore_system_fonts=True, ppi=PPI)
    except typst.TypstError as error:
        raise ReportError(f"the pictures of the report could not be made: {error}") from error
    return [made] if isinstance(made, bytes) else cast(list[bytes], made)


async def set_apart(sources: Mapping[str, bytes]) -> bytes:
    """The PDF of `sources`, made in another process. Raises ReportError."""
    return await _apart({name: b64encode(content).decode() for name, content in sources.items()})


async def drawn_apart(drawings: Sequence[str]) -> list[bytes]:
    """A PNG of each drawing, made in another process. Raises ReportError."""
    made = await _apart(list(drawings))
    return [b64decode(one) for one in json.loads(made)]


async def _apart(given: dict[str, str] | list[str]) -> bytes:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        __spec__.name,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        made, complaint = await asyncio.wait_for(child.communicate(json.dumps(given).encode()), TIMEOUT_S)
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
    """As JSON on standard input sources, the PDF on standard output; or a list of drawings, their pictures as JSON."""
    os.nice(NICENESS)
    given = json.load(sys.stdin)
    try:
        if isinstance(given, list):
            print(json.dumps([b64encode(one).decode() for one in drawn_here(given)]))  # noqa: T201 (the parent reads it)
        else:
            sys.stdout.buffer.write(set_here({name: b64decode(content) for name, content in given.items()}))
    except ReportError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()

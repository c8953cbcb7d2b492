"""docker-compose.yml and the Dockerfile as data, for tests on machines without a container engine."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
_VARIABLE = re.compile(r"\$\{(\w+):-([^}]*)\}")


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction of a Dockerfile: `COPY`, and the words after it."""

    name: str
    words: tuple[str, ...]
    text: str


def compose() -> dict[str, Any]:
    """docker-compose.yml, anchors resolved, variables as they are written."""
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return loaded


def resolved(value: str, **given: str) -> str:
    """The value with its `${NAME:-default}` replaced."""
    return _VARIABLE.sub(lambda match: given.get(match[1], match[2]), value)


def variables() -> set[str]:
    """Names of all `${NAME:-default}` of docker-compose.yml."""
    return {match[1] for match in _VARIABLE.finditer((ROOT / "docker-compose.yml").read_text("utf-8"))}


def dockerfile() -> list[Step]:
    """The instructions of the Dockerfile, continued lines joined."""
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.startswith("#")).replace("\\\n", " ")
    steps = (line.split(maxsplit=1) for line in text.splitlines() if line.strip())
    return [Step(name, tuple(shlex.split(rest)), rest) for name, rest in steps]


def environment(service: dict[str, Any], secrets: Path, **given: str) -> dict[str, str]:
    """What the service finds in its environment; its secrets are files of the folder `secrets`."""
    values = {name: resolved(str(value), **given) for name, value in service["environment"].items()}
    return {name: value.replace("/run/secrets", str(secrets)) for name, value in values.items()}

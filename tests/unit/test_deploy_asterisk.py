"""deploy/asterisk agrees with itself, with the settings' defaults and with the demonstration commune."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from callbot.config import Settings
from callbot.events import TransferResult
from callbot.knowledge import store
from callbot.knowledge.entries import EMERGENCY_NUMBERS
from callbot.onward import HANG_UP

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy/asterisk"
RECIPES = ROOT / "docs/exploitation"
BUILT_IN = {"Answer", "Goto", "GotoIf", "Hangup", "Set", "Wait"}
MODULE_OF = {
    "Dial": "app_dial", "Queue": "app_queue", "Gosub": "app_stack", "Return": "app_stack", "ExecIf": "app_exec",
    "CURL": "func_curl", "CURLOPT": "func_curl", "URIENCODE": "func_uri", "UUID": "func_uuid", "FILTER": "func_strings",
    "CALLERID": "func_callerid", "IF": "func_logic", "DIALPLAN_EXISTS": "func_dialplan", "SHARED": "func_global",
    "CHANNEL": "func_channel", "PJSIP_HEADER": "res_pjsip_header_funcs",
}  # fmt: skip
"""Where Asterisk has what the dialplan uses."""


def text(name: str) -> str:
    """One file without its comments."""
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return "\n".join(re.sub(r"(^|\s+);.*", "", line) for line in lines)


def contexts() -> dict[str, str]:
    """The dialplan's contexts and what is in them."""
    parts = re.split(r"^\[([\w-]+)\]$", text("extensions.conf"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def extensions(context: str) -> list[str]:
    """The extensions and patterns of a context."""
    return re.findall(r"^exten = ([^,]+),1,", contexts()[context], re.MULTILINE)


def matches(pattern: str, number: str) -> bool:
    """Whether an extension of the dialplan takes `number`."""
    if not pattern.startswith("_"):
        return pattern == number
    return bool(re.fullmatch(pattern[1:].replace("X", r"\d").replace("!", ".*"), number))


def test_every_jump_of_the_dialplan_lands() -> None:
    """Contexts that are gone to, included, or given to PJSIP exist."""
    dialplan = text("extensions.conf")
    jumps = set(re.findall(r"([a-z][a-z-]+)[,^](?:s|appel|robot|\$\{\w+\})[,^]1", dialplan))
    jumps |= set(re.findall(r"include = (\S+)", dialplan))
    used = "".join(text(file.name) for file in FOLDER.glob("pjsip*.conf"))
    jumps |= set(re.findall(r"^context = (\S+)", used, re.MULTILINE))
    assert {"callbot-suite", "callbot-retour", "services", "depuis-callbot", "interne"} <= jumps
    assert jumps - contexts().keys() == set()


def test_every_application_and_function_is_loaded() -> None:
    """What is not loaded ends the caller's call in the middle of the dialplan."""
    dialplan = text("extensions.conf")
    applications = set(re.findall(r"(?:,1|n|n\(\w+\)),([A-Z]\w+)\(", dialplan))
    functions = set(re.findall(r"\$\{([A-Z_]+)\(", dialplan)) | set(re.findall(r"Set\(([A-Z_]+)\(", dialplan))
    needed = {MODULE_OF[name] for name in (applications - BUILT_IN) | functions}
    loaded = set(re.findall(r"^load = (\w+)\.so$", text("modules.conf"), re.MULTILINE))
    assert needed - loaded == set()


def test_the_ports_are_the_defaults() -> None:
    """Whoever changes nothing changes nothing here either."""
    settings = Settings.model_validate({})
    everything = "".join(text(file.name) for file in FOLDER.glob("*.conf"))
    assert {int(port) for port in re.findall(r"callbot:(\d+)", everything)} == {
        settings.web_port,
        settings.media_port,
        settings.audiosocket_port,
        settings.sip_port,
    }
    assert f"username = {settings.sip_user}\n" in text("pjsip_callbot_poste.conf")
    assert f"SONNERIE = {settings.ring_seconds}" in text("extensions.conf")


def test_emergency_numbers_go_straight_out_and_nowhere_else() -> None:
    """Telephones reach them before anything else; the bot's context has none that leads outside."""
    assert set(extensions("urgences")) == EMERGENCY_NUMBERS
    assert re.findall(r"include = (\S+)", contexts()["interne"])[0] == "urgences"
    assert "include" not in contexts()["depuis-callbot"]
    assert "operateur" not in contexts()["depuis-callbot"] + contexts()["services"]


def test_every_destination_of_the_demonstration_is_reached() -> None:
    """By the bot's own calls as by /next, which also may say that the call is over."""
    destinations = {service.destination for service in store.load(None).commune.services}
    for context in ("services", "depuis-callbot"):
        missing = {n for n in destinations if not any(matches(p, n) for p in extensions(context))}
        assert missing == set()
    assert f'"${{SUITE}}" = "{HANG_UP}"' in text("extensions.conf")


def test_what_failed_is_said_in_words_of_ours() -> None:
    """`returned=` takes nothing else."""
    said = set(re.findall(r"Return\((\w+)\)", contexts()["callbot-resultat"]))
    assert said == {"busy", "no_answer", "unreachable", "failed"}
    assert said <= {str(result) for result in TransferResult}


def test_every_setting_that_a_recipe_names_exists() -> None:
    """Lines of callbot.toml inside the recipes."""
    named: set[str] = set()
    for page in RECIPES.glob("*.md"):
        for block in re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
            named |= set(re.findall(r"^\s*(?:# )?(\w+) = ", block, re.MULTILINE))
    assert {"sip_mode", "sip_srtp", "transfer"} <= named
    assert named - Settings.model_fields.keys() == set()


@pytest.mark.skipif(not shutil.which("asterisk"), reason="no asterisk on PATH (Debian 12 has no package)")
def test_a_real_asterisk_loads_it(tmp_path: Path) -> None:
    """It boots, on ports of its own, and complains about nothing of ours."""
    shutil.copytree(FOLDER, tmp_path / "etc")
    for file in (tmp_path / "etc").glob("*.conf"):
        changed = (
            file.read_text(encoding="utf-8")
            .replace("0.0.0.0:506", "127.0.0.1:0;")
            .replace("callbot:", "127.0.0.1:")
        )
        file.write_text(changed, encoding="utf-8")
    folders = "".join(
        f"{name} => {tmp_path}\n" for name in ("astrundir", "astlogdir", "astspooldir", "astdbdir")
    )
    (tmp_path / "asterisk.conf").write_text(
        f"[directories]\nastetcdir => {tmp_path / 'etc'}\n{folders}", encoding="utf-8"
    )
    run = subprocess.Popen(
        ["asterisk", "-C", str(tmp_path / "asterisk.conf"), "-cn"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said, _ = run.communicate(
        "core waitfullybooted\ndialplan show callbot-suite\ncore stop now\n", timeout=60
    )
    assert "callbot-suite" in said
    assert [
        line for line in said.splitlines() if "ERROR" in line and "Unable to load config" not in line
    ] == []

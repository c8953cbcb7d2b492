"""docker-compose.yml, the Dockerfile and deploy/ agree with the project. No container engine is needed, and none is run."""

import importlib.util
import json
import re
import shutil
import subprocess
import tomllib
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from callbot.config import FILE_SUFFIX, PREFIX, Settings, load
from sip_bridge.journal import path_of
from tests.support.containers import ROOT, compose, dockerfile, environment, resolved, variables

SCHEMA = ROOT / "tests/support/compose/compose-spec.json"
OURS = ("callbot", "bridge", "bridge-lan")
LAN = {"SIP_ADDRESS": "192.168.1.5", "SIP_PEERS": "192.168.1.0/24"}
"""As docs/deploiement.md gives it."""


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """deploy/local, as prepare.sh makes it, in a copy of deploy/."""
    deploy = tmp_path_factory.mktemp("project") / "deploy"
    shutil.copytree(ROOT / "deploy", deploy, ignore=shutil.ignore_patterns("local"))
    subprocess.run(["sh", str(deploy / "prepare.sh")], check=True, capture_output=True)
    return deploy / "local"


def service(name: str) -> dict[str, Any]:
    """One service of docker-compose.yml."""
    found: dict[str, Any] = compose()["services"][name]
    return found


def settings_of(name: str, local: Path, **given: str) -> Settings:
    """The settings of a service of ours, read as it would read them."""
    return load(environment(service(name), local / "secrets", **given))


def test_the_file_is_as_the_specification_says() -> None:
    """The JSON schema of the Compose specification finds nothing."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    assert [error.message for error in Draft202012Validator(schema).iter_errors(compose())] == []


def test_the_schema_would_find_a_mistake() -> None:
    """A service with a word that Compose does not know is refused."""
    wrong = compose()
    wrong["services"]["callbot"]["portz"] = ["1:1"]
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert [list(error.path) for error in Draft202012Validator(schema).iter_errors(wrong)] == [
        ["services", "callbot"]
    ]


@pytest.mark.parametrize("name", OURS)
def test_a_service_has_settings_that_callbot_takes(name: str, local: Path) -> None:
    """`config.load` takes every variable and every secret, and finds them right together."""
    given = LAN if name == "bridge-lan" else {}
    assert settings_of(name, local, **given).media_token.get_secret_value() == secret(local, "media_token")


def test_the_services_find_one_another(local: Path) -> None:
    """Addresses, ports, names and passwords fit: bridge to callbot and Asterisk, callbot to PostgreSQL, Asterisk to callbot."""
    bot, bridge, lan = (settings_of(name, local) for name in OURS)
    asterisk = service("asterisk")["networks"]["telephony"]["ipv4_address"]
    assert bridge.bridge_url == f"ws://callbot:{bot.media_port}/media"
    assert lan.bridge_url == f"ws://127.0.0.1:{bot.media_port}/media"
    assert (bot.sip_mode, bridge.sip_mode, lan.sip_mode) == ("off", "registered", "peer")
    assert bridge.sip_host == service("bridge")["networks"]["telephony"]["ipv4_address"]
    assert bridge.sip_domain == asterisk
    assert asterisk in bot.audiosocket_peers
    assert bridge.sip_password.get_secret_value() == secret(local, "sip_password")
    user, database = (service("postgres")["environment"][name] for name in ("POSTGRES_USER", "POSTGRES_DB"))
    password = secret(local, "database_password")
    assert bot.database_url == f"postgresql+asyncpg://{user}:{password}@postgres/{database}"


def test_the_networks_leave_room_for_the_given_addresses() -> None:
    """An address that is given by hand is in its network, and not among those that the engine gives away."""
    pool = compose()["networks"]["telephony"]["ipam"]["config"][0]
    for name in ("bridge", "asterisk"):
        address = ip_address(service(name)["networks"]["telephony"]["ipv4_address"])
        assert address in ip_network(pool["subnet"])
        assert address not in ip_network(pool["ip_range"])


@pytest.mark.parametrize("name", OURS)
def test_secrets_are_files_that_the_service_is_given(name: str, local: Path) -> None:
    """`…_FILE` variables name exactly the secrets of the service; no secret stands in the file itself."""
    files = {
        value.removeprefix("/run/secrets/")
        for variable, value in service(name)["environment"].items()
        if variable.endswith(FILE_SUFFIX)
    }
    assert files == set(service(name)["secrets"])
    secrets = {field for field, info in Settings.model_fields.items() if "SecretStr" in str(info.annotation)}
    assert not {PREFIX + field.upper() for field in secrets} & set(service(name)["environment"])


def test_prepare_makes_every_secret_and_every_mounted_path(local: Path) -> None:
    """What docker-compose.yml mounts from deploy/local is there after prepare.sh; named volumes are declared."""
    for declared in compose()["secrets"].values():
        assert (local.parents[1] / declared["file"]).is_file()
    for found in compose()["services"].values():
        for volume in found.get("volumes", []):
            source = volume.split(":")[0]
            assert source in compose()["volumes"] or (local.parents[1] / source).is_dir()


@pytest.mark.parametrize("name", ["bridge", "bridge-lan"])
def test_a_bridge_writes_its_journal_and_nothing_else(name: str, local: Path) -> None:
    """In a volume of its own, at the folder that the code names, which the image has, so that it is the user's."""
    given = LAN if name == "bridge-lan" else {}
    settings = settings_of(name, local, **given).model_copy(update={"data_dir": Path("/var/lib/callbot")})
    journal = path_of(settings.data_dir, settings.sip_host, settings.sip_port).parent
    writable = [volume for volume in service(name)["volumes"] if not volume.endswith(":ro")]
    assert writable == [f"journal:{journal}"]
    assert any(str(journal) in step.words for step in dockerfile() if step.name == "RUN")


def test_prepare_fills_the_configuration_of_asterisk(local: Path) -> None:
    """No « changez-moi-… » is left, callbot's password and token are in it, and each telephone has its own."""
    recipes = {path.name for path in (ROOT / "deploy/asterisk").glob("*.conf")}
    made = {path.name: path.read_text(encoding="utf-8") for path in (local / "asterisk").glob("*.conf")}
    assert set(made) == recipes | {"modules.conf"}
    assert [name for name, text in made.items() if re.search(r"changez-moi-\w", text)] == []
    assert f"password = {secret(local, 'sip_password')}\n" in made["pjsip_callbot_poste.conf"]
    assert f"password = {secret(local, 'media_token')}\n" in made["websocket_client.conf"]
    telephones = [path.read_text(encoding="ascii") for path in (local / "secrets").glob("poste_*")]
    assert len(set(telephones)) == len(telephones) > 0
    assert all(f"password = {password}\n" in made["pjsip.conf"] for password in telephones)


def test_prepare_keeps_the_secrets_the_second_time(local: Path) -> None:
    """Nobody is locked out by a second run, and only the operator can enter the folder."""
    before = {path.name: path.read_bytes() for path in (local / "secrets").iterdir()}
    subprocess.run(["sh", str(local.parent / "prepare.sh")], check=True, capture_output=True)
    assert {path.name: path.read_bytes() for path in (local / "secrets").iterdir()} == before
    assert local.stat().st_mode & 0o777 == 0o700


def test_ports_are_those_of_the_settings_and_of_this_machine_only() -> None:
    """What is published goes to a port of callbot's defaults, on 127.0.0.1 unless the operator chooses."""
    published = [resolved(port).rsplit(":", 1) for name in OURS for port in service(name).get("ports", [])]
    assert published == [["127.0.0.1:8080", "8080"], ["127.0.0.1:8081", "8081"]]
    defaults = Settings()
    assert (defaults.web_port, defaults.media_port) == (8080, 8081)
    ports = (defaults.web_port, defaults.media_port, defaults.audiosocket_port)
    exposed = [word for step in dockerfile() if step.name == "EXPOSE" for word in step.words]
    sip = (f"{defaults.sip_port}/udp", f"{defaults.sip_port}/tcp", f"{defaults.sip_tls_port}/tcp")
    assert exposed == [*map(str, ports), *sip]


def test_commands_exist() -> None:
    """Every program, module and script that a container of ours starts is in the project."""
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    steps = {step.name: step for step in dockerfile()}
    program, command = json.loads(steps["CMD"].text)
    assert (program in scripts, command) == (True, "serve")
    for name in ("bridge", "bridge-lan"):
        python, option, module = service(name)["command"]
        assert (python, option) == ("python", "-m")
        assert importlib.util.find_spec(f"{module}.__main__")
        _cmd, python, script, part = service(name)["healthcheck"]["test"]
        assert (python, (ROOT / script).is_file(), part) == ("python", True, "bridge")
    healthcheck = json.loads(steps["HEALTHCHECK"].text.split("CMD ")[1])
    assert (healthcheck[0], (ROOT / healthcheck[1]).is_file(), healthcheck[2]) == ("python", True, "service")


def test_calls_may_drain_before_the_container_is_killed() -> None:
    """The engine waits longer than drain_seconds."""
    for name in OURS:
        assert int(service(name)["stop_grace_period"].removesuffix("s")) > Settings().drain_seconds


def test_images_are_named_by_version() -> None:
    """Nothing is `latest`: what was tried is what is started."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    images = {name: found["image"] for name, found in compose()["services"].items()}
    assert all(re.search(r":\d+\.\d+", image) for image in images.values())
    assert {images[name] for name in OURS} == {f"callbot:{version}"}
    bases = [step.words[0] for step in dockerfile() if step.name == "FROM"]
    assert all(re.fullmatch(r"debian:\d+\.\d+-slim", base) for base in bases)


def test_asterisk_speaks_our_media_websocket() -> None:
    """chan_websocket has its JSON control from 23.2 (22.8, 20.18) on."""
    version = re.match(r"andrius/asterisk:(\d+)\.(\d+)", service("asterisk")["image"])
    assert version
    assert (int(version[1]), int(version[2])) >= (23, 2)


def test_the_build_copies_what_exists_and_what_dockerignore_lets_through() -> None:
    """Every source of COPY is tracked by the project, and an exception of .dockerignore; there are no others."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert lines[1] == "*"
    let_through = {line.removeprefix("!") for line in lines if line.startswith("!")}
    copied = set()
    for step in dockerfile():
        if step.name == "COPY" and not step.words[0].startswith("--from"):
            copied |= set(step.words[:-1])
    assert {path.split("/")[0] for path in copied} == {path.split("/")[0] for path in let_through}
    assert [path for path in copied | let_through if not (ROOT / path).exists()] == []


def test_the_build_uses_the_commands_of_a_machine() -> None:
    """The image is made by the Makefile's own targets, its packages by the lock with hashes."""
    runs = " ".join(step.text for step in dockerfile() if step.name == "RUN")
    assert "make setup" in runs
    assert "--require-hashes -r requirements.lock" in runs
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"^setup:", makefile, re.M)
    assert "$(VENV)/bin/python:" in makefile
    assert "--require-hashes -r requirements.lock" in makefile


def test_the_image_runs_as_nobody_special_and_its_variables_are_settings() -> None:
    """The last stage has a user of its own; each CALLBOT_… of the Dockerfile is a setting."""
    steps = dockerfile()
    last = steps[[step.name for step in steps].index("FROM", 1) :]
    assert [step.words for step in last if step.name == "USER"] == [("callbot",)]
    named = {word.split("=")[0] for step in steps if step.name == "ENV" for word in step.words}
    ours = {name.removeprefix(PREFIX).lower() for name in named if name.startswith(PREFIX)}
    assert ours == {"data_dir"} & set(Settings.model_fields)


def test_what_the_operator_may_choose_is_documented() -> None:
    """Every variable of docker-compose.yml is in docs/deploiement.md, and every service."""
    page = (ROOT / "docs/deploiement.md").read_text(encoding="utf-8")
    assert [name for name in variables() | set(compose()["services"]) if f"`{name}`" not in page] == []


def secret(local: Path, name: str) -> str:
    """A secret that prepare.sh made."""
    return (local / "secrets" / name).read_text(encoding="utf-8")

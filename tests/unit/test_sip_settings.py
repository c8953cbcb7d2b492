"""The settings of SIP fit together: each mistake is one line that names the setting and the mend."""

import subprocess
from pathlib import Path

import pytest

from callbot import sip_settings
from callbot.config import load
from callbot.errors import SettingsError
from sip_bridge.leg import LegError
from sip_bridge.sockets import choose_port

REGISTERED = {"CALLBOT_SIP_MODE": "registered", "CALLBOT_SIP_PASSWORD": "tres-secret"}


@pytest.mark.parametrize(
    ("environ", "line"),
    [
        (
            {"CALLBOT_SIP_HOST": "partout"},
            "CALLBOT_SIP_HOST: 'partout' is not an IP address to bind",
        ),
        (
            {"CALLBOT_SIP_PEERS": "le standard"},
            "CALLBOT_SIP_PEERS: 'le standard' is not IP addresses or networks, separated by commas",
        ),
        (
            {"CALLBOT_SIP_CODECS": "pcma,opus"},
            "CALLBOT_SIP_CODECS: 'pcma,opus' is not a list of pcma, pcmu, g722, each at most once",
        ),
        (
            {"CALLBOT_SIP_CODECS": ""},
            "CALLBOT_SIP_CODECS: '' is not a list of pcma, pcmu, g722, each at most once",
        ),
        (
            {"CALLBOT_SIP_DOMAIN": "sip:pbx"},
            "CALLBOT_SIP_DOMAIN: 'sip:pbx' is not host or host:port",
        ),
        (
            {"CALLBOT_SIP_USER": "a;b"},
            "CALLBOT_SIP_USER: 'a;b' is not an extension or SIP user (letters, figures and . _ + * ~ ! % -)",
        ),
        (
            {"CALLBOT_SIP_RTP_PORTS": "20000"},
            "CALLBOT_SIP_RTP_PORTS: '20000' is not two ports, first-last",
        ),
        (
            {"CALLBOT_SIP_RTP_PORTS": "24000-20000"},
            "CALLBOT_SIP_RTP_PORTS: '24000-20000' is not first-last within 1024–65535",
        ),
        (
            {"CALLBOT_SIP_RTP_PORTS": "20000-70000"},
            "CALLBOT_SIP_RTP_PORTS: '20000-70000' is not first-last within 1024–65535",
        ),
        (
            {"CALLBOT_SIP_RTP_PORTS": "20000-20039"},
            "CALLBOT_SIP_RTP_PORTS: 40 ports are too few: max_calls 20 and max_waiting 30 need 200, 4 a call",
        ),
        (
            {"CALLBOT_SIP_RTP_PORTS": "5000-6000"},
            "CALLBOT_SIP_RTP_PORTS: sip_port 5070 is among them; choose other ports; "
            "CALLBOT_SIP_RTP_PORTS: sip_tls_port 5071 is among them; choose other ports",
        ),
        (
            {"CALLBOT_SIP_PORT": "8081"},
            "CALLBOT_SIP_PORT: 8081 is media_port already; choose another",
        ),
        (
            {"CALLBOT_SIP_HOST": "0.0.0.0"},
            "CALLBOT_SIP_PEERS: sip_host 0.0.0.0 is open to other machines, so say which may call, "
            "for instance 192.168.1.20 or 192.168.1.0/24",
        ),
        (
            {"CALLBOT_SIP_MODE": "registered"},
            "CALLBOT_SIP_PASSWORD: sip_mode registered needs it: that extension's password",
        ),
        (
            REGISTERED | {"CALLBOT_SIP_USER": "", "CALLBOT_SIP_DOMAIN": ""},
            "CALLBOT_SIP_USER: sip_mode registered needs it: the extension that the PBX gave callbot; "
            "CALLBOT_SIP_DOMAIN: sip_mode registered needs it: the PBX, host or host:port",
        ),
        (
            {"CALLBOT_SIP_CERTIFICATE": "nowhere.pem"},
            "CALLBOT_SIP_CERTIFICATE: 'nowhere.pem' cannot be read (No such file or directory)",
        ),
        (
            {"CALLBOT_SIP_CERTIFICATE": "LICENSE"},
            "CALLBOT_SIP_CERTIFICATE: 'LICENSE' is not a PEM file with a certificate and its key, without a passphrase",
        ),
        (
            {"CALLBOT_SIP_CA": "LICENSE"},
            "CALLBOT_SIP_CA: 'LICENSE' is not a PEM file with certificates of authorities",
        ),
        (
            {"CALLBOT_MUSIC": "nowhere.wav"},
            "CALLBOT_MUSIC: nowhere.wav: No such file or directory; "
            "name a WAV file, or leave it empty for our own piano piece",
        ),
    ],
)
def test_a_mistake_is_named(environ: dict[str, str], line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which setting, what is wrong, and what to write instead."""
    monkeypatch.chdir(Path(__file__).parents[2])
    with pytest.raises(SettingsError) as caught:
        load(environ)
    assert str(caught.value) == line


@pytest.mark.parametrize(
    "environ",
    [
        {"CALLBOT_SIP_HOST": "0.0.0.0", "CALLBOT_SIP_PEERS": "127.0.0.1,192.168.1.0/24"},
        {"CALLBOT_SIP_HOST": "192.168.1.2", "CALLBOT_SIP_DOMAIN": "[fd00::1]:5060"} | REGISTERED,
        {"CALLBOT_SIP_TLS_PORT": "8081"},
        {"CALLBOT_SIP_MODE": "off", "CALLBOT_SIP_HOST": "0.0.0.0", "CALLBOT_SIP_CA": "nowhere.pem"},
    ],
    ids=["network", "registered", "tls-port-without-certificate", "off"],
)
def test_what_is_right_is_taken(environ: dict[str, str]) -> None:
    """Nor is anything looked at when SIP is off."""
    load(environ)


def test_without_authorities_tls_needs_one_to_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system has a list of its own, that is enough."""
    load({"CALLBOT_SIP_TRANSPORT": "tls"})
    none = sip_settings.ssl.get_default_verify_paths()._replace(cafile=None)
    monkeypatch.setattr(sip_settings.ssl, "get_default_verify_paths", lambda: none)
    with pytest.raises(SettingsError, match="CALLBOT_SIP_CA: sip_transport tls needs it"):
        load({"CALLBOT_SIP_TRANSPORT": "tls"})


def test_a_certificate_is_taken_with_its_key(tmp_path: Path) -> None:
    """One PEM file with both; its port must then be free of the others; a key alone is not enough."""
    key, both = tmp_path / "key.pem", tmp_path / "both.pem"
    make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=callbot"
    subprocess.run([*make.split(), "-keyout", key, "-out", both], check=True, capture_output=True)
    with pytest.raises(SettingsError, match=r"CALLBOT_SIP_CERTIFICATE: .* is not a PEM file"):
        load({"CALLBOT_SIP_CERTIFICATE": str(key)})
    with both.open("a", encoding="ascii") as file:
        file.write(key.read_text(encoding="ascii"))
    tls = {"CALLBOT_SIP_CERTIFICATE": str(both), "CALLBOT_SIP_CA": str(both)}
    assert load(tls).sip_certificate == both
    with pytest.raises(SettingsError, match="CALLBOT_SIP_TLS_PORT: 5070 is sip_port already; choose another"):
        load(tls | {"CALLBOT_SIP_TLS_PORT": "5070"})


def test_the_password_does_not_show() -> None:
    """Neither in repr nor in an error line."""
    assert "tres-secret" not in repr(load(REGISTERED))
    with pytest.raises(SettingsError) as caught:
        load(REGISTERED | {"CALLBOT_SIP_USER": ""})
    assert "tres-secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("environ", "warned"),
    [
        ({}, []),
        ({"CALLBOT_SIP_SRTP": "required", "CALLBOT_SIP_TRANSPORT": "tls"}, []),
        ({"CALLBOT_SIP_SRTP": "required"}, ["sip_srtp"]),
        (REGISTERED, []),
        (REGISTERED | {"CALLBOT_SIP_DOMAIN": "pbx.ville.fr:5060"}, ["sip_host"]),
        ({"CALLBOT_SIP_SRTP": "required", "CALLBOT_SIP_MODE": "off"}, []),
    ],
)
def test_what_works_otherwise_than_meant_is_told(
    environ: dict[str, str], warned: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A warning, not a refusal."""
    monkeypatch.setattr(sip_settings, "LOCAL_PORTS", Path("/nowhere"))
    assert [name for name, _text in sip_settings.warnings(load(environ))] == warned


@pytest.mark.parametrize(
    ("local", "reserved", "told"),
    [
        ("32768\t60999", "", []),
        ("1024\t60999", "", ["20000-24000"]),
        ("23000\t60999", "8080", ["23000-24000"]),
        ("23000\t60999", "8080,20000-24000", []),
        ("23000\t60999", "23000-23500,23501-24000", []),
        ("what", "", []),
    ],
)
def test_ports_of_sound_that_the_machine_gives_away(
    local: str, reserved: str, told: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of connections going out, but for reserved ones; where the system does not say, nothing is."""
    for name, text in (("LOCAL_PORTS", local), ("RESERVED_PORTS", reserved)):
        (tmp_path / name).write_text(text + "\n", encoding="ascii")
        monkeypatch.setattr(sip_settings, name, tmp_path / name)
    assert [
        text.split()[0] for name, text in sip_settings.warnings(load({})) if name == "sip_rtp_ports"
    ] == told


@pytest.mark.parametrize("port", ["0", "15990"])
def test_an_address_of_another_machine_is_told_as_such(port: str) -> None:
    """Whether the port is given or not, the host is to blame."""
    settings = load(
        {"CALLBOT_SIP_HOST": "192.0.2.77", "CALLBOT_SIP_PEERS": "192.0.2.1", "CALLBOT_SIP_PORT": port}
    )
    with pytest.raises(LegError) as caught:
        choose_port(settings)
    assert str(caught.value) == (
        "CALLBOT_SIP_HOST: no network interface of this machine has the address 192.0.2.77"
    )

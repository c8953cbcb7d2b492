"""SIP, people's telephones and the waiting queue."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr

from callbot.settings.kinds import HOST_AND_PORT, SIP_USER, Part, Port

__all__ = ["Telephone"]


class Telephone(Part):
    """SIP, people's telephones and the waiting queue."""

    sip_mode: Literal["peer", "registered", "off"] = Field(
        "peer",
        description="peer: calls come straight to sip_port from the addresses in sip_peers (a softphone, a trunk, a PBX). "
        "registered: an extension of the PBX sip_domain. off: no SIP.",
    )
    sip_host: str = Field(
        "127.0.0.1",
        description="Address that SIP and RTP bind. Beyond the loopback, say in sip_peers who may call.",
    )
    sip_port: Port = Field(5070, description="Port of SIP over UDP and TCP.")
    sip_tls_port: Port = Field(5071, description="Port of SIP over TLS; open only with a sip_certificate.")
    sip_peers: tuple[str, ...] = Field(
        ("127.0.0.1",),
        description="Addresses or networks (192.168.1.0/24) whose calls are taken; in registered mode the PBX's is added.",
    )
    sip_domain: str = Field(
        "127.0.0.1",
        pattern=HOST_AND_PORT,
        description="The PBX or trunk: host or host:port. Extensions of the services are dialled there.",
    )
    sip_proxy: str = Field(
        "",
        pattern=HOST_AND_PORT,
        description="Outbound proxy (host or host:port) where it is not sip_domain.",
    )
    sip_transport: Literal["udp", "tcp", "tls"] = Field(
        "udp", description="How requests of ours reach sip_domain."
    )
    sip_user: str = Field("callbot", pattern=SIP_USER, description="Our extension or user name at the PBX.")
    sip_password: SecretStr = Field(SecretStr(""), description="Its password.")
    sip_auth_user: str = Field(
        "", pattern=SIP_USER, description="The name to authenticate with where it is not sip_user."
    )
    sip_codecs: tuple[str, ...] = Field(
        ("pcma", "pcmu", "g722"), description="Codecs taken and offered, in order: pcma, pcmu, g722."
    )
    sip_dtmf: Literal["rtpevent", "info", "auto"] = Field(
        "rtpevent", description="How we send keys to the PBX; keys of callers are understood in every form."
    )
    sip_srtp: Literal["off", "optional", "required"] = Field(
        "off", description="SDES-SRTP; use it with sip_transport tls, or the keys travel in the clear."
    )
    sip_certificate: Path | None = Field(
        None, description="PEM file with our TLS certificate and its key; empty: no TLS is offered."
    )
    sip_ca: Path | None = Field(
        None, description="PEM file of the authorities that may sign the PBX's certificate."
    )
    sip_rtp_ports: str = Field(
        "20000-24000", pattern=r"^\d+-\d+$", description="UDP ports of the sound, first-last; four per call."
    )
    sip_rtp_sources: Literal["negotiated", "any"] = Field(
        "negotiated",
        description="Whose sound is taken into a call: only the address that was agreed on and the one that signals, or anybody's.",
    )
    sip_rtp_timeout_seconds: int = Field(
        30, ge=0, le=600, description="A caller whose sound stops for this long is gone; 0: never."
    )
    sip_hold_minutes: int = Field(
        15,
        ge=0,
        le=240,
        description="A call that is on hold, and of which nothing at all comes (music, RTCP) for this long, is gone; 0: never.",
    )
    transfer: Literal["bridge", "refer", "attended"] = Field(
        "bridge",
        description="How a SIP caller gets to a person. bridge: we ring them, brief them and stay in the middle. attended: the same, "
        "then the PBX joins both (REFER with Replaces). refer: blind transfer, the PBX rings them.",
    )
    ring_seconds: int = Field(
        20,
        ge=5,
        le=120,
        description="How long a person's telephone rings; in the queue the next one's then does.",
    )
    wrap_up_seconds: int = Field(
        30,
        ge=0,
        le=900,
        description="Time that an agent has after a call before they are offered the next caller; 0: none.",
    )
    queue_overflow_seconds: int = Field(
        180,
        ge=0,
        le=3600,
        description="Waiting after which a caller is also offered to agents of the services that help out, and to those who do not "
        "speak their language; 0: at once.",
    )
    queue_announce_seconds: int = Field(
        60,
        ge=0,
        le=600,
        description="How often a waiting caller hears their position and how long it may take; 0: at the start only.",
    )
    queue_callback_seconds: int = Field(
        120,
        ge=0,
        le=3600,
        description="Waiting after which a caller is asked whether they would rather be called back, and keep their place.",
    )
    queue_callback_again_minutes: int = Field(
        15,
        ge=1,
        le=1440,
        description="Who was to be called back in their turn and did not answer is called again no sooner than this.",
    )
    queue_callback_tries: int = Field(
        3,
        ge=1,
        le=20,
        description="Calls back in vain after which the place in the queue is given up; the request stays in the list /rappels.",
    )
    queue_kept_minutes: int = Field(
        10,
        ge=0,
        le=120,
        description="How long the place of a waiting caller who hung up is kept for their number; 0: not at all.",
    )
    transfer_numbers: tuple[str, ...] = Field(
        (),
        description="Telephones besides services and colleagues that a receptionist may pass a caller on to, separated by commas; x is any "
        "figure: 2xx, 0199xxxxxx, 0199000001. Nothing else is dialled; empty: none.",
    )
    music: Path | None = Field(
        None,
        description="WAV file that callers hear while they wait for a person; empty: our own piano piece.",
    )
    bridge_url: str = Field(
        "",
        pattern=r"^(wss?://[\w.:\[\]-]+(/[\w./~-]*)?)?$",
        description="For a SIP bridge that runs by itself (python -m sip_bridge): the service's media WebSocket; "
        "empty: ws://127.0.0.1 at media_port.",
    )

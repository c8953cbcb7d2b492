"""Our settings in the words of baresip: its configuration and its accounts."""

import ssl
from pathlib import Path

from baresip import Account, Config

from callbot.config import Settings
from sip_bridge.headers import EXPOSED
from sip_bridge.leg import Codec
from sip_bridge.sockets import listens_with_tls

__all__ = ["AUDIO_SLOTS", "accounts", "configuration"]

AUDIO_SLOTS = 250
"""The library holds 256 sounds at once; a few stay free for calls that are being refused."""
REGISTER_AGAIN_SECONDS = 300
_CODECS = {Codec.PCMA: "pcma", Codec.PCMU: "pcmu", Codec.G722: "g722/16000/1"}
_SRTP = {"off": (), "optional": ("mediaenc=srtp",), "required": ("mediaenc=srtp-mand",)}


def configuration(settings: Settings, port: int) -> Config:
    """The stack-wide settings."""
    host = "127.0.0.1" if settings.sip_host == "localhost" else settings.sip_host
    address = f"[{host}]" if ":" in host else host
    has_tls = listens_with_tls(settings)
    lines = [
        f"sip_listen {address}:{port}",
        f"sip_transports udp,tcp{',tls' if has_tls else ''}",
        f"sip_trans_def {settings.sip_transport}",
        f"rtp_ports {settings.sip_rtp_ports}",
        "dns_getaddrinfo yes",  # as the rest of the machine resolves names, /etc/hosts included
        "rtp_tos 184",
        "sip_tos 160",
        "call_hold_other_calls no",
        "audio_jitter_buffer_ms 20-200",
    ]
    if settings.sip_certificate:
        lines.append(f"sip_certificate {settings.sip_certificate.resolve()}")
    if settings.sip_transport == "tls" or settings.sip_ca:
        lines += [f"sip_cafile {authorities(settings)}", "sip_verify_server yes"]
    return Config(
        net_interface=None if host in ("0.0.0.0", "::") else host,  # noqa: S104 – a comparison
        max_concurrent_calls=min(2 * settings.most_calls + 10, AUDIO_SLOTS),
        rtp_timeout=0,  # liveness.py keeps that clock
        expose_headers=EXPOSED,
        sip_trace=True,
        extra_config_text="\n".join(lines) + "\n",
    )


def authorities(settings: Settings) -> Path:
    """The file of the authorities whose certificates we believe: sip_ca, else the system's list."""
    system = ssl.get_default_verify_paths()
    return (settings.sip_ca or Path(system.cafile or system.openssl_cafile)).resolve()


def accounts(settings: Settings) -> list[Account]:
    """The account that we dial from, first; in peer mode one more for each other transport, for the library matches them."""
    codecs = tuple(_CODECS[Codec(name)] for name in settings.sip_codecs)
    extra = ("video_codecs=", "catchall=yes", *_SRTP[settings.sip_srtp])
    if settings.sip_mode == "registered":
        return [
            Account(
                settings.sip_user,
                settings.sip_domain,
                settings.sip_password.get_secret_value(),
                registrar=settings.sip_proxy or None,
                reg_interval=REGISTER_AGAIN_SECONDS,
                transport=settings.sip_transport,
                audio_codecs=codecs,
                dtmf_mode=settings.sip_dtmf,
                auth_user=settings.sip_auth_user or None,
                extra_params=extra,
            )
        ]
    transports = ["udp", "tcp", *(["tls"] if listens_with_tls(settings) else [])]
    transports.sort(key=lambda transport: transport != settings.sip_transport)
    return [
        Account(
            settings.sip_user,
            settings.sip_domain,
            settings.sip_password.get_secret_value(),
            registrar=settings.sip_proxy or None,
            reg_interval=0,
            transport=transport,  # type: ignore[arg-type]
            audio_codecs=codecs,
            dtmf_mode=settings.sip_dtmf,
            auth_user=settings.sip_auth_user or None,
            extra_params=extra,
        )
        for transport in transports
    ]

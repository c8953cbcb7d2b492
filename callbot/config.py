"""Settings: one typed, documented list, read once from `callbot.toml` and `CALLBOT_…`, refused by name.

Order of precedence: environment, then the file, then the defaults below. `docs/settings.md` is generated from
this list (`python -m callbot.settings_page`); a test fails when it is out of date.
"""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from callbot import sip_settings
from callbot.errors import SettingsError
from callbot.humans.transfer_numbers import normal_pattern

PREFIX = "CALLBOT_"
CONFIG_VARIABLE = "CALLBOT_CONFIG"
FILE_SUFFIX = "_FILE"
"""`CALLBOT_MEDIA_TOKEN_FILE` names the file that holds `media_token`, as Docker and systemd hand secrets over."""
DEFAULT_FILE = Path("callbot.toml")

HOST_AND_PORT = r"^((\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?)?$"
ADDRESS = r"^([^@\s,;<>\"]+@[A-Za-z0-9.-]+)?$"
SIP_USER = r"^[A-Za-z0-9._+*~!%-]*$"

ROLES = ("receptionist", "supervisor", "manager", "administrator")
"""Of accounts, narrowest first (`accounts.Role`)."""

Port = Annotated[int, Field(ge=0, le=65535)]
"""A TCP port; 0 lets the system choose (tests do)."""


IN_WORDS = {
    "host": "an IP address to bind",
    "sip_host": "an IP address to bind",
    "media_public_url": "an address such as wss://callbot.ville.fr/media",
    "bridge_url": "an address such as ws://127.0.0.1:8081/media",
    "sip_peers": "IP addresses or networks, separated by commas",
    "sip_domain": "host or host:port",
    "sip_proxy": "host or host:port",
    "sip_user": "an extension or SIP user (letters, figures and . _ + * ~ ! % -)",
    "sip_auth_user": "an extension or SIP user (letters, figures and . _ + * ~ ! % -)",
    "sip_codecs": "a list of " + ", ".join(sip_settings.CODECS) + ", each at most once",
    "sip_rtp_ports": "two ports, first-last",
    "report_to": "e-mail addresses, separated by commas",
    "report_from": "an e-mail address",
    "report_at": "a time of day (HH:MM)",
    "report_kinds": "one or more of day, week, month, separated by commas",
    "webhook_url": "an https address (http only on this machine)",
    "language_model_url": "an address such as http://127.0.0.1:11434/v1",
    "oidc_issuer": "an https address (http only on this machine)",
    "oidc_roles": "value=role with a role of receptionist, supervisor, manager, administrator, separated by commas",
}
"""What settings that are text may be."""


class Settings(BaseModel):
    """Every setting of the service. Names in `callbot.toml` are these; in the environment `CALLBOT_` + upper case."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=False)

    # Where things are kept
    data_dir: Path = Field(
        Path("var"), description="Folder for the database, rendered prompts, the trained router and secrets."
    )
    models_dir: Path = Field(Path("models"), description="Folder of speech-to-text models.")
    voices_dir: Path = Field(Path("voices"), description="Folder of text-to-speech voices.")
    knowledge_dir: Path | None = Field(
        None, description="Folder of the commune's knowledge base; empty: the demonstration commune."
    )
    database_url: str = Field(
        "",
        description="Address of the database; empty: an SQLite file in data_dir. PostgreSQL: postgresql+asyncpg://user@host/name.",
    )

    # Where it listens
    host: str = Field(
        "127.0.0.1",
        description="Address that all listeners bind. Beyond the loopback, media_token is required.",
    )
    web_port: Port = Field(8080, description="Port of the pages.")
    media_port: Port = Field(
        8081,
        description="Port of the media WebSocket (Asterisk chan_websocket, Twilio Media Streams, browser telephone).",
    )
    audiosocket_port: Port = Field(8082, description="Port of AudioSocket.")
    media_token: SecretStr = Field(
        SecretStr(""),
        description="Secret that a PBX gives in the media address (?token=…, or /twilio/…); empty: none asked, loopback only.",
    )
    audiosocket_peers: tuple[str, ...] = Field(
        ("127.0.0.1",), description="Addresses that may open an AudioSocket (it carries no secret)."
    )

    media_public_url: str = Field(
        "",
        pattern=r"^(wss?://[\w.:\[\]-]+(/[\w./~-]*)?)?$",
        description="The media WebSocket behind a proxy, for browsers (wss://callbot.ville.fr/media); empty: the page's host, media_port.",
    )

    # Calls
    max_calls: int = Field(
        20, ge=1, le=500, description="Calls held at once; the next one is refused politely (busy)."
    )
    drain_seconds: int = Field(
        30, ge=0, le=600, description="How long calls in progress may go on after SIGTERM."
    )
    no_input_ms: int = Field(
        7000,
        ge=1000,
        le=60000,
        description="Silence of the caller, after a question, that counts as no input.",
    )
    end_of_turn_ms: int = Field(
        500,
        ge=200,
        le=3000,
        description="Pause after speech that ends the caller's turn, when they have said a whole sentence, or what they ask is certain.",
    )
    end_of_turn_short_ms: int = Field(
        400,
        ge=200,
        le=3000,
        description="The same after a short answer to a question of ours: « oui », « le deuxième ».",
    )
    end_of_turn_likely_ms: int = Field(
        700,
        ge=200,
        le=3000,
        description="The same after what may be a whole sentence.",
    )
    end_of_turn_unfinished_ms: int = Field(
        900,
        ge=200,
        le=4000,
        description="The same after an unfinished sentence (« je voudrais… »), or while what was said is not known yet.",
    )
    end_of_turn_number_ms: int = Field(
        1500,
        ge=200,
        le=5000,
        description="The same while a telephone number is being told, or where something lies.",
    )
    end_of_turn_rhythm_ms: int = Field(
        300,
        ge=0,
        le=2000,
        description="The most that is added to these for a caller who pauses long inside their sentences; 0: all are treated alike.",
    )
    whole_threshold: float = Field(
        0.8,
        ge=0,
        le=1,
        description="Probability that a sentence is whole at or above which it is waited for no longer than end_of_turn_ms.",
    )
    unfinished_threshold: float = Field(
        0.1,
        ge=0,
        le=1,
        description="The same at or below which end_of_turn_unfinished_ms is waited; in between the wait is between that and "
        "end_of_turn_likely_ms.",
    )
    known_threshold: float = Field(
        0.9,
        ge=0,
        le=1,
        description="Confidence at or above which what a caller asks for is known before their turn ends: it is then waited for no longer "
        "than end_of_turn_ms.",
    )
    rescue_ms: int = Field(
        1300,
        ge=0,
        le=5000,
        description="A caller who goes on within this time after their last word was not finished: the bot is silent, and reads both "
        "parts as one; 0: never.",
    )
    pause_ms: int = Field(
        64,
        ge=60,
        le=2000,
        description="Pause after speech at which the transcript is prepared, in case the turn ends; with more calls than stt_workers "
        "it takes at least 200 ms, under load 400 (docs/architecture.md, « Load »).",
    )
    max_utterance_ms: int = Field(
        28000, ge=5000, le=29000, description="Longest utterance taken in one piece."
    )
    hold_ms: int = Field(
        64,
        ge=0,
        le=1000,
        description="Speech of the caller for which the bot falls silent in the middle of a sentence, and goes on with it when nothing was "
        "meant. 0: it speaks on until it is interrupted.",
    )
    barge_in_ms: int = Field(
        500,
        ge=100,
        le=3000,
        description="Speech of the caller over a sentence that is an interruption, and no short sound, where it may be interrupted.",
    )
    hold_music_ms: int = Field(
        120_000,
        ge=10_000,
        le=900_000,
        description="How long the bot waits where it hears music and no words (the caller has put it on hold); then it hangs up.",
    )
    max_call_ms: int = Field(
        900_000, ge=30_000, description="Longest call; then the caller is handed to a person."
    )

    # Telephone (SIP)
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

    # Engines
    engine: Literal["auto", "vosk", "whisper"] = Field(
        "auto",
        description="Speech to text. auto: the first one of the catalogue that this machine has or can have.",
    )
    stt_model: str = Field("", description="Name in models.toml; empty: the engine's default.")
    stt_fast_model: str = Field(
        "",
        description="Name in models.toml, or a folder in models_dir, of a faster model that hears new utterances while the load is high "
        "(docs/architecture.md, « Load »), in the languages it knows; empty: none, and that level is skipped.",
    )
    stt_workers: int = Field(2, ge=1, le=64, description="Threads that transcribe, shared by all calls.")
    lines_busy_ms: int = Field(
        2500,
        ge=0,
        le=60_000,
        description="When finished turns wait so long to be transcribed, and nothing else is left to be spared, new callers are told "
        "that all lines are busy and go to the reception (docs/architecture.md, « Load »); 0: never.",
    )
    stt_prompt: Literal["off", "commune"] = Field(
        "off",
        description="What Whisper is told before it listens. commune: the name and the words of the knowledge base; "
        "docs/benchmarks.md has what that gains and costs. Vosk has nothing of the kind.",
    )
    tts: Literal["auto", "piper", "kokoro", "pico"] = Field(
        "auto",
        description="Text to speech. auto: the first one of the catalogue that this machine has or can have.",
    )
    voice: str = Field("", description="Name in voices.toml; empty: the engine's default.")

    slow_speed: float = Field(
        0.8,
        ge=0.5,
        le=1,
        description="Speed of the voice, of its usual one, for a caller who said « plus lentement ».",
    )

    # Understanding
    answer_threshold: float = Field(
        0.85,
        ge=0,
        le=1,
        description="Confidence at or above which a validated answer is spoken; the default keeps wrong ones under 2 %.",
    )
    confirm_threshold: float = Field(
        0.3,
        ge=0,
        le=1,
        description="Confidence at or above which the bot asks « C'est bien ça ? » before it answers; below it, it has not understood.",
    )
    clarify_threshold: float = Field(
        0.5,
        ge=0,
        le=1,
        description="Confidence of the two likeliest questions together at or above which the bot asks "
        "« Est-ce pour … ? Ou bien pour … ? », where they are close and neither is sure.",
    )
    clarify_ratio: float = Field(
        0.4,
        ge=0,
        le=1,
        description="Two questions are close when the second one's confidence is at least this share of the first one's.",
    )
    no_match_limit: int = Field(
        3,
        ge=1,
        le=5,
        description="Failures in a row (not understood, or silence) before a person is announced; "
        "before the last one, explicit choices and keys are offered.",
    )

    callbacks: bool = Field(
        True,
        description="Whether the bot notes down whom to call back (`callbot callbacks list`); "
        "false: a person notes it, and nothing is offered when nobody is there.",
    )

    # Statistics
    service_level_seconds: int = Field(
        60, ge=5, le=600, description="A caller who has a person within these seconds was served well."
    )

    # Satisfaction
    satisfaction_share: float = Field(
        0.1,
        ge=0,
        le=1,
        description="Share of the answered callers who are asked how satisfied they are; 0: none.",
    )
    satisfaction_again_days: int = Field(
        90, ge=0, le=3650, description="Days in which the same number is not asked again."
    )
    satisfaction_comment_up_to: int = Field(
        2,
        ge=0,
        le=5,
        description="Who gives this score or less is asked for a comment; 0: nobody is, 5: everybody.",
    )

    message_seconds: int = Field(
        120,
        ge=0,
        le=600,
        description="Longest message that a caller may leave while nobody is there, in seconds of sound; 0: none is taken.",
    )
    message_mb: int = Field(
        1000,
        ge=1,
        le=1_000_000,
        description="Megabytes that all recordings of messages may take in data_dir; then none is taken any more.",
    )

    # Privacy
    transcript_days: int = Field(
        30, ge=0, le=3650, description="Days that transcripts are kept; then they are purged."
    )
    callback_days: int = Field(
        30,
        ge=1,
        le=365,
        description="Days that call-back requests are kept, with number, name and place; then they are purged.",
    )
    note_days: int = Field(
        30,
        ge=1,
        le=365,
        description="Days that receptionists' notes and the sentences they corrected are kept.",
    )
    caller_hash_days: int = Field(
        90,
        ge=8,
        le=1095,
        description="Days that a call keeps the keyed hash of its caller's number; after that nobody can tell whose it was.",
    )
    event_days: int = Field(
        1095,
        ge=1,
        le=3650,
        description="Days that the events of each call are kept, without words or numbers; figures that an upgrade counts anew need them.",
    )
    call_days: int = Field(
        1095,
        ge=31,
        le=3650,
        description="Days that a call's own row and its turns are kept; figures stay counted.",
    )
    access_days: int = Field(
        184, ge=30, le=1095, description="Days that the log of who looked at whose data is kept."
    )
    message_days: int = Field(
        30,
        ge=1,
        le=365,
        description="Days that messages are kept, recording and all, when nobody has handled them; the recording of one that "
        "is handled is erased at once.",
    )
    pseudonym_key_file: Path | None = Field(
        None,
        description="File with the key that pseudonymises callers' numbers; empty: one is made in data_dir.",
    )

    # Reports by e-mail
    report_to: tuple[str, ...] = Field(
        (), description="Who gets the report by e-mail: addresses, with commas in between; empty: nobody."
    )
    report_from: str = Field("", pattern=ADDRESS, description="The address that reports are sent from.")
    report_at: str = Field(
        "07:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="When, in Europe/Paris (HH:MM)."
    )
    report_kinds: tuple[str, ...] = Field(
        ("day", "week", "month"),
        description="Which ones: of yesterday every day, of the last week on Mondays, of the last month on its first day.",
    )
    smtp_host: str = Field("", description="The server that takes our e-mail.")
    smtp_port: int = Field(587, ge=1, le=65535, description="Its port: 587 for starttls, 465 for tls.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls",
        description="How the connection is secured; none: only without a password, or on this machine.",
    )
    smtp_user: str = Field("", description="Our name there; empty: the server asks for none.")
    smtp_password: SecretStr = Field(SecretStr(""), description="Our password there.")

    # Pages
    session_hours: int = Field(12, ge=1, le=168, description="Hours that a sign-in lasts at most.")
    session_idle_minutes: int = Field(
        60,
        ge=5,
        le=1440,
        description="Minutes after which a sign-in ends when no page is open any more; an open page asks for news, and is not idle.",
    )
    audit_days: int = Field(
        365,
        ge=30,
        le=3650,
        description="Days that the journal of who changed what is kept; then its lines are purged.",
    )
    oidc_issuer: str = Field(
        "",
        pattern=r"^(https://[\w.:\[\]-]+(/[\w./~-]*)?|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(/[\w./~-]*)?)?$",
        description="OpenID Connect: the identity provider's issuer address, under which /.well-known/openid-configuration is read; "
        "empty: sign-in by password only (docs/exploitation/acces.md).",
    )
    oidc_client_id: str = Field("", description="Our identifier at the provider.")
    oidc_client_secret: SecretStr = Field(
        SecretStr(""), description="Our secret at the provider; empty: a public client (PKCE alone)."
    )
    oidc_pkce: bool = Field(
        default=True,
        description="Whether PKCE is used; off only for a provider that refuses its parameters, as ProConnect does: then with a secret.",
    )
    oidc_scopes: str = Field(
        "openid profile email", description="What is asked for, with spaces in between; `openid` is required."
    )
    oidc_name_claim: str = Field(
        "preferred_username",
        description="The claim that gives a new account its name; `email` and `sub` are tried after it.",
    )
    oidc_role_claim: str = Field(
        "roles",
        description="The claim with the person's roles or groups: a text or a list, also in the depth (realm_access.roles).",
    )
    oidc_roles: tuple[str, ...] = Field(
        (),
        description="Which value of that claim gives which role, as value=role; the widest one counts, and who has none is not let in. "
        "Example: mairie-accueil=receptionist, mairie-dsi=administrator.",
    )
    oidc_button: str = Field(
        "Se connecter avec le compte de la mairie", min_length=1, description="What the sign-in button says."
    )
    api_requests_per_minute: int = Field(
        60, ge=1, le=6000, description="Requests that one token of the read API may make in a minute."
    )
    webhook_url: str = Field(
        "",
        pattern=r"^(https://[^\s@]+|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(/\S*)?)?$",
        description="Where each call that has ended is told (docs/api.md), signed with webhook_secret; empty: nowhere.",
    )
    webhook_secret: SecretStr = Field(
        SecretStr(""),
        description="The key of the signatures, `whsec_…`; `callbot webhooks secret` makes one.",
    )
    metrics_token: SecretStr = Field(
        SecretStr(""),
        description="Secret that Prometheus gives to read /metrics (Authorization: Bearer …); empty: only who has signed in may.",
    )
    language_model_url: str = Field(
        "",
        pattern=r"^(https?://[^\s?#]+)?$",
        description="Base address of an OpenAI-compatible language model that may draft answers for people to edit, and never speaks; "
        "empty: none.",
    )
    language_model: str = Field("", description="The model's name, as that address knows it.")
    language_model_key: SecretStr = Field(
        SecretStr(""), description="Key that the address asks for; empty: none."
    )
    language_model_seconds: int = Field(30, ge=1, le=300, description="How long its answer is waited for.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="What is logged, on standard error."
    )

    @field_validator(
        "knowledge_dir", "pseudonym_key_file", "sip_certificate", "sip_ca", "music", mode="before"
    )
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator(
        *(
            "audiosocket_peers",
            "sip_peers",
            "sip_codecs",
            "oidc_roles",
            "transfer_numbers",
            "report_to",
            "report_kinds",
        ),
        mode="before",
    )
    @classmethod
    def _comma_separated(cls, value: object) -> object:
        return (
            tuple(part.strip() for part in value.split(",") if part.strip())
            if isinstance(value, str)
            else value
        )

    @field_validator("host", "sip_host")
    @classmethod
    def _is_address(cls, value: str) -> str:
        ip_address("127.0.0.1" if value == "localhost" else value)
        return value

    @field_validator("sip_peers")
    @classmethod
    def _are_peers(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(map(sip_settings.is_peer, value)):
            raise ValueError("not addresses or networks")
        return value

    @field_validator("transfer_numbers")
    @classmethod
    def _are_numbers(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(normal_pattern, value))

    @field_validator("oidc_roles")
    @classmethod
    def _are_roles(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        pairs = [pair.rpartition("=") for pair in value]
        if not all(claimed.strip() and role.strip() in ROLES for claimed, _, role in pairs):
            raise ValueError("not value=role")
        return value

    @field_validator("report_to", "report_kinds")
    @classmethod
    def _are_for_reports(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        allowed = ADDRESS if info.field_name == "report_to" else r"^(day|week|month)$"
        if not all(one and re.match(allowed, one) for one in value):
            raise ValueError("not what it may be")
        return value

    @field_validator("sip_codecs")
    @classmethod
    def _are_codecs(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value or len(set(value)) < len(value) or not set(value) <= set(sip_settings.CODECS):
            raise ValueError("not codecs")
        return value

    @model_validator(mode="after")
    def _a_language_model_has_a_name(self) -> "Settings":
        if self.language_model_url and not self.language_model:
            raise ValueError("language_model_url needs language_model")
        return self

    @model_validator(mode="after")
    def _beyond_loopback_needs_a_secret(self) -> "Settings":
        if not sip_settings.is_loopback(self.host) and not self.media_token.get_secret_value():
            raise ValueError("media_token is required when host is not a loopback address")
        if self.oidc_issuer and not (self.oidc_client_id and self.oidc_roles):
            raise ValueError("oidc_issuer needs oidc_client_id and oidc_roles")
        if self.oidc_issuer and not self.oidc_pkce and not self.oidc_client_secret.get_secret_value():
            raise ValueError("oidc_pkce: false needs oidc_client_secret")
        if self.oidc_issuer and "openid" not in self.oidc_scopes.split():
            raise ValueError("oidc_scopes needs openid")
        if self.report_to and not (self.smtp_host and self.report_from):
            raise ValueError("report_to needs smtp_host and report_from")
        if self.smtp_security == "none" and self.smtp_user and not sip_settings.is_here(self.smtp_host):
            raise ValueError(
                "smtp_security none would send smtp_password for all to read: use starttls or tls"
            )
        if self.unfinished_threshold > self.whole_threshold:
            raise ValueError("unfinished_threshold must not be above whole_threshold")
        if self.webhook_url and not self.webhook_secret.get_secret_value():
            raise ValueError("webhook_url needs webhook_secret")
        if self.callback_days > self.call_days:
            raise ValueError("callback_days must not be above call_days")
        if self.confirm_threshold > self.answer_threshold:
            raise ValueError("confirm_threshold must not be above answer_threshold")
        ports = [port for port in (self.web_port, self.media_port, self.audiosocket_port) if port]
        if len(set(ports)) < len(ports):
            raise ValueError("web_port, media_port and audiosocket_port must differ")
        if self.pause_ms >= min(self.end_of_turn_ms, self.end_of_turn_short_ms):
            raise ValueError("pause_ms must be shorter than end_of_turn_ms and end_of_turn_short_ms")
        return self

    @property
    def database(self) -> str:
        """The SQLAlchemy address in use."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'callbot.db'}"


def load(environ: Mapping[str, str] | None = None, file: Path | None = None, **overrides: object) -> Settings:
    """Read the settings once: defaults, then `callbot.toml`, then the environment, then `overrides`.

    `file` (or `CALLBOT_CONFIG`) names another file; a named file that is missing is an error, the default one is optional.
    Raises SettingsError with one line that names each wrong setting where it was written.
    """
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    named: dict[str, str] = {}
    path = file or Path(environ.get(CONFIG_VARIABLE, "") or DEFAULT_FILE)
    if path.is_file():
        values = _read_file(path)
        named = {key: f"{path}: {key}" for key in values}
    elif file or environ.get(CONFIG_VARIABLE):
        raise SettingsError(f"{CONFIG_VARIABLE}: there is no file '{path}'")
    for variable, key, text in _from_environment(environ):
        values[key], named[key] = text, variable
    values.update(overrides)
    try:
        settings = Settings(**values)
    except ValidationError as error:
        raise SettingsError("; ".join(_line(item, named) for item in error.errors())) from None
    if wrong := [_named(key, text, named) for key, text in sip_settings.problems(settings)]:
        raise SettingsError("; ".join(wrong))
    return settings


def _from_environment(environ: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Variable, setting and value; the value of `CALLBOT_<SETTING>_FILE` is what that file holds, without the last line's end."""
    for variable, text in environ.items():
        if not variable.startswith(PREFIX) or variable == CONFIG_VARIABLE:
            continue
        key = variable.removeprefix(PREFIX).lower()
        direct = variable.removesuffix(FILE_SUFFIX)
        if direct == variable or key in Settings.model_fields or not _is_setting(direct):
            yield variable, key, text
        elif direct in environ:
            raise SettingsError(f"{direct} and {variable}: give one of them")
        else:
            yield variable, direct.removeprefix(PREFIX).lower(), _held(Path(text), variable)


def _is_setting(variable: str) -> bool:
    return variable.removeprefix(PREFIX).lower() in Settings.model_fields


def _held(path: Path, variable: str) -> str:
    """The value that a file holds; an empty one is refused: an empty secret would open what it is to close."""
    try:
        text = path.read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as error:
        raise SettingsError(f"{variable}: '{path}' cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{variable}: '{path}' is not text in UTF-8") from None
    if not text:
        raise SettingsError(f"{variable}: '{path}' is empty")
    return text


def _read_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"{path}: not readable as TOML: {error}") from None


def _line(item: Any, named: Mapping[str, str]) -> str:
    """One line that names the setting as the operator wrote it, the value, and what is allowed."""
    key = str(item["loc"][0]) if item["loc"] else ""
    where = _where(key, named) if key else "settings"
    if item["type"] == "extra_forbidden":
        return f"{where}: there is no such setting (see docs/settings.md)"
    allowed = allowed_values(key) if key else ""
    if not allowed:
        return f"{where}: {item['msg'].removeprefix('Value error, ')}"
    value = "***" if isinstance(item.get("input"), SecretStr) else repr(item.get("input"))
    return f"{where}: {value} is not {allowed}"


def _where(key: str, named: Mapping[str, str]) -> str:
    return named.get(key, PREFIX + key.upper())


def _named(key: str, text: str, named: Mapping[str, str]) -> str:
    return f"{_where(key, named)}: {text}"


def allowed_values(key: str) -> str:
    """In words what a setting may be, for error lines and `docs/settings.md`; empty for free text."""
    schema = Settings.model_json_schema()["properties"][key]
    if "enum" in schema:
        return "one of " + ", ".join(schema["enum"])
    kind = schema.get("type", "")
    low, high = schema.get("minimum"), schema.get("maximum")
    if key.endswith("_port") and low == 0:
        return "a port (1–65535, or 0 for any free one)"
    if key in IN_WORDS:
        return IN_WORDS[key]
    if kind in ("integer", "number"):
        noun = "a whole number" if kind == "integer" else "a number"
        return f"{noun} ({low}–{high})" if high is not None else f"{noun} ({low} or more)"
    return ""

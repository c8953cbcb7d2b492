"""Settings: one typed, documented list, read once from `callbot.toml` and `CALLBOT_…`, refused by name.

Order of precedence: environment, then the file, then the defaults below. `docs/settings.md` is generated from
this list (`python -m callbot.settings_page`); a test fails when it is out of date.
"""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import (
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from callbot import sip_settings
from callbot.errors import SettingsError
from callbot.humans.transfer_numbers import normal_pattern
from callbot.settings.calls import Calls
from callbot.settings.figures import FiguresSettings
from callbot.settings.kinds import ADDRESS, ROLES
from callbot.settings.pages import Pages
from callbot.settings.places import Places
from callbot.settings.privacy import Privacy
from callbot.settings.speech import Speech
from callbot.settings.telephone import Telephone
from callbot.settings.understanding import Understanding

PREFIX = "CALLBOT_"
CONFIG_VARIABLE = "CALLBOT_CONFIG"
FILE_SUFFIX = "_FILE"
"""`CALLBOT_MEDIA_TOKEN_FILE` names the file that holds `media_token`, as Docker and systemd hand secrets over."""
DEFAULT_FILE = Path("callbot.toml")


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
    "learn_at": "a time of day (HH:MM), or empty",
    "report_kinds": "one or more of day, week, month, separated by commas",
    "webhook_url": "an https address (http only on this machine)",
    "language_model_url": "an address such as http://127.0.0.1:11434/v1",
    "oidc_issuer": "an https address (http only on this machine)",
    "oidc_roles": "value=role with a role of receptionist, supervisor, manager, administrator, separated by commas",
}
"""What settings that are text may be."""

SILENCES_IN_ORDER = ("end_of_turn_ms", "end_of_turn_likely_ms", "end_of_turn_unfinished_ms")
"""After a whole sentence, one that may be whole, an unfinished one."""


class Settings(Pages, Privacy, FiguresSettings, Understanding, Speech, Telephone, Calls, Places):
    """Every setting of the service. Names in `callbot.toml` are these; in the environment `CALLBOT_` + upper case.

    The bases are written last to first, since pydantic takes the fields of the last one first.
    """

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
    def _calls_outlive_what_is_of_them(self) -> "Settings":
        if self.callback_days > self.call_days:
            raise ValueError("callback_days must not be above call_days")
        if self.event_days < self.call_days:
            raise ValueError(
                "event_days must not be below call_days: calls whose events are gone cannot be counted anew"
            )
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
        if self.confirm_threshold > self.answer_threshold:
            raise ValueError("confirm_threshold must not be above answer_threshold")
        ports = [port for port in (self.web_port, self.media_port, self.audiosocket_port) if port]
        if len(set(ports)) < len(ports):
            raise ValueError("web_port, media_port and audiosocket_port must differ")
        return self

    @model_validator(mode="after")
    def _silences_go_with_each_other(self) -> "Settings":
        """What is whole is waited for no longer than what may be, and that no longer than what is unfinished."""
        for shorter, longer in pairwise(SILENCES_IN_ORDER):
            if getattr(self, shorter) > getattr(self, longer):
                raise ValueError(f"{shorter} must not be above {longer}")
        for silence in (*SILENCES_IN_ORDER, "end_of_turn_short_ms", "end_of_turn_number_ms"):
            if self.pause_ms >= getattr(self, silence):
                raise ValueError(f"pause_ms must be shorter than {silence}")
        return self

    @property
    def database(self) -> str:
        """The SQLAlchemy address in use."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'callbot.db'}"

    @property
    def most_calls(self) -> int:
        """Calls of all kinds that this machine holds at once: those that the bot speaks to, and those that wait for people."""
        return self.max_calls + self.max_waiting


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

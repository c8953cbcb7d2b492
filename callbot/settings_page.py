"""Write `docs/settings.md` from the list of settings: `python -m callbot.settings_page > docs/settings.md`."""

import sys

from pydantic import SecretStr

from callbot.config import PREFIX, Settings, allowed_values

HEAD = """# Settings

Written from `callbot/settings/` by `python -m callbot.settings_page`; a test fails when this page is out of date.

Settings are read once, when callbot starts: first the defaults, then the file `callbot.toml` (or the one that
`CALLBOT_CONFIG` names), then variables of the environment. In the file a setting is `name = value`; in the environment it is
`CALLBOT_` and the name in capitals. With `_FILE` after it, the variable names a file that holds the value, as Docker and systemd
hand secrets over: `CALLBOT_SIP_PASSWORD_FILE=/run/secrets/sip_password`. A setting that does not exist, or a value that it
cannot have, stops callbot with one line that names it and exit code 2.

| setting | environment | default | what it is |
|---|---|---|---|
"""


def page() -> str:
    """The whole page, Markdown."""
    return HEAD + "".join(_row(name) for name in Settings.model_fields)


def _row(name: str) -> str:
    field = Settings.model_fields[name]
    default = field.default
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    if isinstance(default, tuple):
        default = ",".join(default)
    shown = f"`{default}`" if default not in ("", None) else "empty"
    allowed = allowed_values(name)
    described = f"{field.description} Allowed: {allowed}." if allowed else f"{field.description}"
    return f"| `{name}` | `{PREFIX}{name.upper()}` | {shown} | {described.replace('|', '∣')} |\n"


if __name__ == "__main__":
    sys.stdout.write(page())

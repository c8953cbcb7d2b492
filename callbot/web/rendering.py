"""Templates into responses: one environment, with what every page shows (who is signed in, where we are)."""

import datetime as dt
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from callbot.accounts import Account
from callbot.knowledge.motives import aspect_words, title_of
from callbot.web.navigation import ROLE_NAMES, places_for
from callbot.web.security import FORM_TOKEN_FIELD
from callbot.web.sessions import current_form_token

HERE = Path(__file__).parent
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip
NARROW_SPACE = "\u202f"
THEME_COOKIE = "callbot_theme"
"""What theme.js keeps there: light or dark; nothing while the system decides."""
THEMES = frozenset({"light", "dark"})


def french_number(value: int) -> str:
    """12345 as French readers write it: 12 345, with narrow spaces that do not break."""
    return f"{value:,}".replace(",", NARROW_SPACE)


def french_date(day: dt.date) -> str:
    """'lundi 1er décembre 2025'."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{DAYS[day.weekday()]} {number} {MONTHS[day.month - 1]} {day.year}"


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["nombre"] = french_number
    environment.filters["date"] = french_date
    environment.filters["motif"] = title_of
    environment.filters["aspect"] = aspect_words
    environment.globals["form_token_field"] = FORM_TOKEN_FIELD
    return environment


_ENVIRONMENT = _environment()


def render(request: Request, template: str, http_status: int = 200, **values: object) -> HTMLResponse:
    """The page `template` with `values`; what base.html shows (account, navigation, theme …) is there for every page."""
    account: Account | None = getattr(request.state, "account", None)
    theme = request.cookies.get(THEME_COOKIE, "")
    common = {
        "account": account,
        "commune": request.app.state.commune,
        "form_token": current_form_token(request),
        "path": request.url.path,
        "places": places_for(account.role) if account else (),
        "role_name": ROLE_NAMES[account.role] if account else "",
        "theme": theme if theme in THEMES else "",
    }
    return HTMLResponse(_ENVIRONMENT.get_template(template).render(common | values), http_status)

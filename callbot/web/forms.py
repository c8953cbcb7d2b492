"""Reading forms: text fields only, with the session's token checked before anything else is looked at."""

from starlette.requests import Request

from callbot.web.security import FORM_TOKEN_FIELD, FORM_TOKEN_HEADER, require_form_token

MOST_FIELDS = 64


async def checked_form(request: Request) -> dict[str, list[str]]:
    """The fields of a form of ours, each with all its values. Raises 403 without the session's token, in the form or in the header."""
    async with request.form(max_files=0, max_fields=MOST_FIELDS) as form:
        fields: dict[str, list[str]] = {}
        for name, value in form.multi_items():
            if isinstance(value, str):
                fields.setdefault(name, []).append(value)
    given = request.headers.get(FORM_TOKEN_HEADER) or text(fields, FORM_TOKEN_FIELD)
    require_form_token(request.state.session, given)
    return fields


def text(fields: dict[str, list[str]], name: str) -> str:
    """The first value of a field, empty when there is none."""
    return fields.get(name, [""])[0]


def address_of(request: Request) -> str:
    """Where a request comes from."""
    return request.client.host if request.client else ""


def page_number(given: str) -> int:
    """Of a list's pages, as an address has it; 1 for whatever is none."""
    return max(1, int(given)) if given.isascii() and given.isdigit() and len(given) < 5 else 1

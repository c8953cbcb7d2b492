"""Small decisions of the pages: where a sign-in may lead, what the home page says first, French numbers and dates."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.datastructures import Headers

from callbot.config import Settings, load
from callbot.errors import SettingsError
from callbot.load import Level
from callbot.web.home import Headline, headline
from callbot.web.rendering import french_date, french_number
from callbot.web.security import content_security_policy, form_token, is_from_another_site
from callbot.web.service import EngineState, TelephoneState, TelephoneStatus
from callbot.web.sessions import safe_suite
from callbot.web.status import telephone_line
from callbot.web.telephone import media_address
from tests.support.web_service import PICO, READY


@pytest.mark.parametrize("suite", ["/", "/telephone", "/etat?x=1&y=%C3%A9", "/a//b", "/a:b"])
def test_a_page_of_ours_is_followed(suite: str) -> None:
    """What stays on this site is left as it is."""
    assert safe_suite(suite) == suite


@pytest.mark.parametrize(
    "suite",
    ["", "telephone", "//ailleurs.example", "https://ailleurs.example/", "/\\ailleurs.example", "\\/ailleurs.example",
     "/\t/ailleurs.example", "/\n/ailleurs.example", "javascript:alert(1)", " /telephone", "///ailleurs.example", "/é"],
)  # fmt: skip
def test_another_site_is_not(suite: str) -> None:
    """What a browser could read as another site leads home."""
    assert safe_suite(suite) == "/"


def test_the_headline_says_the_worst_first() -> None:
    """Broken before preparing, preparing before busy, busy before fallback, else all is well."""
    fallback = replace(READY, voice=PICO)
    behind = replace(fallback, load=Level.LINES_BUSY)
    busy = replace(behind, calls_now=20)
    preparing = replace(busy, recognition=replace(READY.recognition, state=EngineState.PREPARING))
    broken = replace(preparing, voice=replace(PICO, state=EngineState.FAILED))
    said = [headline(status).text for status in (READY, fallback, behind, busy, preparing, broken)]
    assert said == [
        "Le service répond aux appels",
        "Le service répond, avec un moteur de secours",
        "Les nouveaux appels passent à l’accueil",
        "Toutes les lignes sont occupées",
        "Le service se prépare",
        "Le service ne peut pas répondre",
    ]


@pytest.mark.parametrize(
    ("status", "tone", "word", "sentence", "headlined"),
    [
        (
            TelephoneStatus(TelephoneState.READY, 5070, 3),
            "good",
            "Prêt",
            "Prêt, port 5070, 3 appels.",
            "Le service répond aux appels",
        ),
        (
            TelephoneStatus(TelephoneState.READY, 5070, 1, "pbx.ville.fr"),
            "good",
            "Prêt",
            "Prêt, port 5070, 1 appel, enregistré auprès de pbx.ville.fr.",
            "Le service répond aux appels",
        ),
        (
            TelephoneStatus(TelephoneState.STARTING, 5070, 0),
            "busy",
            "Démarre",
            "Le téléphone démarre ; encore un instant.",
            "Le service répond aux appels",
        ),
        (
            TelephoneStatus(TelephoneState.RESTARTING, 5070, 0),
            "bad",
            "Redémarre",
            "Le téléphone s’est arrêté tout seul et redémarre. Les appels en cours ont été coupés ; "
            "les prochains seront pris dès qu’il sera prêt.",
            "Le téléphone redémarre",
        ),
        (
            TelephoneStatus(TelephoneState.UNREGISTERED, 5070, 0, "pbx.ville.fr"),
            "bad",
            "Non enregistré",
            "Non enregistré auprès du standard pbx.ville.fr : il ne nous passe pas d’appel. "
            "Nous lui redemandons sans cesse ; vérifiez l’extension et son mot de passe.",
            "Le standard ne nous passe pas d’appel",
        ),
        (
            TelephoneStatus(TelephoneState.STOPPING, 5070, 2),
            "busy",
            "S’arrête",
            "Le service s’arrête : les appels en cours se terminent.",
            "Le service répond aux appels",
        ),
    ],
    ids=lambda value: getattr(value, "state", ""),
)
def test_the_telephone_says_how_it_stands(
    status: TelephoneStatus, tone: str, word: str, sentence: str, headlined: str
) -> None:
    """In a word, a sentence, and in the headline where that matters."""
    line = telephone_line(status)
    assert (line.tone, line.word, line.sentence) == (tone, word, sentence)
    assert headline(replace(READY, telephone=status)).text == headlined


def test_the_headline_has_a_tone() -> None:
    """The tone that the style sheet colours."""
    assert headline(READY) == Headline("good", "Le service répond aux appels", "Tout fonctionne comme prévu.")


def test_numbers_are_french() -> None:
    """Thousands stand apart by a narrow space that does not break."""
    assert [french_number(n) for n in (0, 999, 1000, 1234567)] == [
        "0",
        "999",
        "1\u202f000",
        "1\u202f234\u202f567",
    ]


def test_dates_are_french() -> None:
    """The first is an ordinal, other days are not."""
    said = [french_date(dt.date(2025, 12, 1)), french_date(dt.date(2026, 8, 23))]
    assert said == ["lundi 1er décembre 2025", "dimanche 23 août 2026"]


@pytest.mark.parametrize(
    ("scheme", "hostname", "address"),
    [
        ("http", "127.0.0.1", "ws://127.0.0.1:8081"),
        ("https", "callbot.ville.example", "wss://callbot.ville.example:8081"),
        ("http", "::1", "ws://[::1]:8081"),
    ],
)
def test_the_media_server_is_where_the_page_is(scheme: str, hostname: str, address: str) -> None:
    """The page's own host, on the media port, with TLS where the page has it."""
    assert media_address(Settings.model_validate({}), 8081, scheme, hostname) == address


def test_the_media_address_may_be_configured() -> None:
    """A public address behind a proxy takes precedence."""
    settings = Settings.model_validate({"media_public_url": "wss://callbot.ville.example/media/"})
    assert media_address(settings, 8081, "http", "interne") == "wss://callbot.ville.example/media"


@pytest.mark.parametrize(
    "address", ["http://callbot.ville.example", "wss://", "wss://a b", "wss://a;script-src"]
)
def test_a_wrong_media_address_is_refused_by_name(address: str, tmp_path: Path) -> None:
    """One line that says which setting, and what it should be."""
    (tmp_path / "empty.toml").touch()
    with pytest.raises(SettingsError) as refusal:
        load({"CALLBOT_MEDIA_PUBLIC_URL": address}, tmp_path / "empty.toml")
    expected = f"CALLBOT_MEDIA_PUBLIC_URL: '{address}' is not an address such as wss://callbot.ville.fr/media"
    assert str(refusal.value) == expected


@pytest.mark.parametrize("hostname", ["", "a b", "x;script-src *", "a,b", "a\nb"])
def test_a_strange_host_name_is_refused(hostname: str) -> None:
    """Nothing slips from the Host header into our headers."""
    with pytest.raises(ValueError, match="not a host name"):
        media_address(Settings.model_validate({}), 8081, "http", hostname)


@pytest.mark.parametrize(
    ("headers", "foreign"),
    [
        ({"host": "a.example"}, False),
        ({"host": "a.example", "origin": "https://a.example"}, False),
        (
            {"host": "a.example:8080", "origin": "http://a.example:8080", "sec-fetch-site": "same-origin"},
            False,
        ),
        ({"host": "a.example", "origin": "https://b.example"}, True),
        ({"host": "a.example", "origin": "null"}, True),
        ({"host": "a.example:8080", "origin": "http://a.example:9000"}, True),
        ({"host": "a.example", "sec-fetch-site": "cross-site"}, True),
        ({"host": "a.example", "sec-fetch-site": "same-site"}, True),
    ],
)
def test_another_sites_form_is_recognised(headers: dict[str, str], foreign: bool) -> None:
    """By what the browser says of its origin."""
    assert is_from_another_site(Headers(headers)) is foreign


def test_each_session_has_a_form_token_of_its_own() -> None:
    """The same secret gives the same token, another one another, and the token is not the secret."""
    assert form_token("a") == form_token("a") != form_token("b")
    assert "secret-of-a-session" not in form_token("secret-of-a-session")


def test_the_policy_allows_nothing_from_elsewhere() -> None:
    """Scripts and styles from files of ours only; the media server for the telephone alone."""
    rest = "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    start = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'"
    assert content_security_policy() == f"{start}; {rest}"
    assert content_security_policy("ws://h:1") == f"{start} ws://h:1; {rest}"


def test_a_service_that_stops_has_no_free_line() -> None:
    """The next call would be refused."""
    assert [replace(READY, draining=draining).lines_busy for draining in (False, True)] == [False, True]

"""The lines and hours of commune.toml: which line is called, what is refused, what its keepers are told."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from callbot.errors import KnowledgeError
from callbot.humans.hours import OpeningHours, Span
from callbot.knowledge import store
from callbot.knowledge.entries import Commune
from callbot.phone_numbers import line_key
from tests.support import small_commune

TODAY = date(2026, 11, 23)
MAIN = (
    '\n[[lines]]\nnumber = "01 99 00 00 01"\nname = "Standard"\nspoken = "la mairie"\nservice = "accueil"\n'
)
USER = (
    '\n[[lines]]\nnumber = "Etat-Civil"\nname = "État civil"\nspoken = "l\'état civil"\nservice = "accueil"\n'
)


def commune(folder: Path, *tables: str, top: str = "") -> Commune:
    """The small commune with these tables after it, and `top` before it."""
    return store.load(
        small_commune.write(folder, commune=top + small_commune.COMMUNE + "".join(tables))
    ).commune


def refusal(folder: Path, *tables: str, top: str = "") -> str:
    """The one line with which such a commune is refused."""
    with pytest.raises(KnowledgeError) as caught:
        commune(folder, *tables, top=top)
    return str(caught.value).replace(f"{folder}/", "")


def warnings(folder: Path, *tables: str, top: str = "") -> list[str]:
    """What `callbot kb check` tells of it."""
    commune(folder, *tables, top=top)
    return [f"{problem.severity}: {problem}" for problem in store.load(folder).problems(TODAY)]


@pytest.mark.parametrize(
    "number",
    ["0199000001", "+33199000001", "0033199000001", "33199000001", "+33 (0)1 99 00 00 01", "01.99.00.00.01",
     "sip:0199000001@127.0.0.1", "sip:+33199000001@mairie.example;user=phone"],
)  # fmt: skip
def test_a_line_is_known_by_each_way_of_writing_its_number(tmp_path: Path, number: str) -> None:
    """What a telephone system gives, and what staff write, need not look the same."""
    assert commune(tmp_path, USER, MAIN).line(number).name == "Standard"


@pytest.mark.parametrize("number", ["etat-civil", "sip:ETAT-CIVIL@pbx", " Etat-Civil "])
def test_a_line_may_be_a_sip_user(tmp_path: Path, number: str) -> None:
    """Names compare without case."""
    assert commune(tmp_path, MAIN, USER).line(number).name == "État civil"


@pytest.mark.parametrize("number", ["", "100", "etatcivil", "0199000009", "anonymous"])
def test_an_unknown_number_is_the_first_line(tmp_path: Path, number: str) -> None:
    """Somebody who called is answered."""
    assert commune(tmp_path, MAIN, USER).line(number).name == "Standard"


def test_a_commune_without_lines_answers_every_number(tmp_path: Path) -> None:
    """As the town hall."""
    line = commune(tmp_path).line("0199000001")
    assert (line.name, line.spoken, line.service) == ("Petitbourg", "la mairie de Petitbourg", "")


def test_line_keys_of_numbers_and_names() -> None:
    """French numbers in one form, extensions and names as they are."""
    written = ("0199000001", "+33 1 99 00 00 01", "100", "sip:Accueil@pbx", "")
    assert [line_key(number) for number in written] == ["+33199000001", "+33199000001", "100", "accueil", ""]


HOURS = '[lines.hours]\nlundi = "8:30-12:00, 13h30 - 17 h"\nmardi = "8h–12h"\nmercredi = ""\njeudi = "0:00-24:00"\n'


def test_hours_as_staff_write_them(tmp_path: Path) -> None:
    """Colons and h, hyphens and dashes; days that are absent are closed."""
    extra = 'closed_days = ["Jours fériés", 2026-12-24, "2026-12-31"]\nopen_days = { 2026-12-26 = "9:00-12:00" }\n'
    read = commune(tmp_path, MAIN, HOURS, extra)
    assert read.line_hours(read.lines[0]) == OpeningHours(
        (
            (Span(510, 720), Span(810, 1020)),
            (Span(480, 720),),
            (),
            (Span(0, 1440),),
            (),
            (),
            (),
        ),
        frozenset({date(2026, 12, 24), date(2026, 12, 31)}),
        closed_on_holidays=True,
        open_days={date(2026, 12, 26): (Span(540, 720),)},
    )


def test_whose_hours_count(tmp_path: Path) -> None:
    """A transfer goes by the service's, the greeting by the line's; else each by the next more general ones."""
    service = '\n[[services]]\nid = "{}"\nname = "S"\nspoken = "le service"\n'
    read = commune(
        tmp_path,
        '\n[services.hours]\nmardi = "9:00-12:00"\n',
        service.format("plain"),
        MAIN,
        '[lines.hours]\nlundi = "9:00-12:00"\n',
        USER,
        USER.replace("Etat-Civil", "third").replace('service = "accueil"', 'service = "plain"'),
        "\n[hours]\ndimanche = '9:00-12:00'\n",
    )
    open_days = {
        (line.number, service.id): [day for day, spans in enumerate(hours.weekly) if spans]
        for line in read.lines
        for service in read.services
        if (hours := read.service_hours(line, service))
    }
    assert open_days == {
        ("01 99 00 00 01", "accueil"): [1],
        ("01 99 00 00 01", "plain"): [0],
        ("Etat-Civil", "accueil"): [1],
        ("Etat-Civil", "plain"): [6],
        ("third", "accueil"): [1],
        ("third", "plain"): [6],
    }
    greetings = [read.line_hours(line) for line in read.lines]
    assert [[day for day, spans in enumerate(hours.weekly) if spans] for hours in greetings if hours] == [
        [0],
        [1],
        [6],
    ]


def test_without_hours_somebody_is_always_there(tmp_path: Path) -> None:
    """As before there were hours."""
    read = commune(tmp_path, MAIN)
    assert (read.ever_closed, read.line_hours(read.lines[0])) == (False, None)


EXAMPLE = '"8:30-12:00, 13:30-17:30", or "" for a closed day'
DAYS = "lundi, mardi, mercredi, jeudi, vendredi, samedi, dimanche, closed_days, open_days"


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ('[hours]\nlundy = "9:00-12:00"', f"hours: 'lundy' is not one of {DAYS}"),
        ('[hours]\nlundi = "matin"', f"hours.lundi: 'matin' is not hours, such as {EXAMPLE}"),
        ("[hours]\nlundi = 9", f"hours.lundi: '9' is not hours in quotes, such as {EXAMPLE}"),
        ('[hours]\nlundi = "9:00-12:60"', "hours.lundi: '9:00-12:60' is not hours: minutes go from 00 to 59"),
        (
            '[hours]\nlundi = "14:00-12:00"',
            "hours.lundi: '14:00-12:00' is not hours: they end after they begin, by 24:00 at the latest",
        ),
        ('[hours]\nlundi = ""', f"hours: there is no opening in it: write at least one day, such as lundi = {EXAMPLE}"),
        (
            '[hours]\nlundi = "9-12"\nclosed_days = ["Noël"]',
            "hours.closed_days: 'Noël' is neither a date, such as 2026-12-24, nor \"jours fériés\"",
        ),
        (
            '[hours]\nlundi = "9-12"\nclosed_days = "jours fériés"',
            'hours.closed_days: write a list, such as ["jours fériés", 2026-12-24]',
        ),
        (
            '[hours]\nopen_days = { 2026-13-01 = "9-12" }',
            "hours.open_days: '2026-13-01' is not a date, such as 2026-12-24",
        ),
        (MAIN + '[lines.hours]\nlundi = "x"', f"lines.1.hours.lundi: 'x' is not hours, such as {EXAMPLE}"),
        (MAIN.replace('"01 99 00 00 01"', "199000001"), 'lines.1.number: write the number as the telephone system '
         'gives it, in quotes: "0199000001"'),
        (MAIN + 'colour = "red"', "lines.1.colour: there is no such field"),
        (MAIN + MAIN.replace("01 99", "+33 1 99"), "lines: number '+33 1 99 00 00 01' stands there twice"),
        (MAIN.replace('"accueil"', '"piscine"'), "lines: 01 99 00 00 01: service 'piscine' is not one of its services: accueil"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_in_one_line(tmp_path: Path, table: str, message: str) -> None:
    """The file, the key, and what is allowed."""
    assert refusal(tmp_path, "\n", table, "\n") == f"commune.toml: {message}"


def test_an_unknown_on_call_service_is_refused(tmp_path: Path) -> None:
    """Emergencies go to a service of the commune."""
    message = "commune.toml: on_call 'astreinte' is not one of its services: accueil"
    assert refusal(tmp_path, top='on_call = "astreinte"\n') == message


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ('[hours]\nlundi = "8:30-12:00, 11-13"', "hours: lundi: 8:30-12:00 and 11:00-13:00 overlap"),
        (
            '[hours]\nlundi = "9-12"\nclosed_days = [2026-12-24]\nopen_days = { 2026-12-24 = "9-11, 10-12" }',
            "hours: 2026-12-24: 9:00-11:00 and 10:00-12:00 overlap\n"
            "hours: 2026-12-24 stands in closed_days and in open_days: it is open",
        ),
        (
            '[hours]\nlundi = "9-12"\nclosed_days = [2026-11-22, 2026-11-23, 2025-01-02]',
            "hours: 2025-01-02, 2026-11-22: past, to be taken out",
        ),
        (
            MAIN.replace('service = "accueil"\n', ""),
            "lines: 01 99 00 00 01: no service: its callers go to the default one, accueil",
        ),
        (
            '[services.hours]\nmardi = "9-12"\n' + MAIN + '[lines.hours]\nlundi = "9-12"',
            "lines: 01 99 00 00 01: its service has hours, too: the greeting goes by the line's, "
            "the transfer by the service's",
        ),
    ],
)
def test_what_is_surely_not_meant_is_told(tmp_path: Path, table: str, message: str) -> None:
    """It is used as it stands; `callbot kb check` says so."""
    assert warnings(tmp_path, "\n", table, "\n") == [
        f"warning: commune.toml: {line}" for line in message.splitlines()
    ]


def test_hours_of_the_on_call_service_do_not_count(tmp_path: Path) -> None:
    """Told, so that nobody relies on them."""
    told = warnings(tmp_path, '\n[services.hours]\nlundi = "9-12"\n', top='on_call = "accueil"\n')
    assert told == [
        "warning: commune.toml: on_call: accueil: has hours, which do not count: emergencies go there at any time"
    ]


def test_lines_and_hours_that_are_meant_are_not_told(tmp_path: Path) -> None:
    """Lines with hours, and lines without any."""
    assert warnings(tmp_path, MAIN, HOURS, USER) == []


def test_the_example_of_the_readme_can_be_read() -> None:
    """What staff copy is right."""
    readme = (store.DEMO / "README.md").read_text(encoding="utf-8")
    example = tomllib.loads(readme.partition("```toml\n")[2].partition("```")[0])
    services = [{"id": name, "name": name, "spoken": name} for name in ("etat_civil", "astreinte")]
    read = Commune.model_validate(
        {"name": "A", "spoken_town_hall": "a", "default_service": "etat_civil", "services": services}
        | example
    )
    line = read.line("+33199000002")
    hours = read.line_hours(line)
    assert hours
    assert (line.service, read.on_call) == ("etat_civil", "astreinte")
    assert hours.weekly == ((), (Span(540, 720),), (), (), (), (), ())

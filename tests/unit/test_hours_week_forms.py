"""The form of a week of hours: what is understood, and the sentence that says what is wrong and how to mend it."""

from datetime import date

import pytest

from callbot.humans.hours import WEEKDAYS, Season, Span
from callbot.web.hours_forms import Fields, FormError
from callbot.web.hours_week_forms import DayForm, Place, WeekForm, values_of
from tests.support.commune import COMMUNE

TODAY = date(2026, 11, 30)
WEEK = Season(((Span(510, 720), Span(810, 1050)),) * 5 + ((Span(540, 1440),), ()), closed_on_holidays=True)


def fields(**changes: str) -> Fields:
    """The form of WEEK, with these fields changed."""
    return values_of(WEEK) | {name: [value] for name, value in changes.items()}


def wrong(**changes: str) -> dict[str, str]:
    """What is wrong with it then, in ordinary spaces."""
    with pytest.raises(FormError) as caught:
        WeekForm.read(fields(**changes), TODAY)
    return {name: text.replace("\u00a0", " ") for name, text in caught.value.errors.items()}


def test_a_week_is_read_as_it_was_written() -> None:
    """Its fields make the same week; only what was shown in words is signed."""
    form = WeekForm.read(fields(), TODAY)
    assert form.season == WEEK
    assert WeekForm.read(fields(vu=form.signature), TODAY).seen == form.signature
    assert WeekForm.read(fields(mardi_2_fin="18:00"), TODAY).signature != form.signature


@pytest.mark.parametrize("written", ["8:30", "08:30", "8h30", "8 h 30", "830", "0830", "8.30"])
def test_a_time_is_read_in_each_way_of_writing_it(written: str) -> None:
    """As people type, with or without a sign between."""
    assert WeekForm.read(fields(lundi_1_debut=written), TODAY).season == WEEK


def test_ranges_are_put_in_order_and_joined() -> None:
    """Written in any order; two that touch are one."""
    form = WeekForm.read(
        fields(lundi_1_debut="14", lundi_1_fin="18h", lundi_2_debut="8", lundi_2_fin="12", lundi_3_debut="12", lundi_3_fin="14"),
        TODAY,
    )  # fmt: skip
    assert form.season.weekly[0] == (Span(480, 1080),)


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"mardi_2_fin": ""}, {"mardi_2_fin": "Mardi : il manque l’heure de fin de la plage qui commence à 13 h 30. "
          "Écrivez-la, ou effacez l’autre."}),
        ({"mardi_1_debut": ""}, {"mardi_1_debut": "Mardi : il manque l’heure de début de la plage qui finit à 12 h. "
          "Écrivez-la, ou effacez l’autre."}),
        ({"jeudi_2_fin": "12:00"}, {"jeudi_2_fin": "Jeudi : la plage de 13 h 30 à 12 h finit avant de commencer. "
          "Inversez les deux heures, ou corrigez-en une."}),
        ({"jeudi_2_fin": "25:00"}, {"jeudi_2_fin": "Jeudi : « 25:00 » n’est pas une heure. Écrivez-la ainsi : 13:30."}),
        ({"vendredi_2_debut": "11:00"}, {"vendredi_1_debut": "Vendredi : les plages de 8 h 30 à 12 h et de 11 h à 17 h 30 se "
          "chevauchent. Commencez la seconde à 12 h au plus tôt, ou n’en gardez qu’une."}),
        ({"samedi_ferme": "oui"}, {"samedi_1_debut": "Samedi est marqué fermé, et des heures sont écrites. Décochez « Fermé », "
          "ou effacez les heures."}),
        ({"dimanche_ferme": ""}, {"dimanche_1_debut": "Dimanche : écrivez au moins une plage, ou cochez « Fermé »."}),
        ({"au": "2026-11-01"}, {"au": "Le dernier jour vient après le premier, et n’est pas passé. Laissez vide pour ne pas finir."}),
        ({"du": "2026-12-24", "au": "2026-12-24"}, {"au": "Pour un seul jour, utilisez « Ouvrir ou changer un jour »."}),
        ({"du": "demain"}, {"du": "Donnez un jour, ou laissez vide pour commencer aujourd’hui."}),
    ],
    ids=lambda value: next(iter(value)),
)  # fmt: skip
def test_what_is_wrong_names_the_day_and_the_mend(changes: dict[str, str], errors: dict[str, str]) -> None:
    """At the field that is to be changed."""
    assert wrong(**changes) == errors


def test_a_week_is_open_at_some_time() -> None:
    """Closing for a while is another form."""
    closed = {f"{day}_ferme": ["oui"] for day in WEEKDAYS}
    with pytest.raises(FormError) as caught:
        WeekForm.read(closed, TODAY)
    assert list(caught.value.errors) == ["lundi_1_debut"]
    assert "fermeture exceptionnelle" in caught.value.errors["lundi_1_debut"]


def test_one_day_is_read() -> None:
    """For a place, a day to come, with hours."""
    given: Fields = {
        "lieu": ["service:etat_civil"],
        "date": ["2026-12-25"],
        "jour_1_debut": ["9"],
        "jour_1_fin": ["12"],
    }
    form = DayForm.read(given, COMMUNE, TODAY)
    day = date(2026, 12, 25)
    assert (form.place, form.season) == (
        Place(service="etat_civil"),
        Season(((Span(540, 720),),) * 7, day, day),
    )
    with pytest.raises(FormError) as caught:
        DayForm.read({"lieu": ["service:piscine"], "date": ["2026-11-29"]}, COMMUNE, TODAY)
    assert caught.value.errors == {
        "lieu": "Choisissez dans la liste.",
        "date": "Donnez un jour à venir, d’ici un an.",
        "jour_1_debut": "Ce jour : écrivez au moins une plage.",
    }

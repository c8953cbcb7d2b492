"""Where the navigation leads, and whom."""

from dataclasses import replace

import pytest

from callbot.accounts import Role
from callbot.web import navigation
from callbot.web.navigation import PLACES, ROLE_NAMES, Place, places_for


def test_a_role_finds_its_places_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the order of the list."""
    desk = Place("/poste", "Poste", "headset", frozenset({Role.RECEPTIONIST}))
    everybody = Place("/", "Accueil", "home")
    monkeypatch.setattr(navigation, "PLACES", (everybody, desk))
    assert [places_for(role) for role in (Role.RECEPTIONIST, Role.MANAGER)] == [
        (everybody, desk),
        (everybody,),
    ]


def test_a_place_holds_the_pages_under_it() -> None:
    """But the home page only itself, and no page whose name merely begins alike."""
    calls = Place("/appels", "Appels", "list")
    home = replace(calls, path="/")
    assert [calls.holds(path) for path in ("/appels", "/appels/c1", "/appelsx", "/")] == [
        True,
        True,
        False,
        False,
    ]
    assert [home.holds(path) for path in ("/", "/appels")] == [True, False]


def test_every_role_has_a_name_and_every_place_its_own_address() -> None:
    """What a page shows of them."""
    assert ROLE_NAMES.keys() == set(Role)
    assert len({place.path for place in PLACES}) == len(PLACES)

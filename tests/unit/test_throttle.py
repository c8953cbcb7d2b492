"""How often a password may be tried."""

import callbot.throttle
from callbot.throttle import LIMIT_ADDRESS, LIMIT_NAME, LIMIT_PAIR, WINDOW_S, Throttle


def test_a_name_from_one_address_has_five_attempts() -> None:
    """The sixth has to wait until the first is a quarter of an hour old, to the second."""
    throttle = Throttle()
    assert [throttle.attempt("anna", "1.2.3.4", 10.0 + n) for n in range(LIMIT_PAIR)] == [0.0] * 5
    assert throttle.attempt("anna", "1.2.3.4", 100.0) == 10.0 + WINDOW_S - 100.0
    assert throttle.attempt("anna", "1.2.3.4", 10.0 + WINDOW_S) == 0.0
    assert throttle.attempt("anna", "1.2.3.4", 10.5 + WINDOW_S) == 0.5


def test_another_address_may_still_sign_in() -> None:
    """Somebody who guesses at an account does not lock its owner out."""
    throttle = Throttle()
    for _ in range(LIMIT_PAIR + 3):
        throttle.attempt("anna", "6.6.6.6", 0.0)
    assert throttle.attempt("anna", "1.2.3.4", 0.0) == 0.0


def test_an_address_has_twenty_attempts_over_all_names() -> None:
    """Trying one password on many names ends, too."""
    throttle = Throttle()
    assert [throttle.attempt(f"n{n}", "6.6.6.6", 0.0) for n in range(LIMIT_ADDRESS)] == [0.0] * LIMIT_ADDRESS
    assert throttle.attempt("anna", "6.6.6.6", 0.0) == WINDOW_S


def test_a_name_has_fifty_attempts_over_all_addresses() -> None:
    """Trying one name from many machines ends, too."""
    throttle = Throttle()
    assert [throttle.attempt("anna", f"a{n}", 0.0) for n in range(LIMIT_NAME)] == [0.0] * LIMIT_NAME
    assert throttle.attempt("anna", "1.2.3.4", 0.0) == WINDOW_S


def test_success_forgives_the_pair_and_itself() -> None:
    """After a right password the pair starts anew, but the address keeps its failures with other names."""
    throttle = Throttle()
    for n in range(LIMIT_ADDRESS - 1):
        throttle.attempt(f"n{n}", "1.2.3.4", 0.0)
    for _ in range(30):
        assert throttle.attempt("anna", "1.2.3.4", 0.0) == 0.0
        throttle.succeeded("anna", "1.2.3.4")
    assert throttle.attempt("n0", "1.2.3.4", 0.0) == 0.0
    assert throttle.attempt("n1", "1.2.3.4", 0.0) == WINDOW_S


def test_what_it_remembers_is_bounded(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """Past the bound the one that failed longest ago is forgotten."""
    monkeypatch.setattr(callbot.throttle, "KEYS", 9)
    throttle = Throttle()
    for _ in range(LIMIT_PAIR):
        throttle.attempt("anna", "1.2.3.4", 0.0)
    for n in range(3):
        throttle.attempt(f"n{n}", f"a{n}", 0.0)
    assert throttle.attempt("anna", "1.2.3.4", 0.0) == 0.0

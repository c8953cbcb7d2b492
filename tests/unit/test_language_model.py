"""The optional language model, over HTTP to a real server of this machine: what is sent, what comes back, and every way to fail."""

import json
from collections.abc import Iterator

import pytest

from callbot.config import load
from callbot.errors import SettingsError
from callbot.learning_loop.language_model import (
    Fault,
    LanguageModel,
    LanguageModelError,
    Proposal,
    open_language_model,
    sendable,
)
from callbot.web.learning_words import fault
from tests.support.language_model import DRAFT, Model, language_model

SAID = [
    "où jeter mes pneus",
    "je suis monsieur Delacroix pour des pneus",
    "rappelez-moi au 06 12 34 56 78",
    "écrivez à jean@exemple.fr",
]
WANTED = Proposal("les pneus usagés", "Les pneus se déposent à la déchetterie.", ("où jeter des pneus",))


@pytest.fixture
def model() -> Iterator[Model]:
    """A server that answers well."""
    with language_model() as running:
        yield running


def opened(model: Model, **settings: object) -> LanguageModel:
    """The client of that server."""
    named = {
        "CALLBOT_LANGUAGE_MODEL_URL": model.address,
        "CALLBOT_LANGUAGE_MODEL": "essai",
        "CALLBOT_LANGUAGE_MODEL_KEY": "secret",
    }
    found = open_language_model(load(named, **settings))
    assert found
    return found


async def test_only_masked_sentences_go_out(model: Model) -> None:
    """No number, name or address; the model's name and the key are those of the settings; the draft comes back."""
    assert await opened(model).draft(SAID) == WANTED
    [asked] = model.asked
    sent = json.dumps(asked, ensure_ascii=False)
    assert (asked["path"], asked["model"], model.keys) == ("/v1/chat/completions", "essai", ["Bearer secret"])
    assert [word in sent for word in ("où jeter mes pneus", "Delacroix", "12 34", "jean@")] == [
        True,
        False,
        False,
        False,
    ]


async def test_words_around_the_answer_are_put_up_with(model: Model) -> None:
    """Fences, a preamble, lists that are none; a title is cut."""
    model.says = f"Voici :\n```json\n{json.dumps(DRAFT | {'questions': 'aucune'})}\n```"
    assert (await opened(model).draft(SAID)).questions == ()
    model.says = json.dumps({"nom": "Les  pneus\nusagés " + "x" * 200})
    assert (await opened(model).title(SAID)).startswith("Les pneus usagés xxx")


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"status": 401}, Fault.REFUSED),
        ({"status": 302}, Fault.REFUSED),
        ({"status": 500}, Fault.REFUSED),
        ({"says": "Je ne peux pas."}, Fault.UNREADABLE),
        ({"says": "{\"reponse\": 3}"}, Fault.UNREADABLE),
        ({"says": "{\"reponse\": \"  \"}"}, Fault.UNREADABLE),
        ({"says": "{pas du JSON}"}, Fault.UNREADABLE),
        ({"body": b"<html>"}, Fault.UNREADABLE),
        ({"body": b"{}"}, Fault.UNREADABLE),
        ({"body": b'{"choices": [{"message": {"content": null}}]}'}, Fault.UNREADABLE),
        ({"body": b"x" * 300_000}, Fault.UNREADABLE),
        ({"late_s": 2.5}, Fault.TOO_LATE),
    ],
)  # fmt: skip
async def test_a_bad_answer_is_a_clear_message(
    model: Model, change: dict[str, object], wanted: Fault
) -> None:
    """Never with what was sent, nor the key; each has its French sentence."""
    for name, value in change.items():
        setattr(model, name, value)
    with pytest.raises(LanguageModelError) as raised:
        await opened(model, language_model_seconds=1 if model.late_s else 60).draft(SAID)
    assert raised.value.fault is wanted
    assert [word in str(raised.value) for word in ("pneus", "secret")] == [False, False]
    assert fault(raised.value).startswith(("Le modèle de langage", "Aucune"))


async def test_nobody_there_and_nothing_to_send(model: Model) -> None:
    """A port where nobody listens; sentences that all tell who speaks."""
    client = opened(model)
    with pytest.raises(LanguageModelError) as nothing:
        await client.title(SAID[1:])
    gone = Model("http://127.0.0.1:9")
    with pytest.raises(LanguageModelError) as nobody:
        await opened(gone).title(SAID)
    assert (nothing.value.fault, nobody.value.fault, model.asked) == (
        Fault.NOTHING_TO_SEND,
        Fault.UNREACHABLE,
        [],
    )


def test_it_is_off_unless_it_is_named() -> None:
    """An address alone is refused; the number in a sentence is masked before anything else."""
    assert open_language_model(load({})) is None
    with pytest.raises(SettingsError, match="language_model_url needs language_model"):
        load({"CALLBOT_LANGUAGE_MODEL_URL": "http://127.0.0.1/v1"})
    assert sendable(["le  prix  du stationnement", "", "appelez le 01 23 45 67 89"]) == [
        "le prix du stationnement"
    ]

"""An optional language model at any OpenAI-compatible address: it drafts an answer or names a group, and never speaks.

Only masked sentences go out, and none in which a name, a number or an address is suspected. What comes back is a draft in a form that a
person edits; another person approves it, as every draft. Nothing it says can decide anything.
"""

import asyncio
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import requests

from callbot.config import Settings
from callbot.editing import personal
from callbot.errors import CallbotError
from callbot.redaction import redacted

__all__ = ["Fault", "LanguageModel", "LanguageModelError", "Proposal", "open_language_model", "sendable"]

MOST_SENTENCES = 12
MOST_LETTERS = 200
MOST_ANSWER = 1000
MOST_BYTES = 200_000
"""Of a response: more is no answer of a model."""

_RULES = """Tu aides une mairie française à préparer les réponses d'un assistant téléphonique. Une personne relira et corrigera ton texte.
N'invente aucun fait : ni horaire, ni prix, ni adresse, ni délai ; là où il en faut un, écris [à compléter].
Réponds par un seul objet JSON, sans rien autour."""
_DRAFT = """Des appelants ont demandé, chacun sur une ligne :
{sentences}

Écris {{"sujet": "…", "reponse": "…", "questions": ["…"]}} :
- sujet : un groupe nominal court, après « votre question porte sur » ;
- reponse : deux phrases au plus, pour l'oreille : tout en lettres, sans chiffre, sigle, parenthèse ni adresse de site, en vouvoyant ;
- questions : six autres façons de demander la même chose au téléphone."""
_NAME = """Des appelants ont demandé, chacun sur une ligne :
{sentences}

Écris {{"nom": "…"}} : en six mots au plus, ce qu'ils veulent savoir."""


class Fault(StrEnum):
    """Why there is no proposal."""

    UNREACHABLE = "unreachable"
    TOO_LATE = "too late"
    REFUSED = "refused"
    """The address answered with an error; `detail` is its number."""
    UNREADABLE = "unreadable"
    NOTHING_TO_SEND = "nothing to send"


class LanguageModelError(CallbotError):
    """The model gave nothing that can be used; never with what was sent or the key in it."""

    def __init__(self, fault: Fault, detail: str = "") -> None:
        super().__init__(f"language model: {fault} {detail}".strip())
        self.fault, self.detail = fault, detail


@dataclass(frozen=True, slots=True)
class Proposal:
    """A first draft: what a person starts from."""

    subject: str
    answer: str
    questions: tuple[str, ...]


def open_language_model(settings: Settings) -> "LanguageModel | None":
    """The one that the settings name; None: there is none."""
    return LanguageModel(settings) if settings.language_model_url else None


def sendable(sentences: Sequence[str]) -> list[str]:
    """The sentences that may go out: what tells who somebody is taken out, and none in which more of it is suspected."""
    masked = [redacted(" ".join(sentence.split()))[:MOST_LETTERS] for sentence in sentences]
    return [one for one in masked if one and not personal.in_question(one)][:MOST_SENTENCES]


class LanguageModel:
    """Asks it, one question at a time for each caller of its methods."""

    def __init__(self, settings: Settings) -> None:
        self._url = f"{settings.language_model_url.rstrip('/')}/chat/completions"
        self._key = settings.language_model_key
        self._seconds = settings.language_model_seconds
        self.name = settings.language_model

    async def draft(self, sentences: Sequence[str]) -> Proposal:
        """A first draft of an answer to what these callers asked. Raises LanguageModelError."""
        told = await self._ask(_DRAFT, sentences)
        answer, subject = told.get("reponse"), told.get("sujet")
        if not isinstance(answer, str) or not answer.strip():
            raise LanguageModelError(Fault.UNREADABLE)
        questions = told.get("questions")
        listed = questions if isinstance(questions, list) else []
        return Proposal(
            _line(subject)[:120],
            _line(answer)[:MOST_ANSWER],
            tuple(filter(None, (_line(one)[:MOST_LETTERS] for one in listed[:MOST_SENTENCES]))),
        )

    async def title(self, sentences: Sequence[str]) -> str:
        """What these callers want to know, in a few words. Raises LanguageModelError."""
        name = _line((await self._ask(_NAME, sentences)).get("nom"))
        if not name:
            raise LanguageModelError(Fault.UNREADABLE)
        return name[:80]

    async def _ask(self, request: str, sentences: Sequence[str]) -> dict[str, Any]:
        sent = sendable(sentences)
        if not sent:
            raise LanguageModelError(Fault.NOTHING_TO_SEND)
        body = {
            "model": self.name,
            "messages": [
                {"role": "system", "content": _RULES},
                {"role": "user", "content": request.format(sentences="\n".join(f"- {one}" for one in sent))},
            ],
            "temperature": 0.2,
        }
        try:
            async with asyncio.timeout(self._seconds):
                text = await asyncio.to_thread(self._post, body)
        except TimeoutError:
            raise LanguageModelError(Fault.TOO_LATE) from None
        return _object(text)

    def _post(self, body: dict[str, Any]) -> str:
        """What the model says. Redirections are not followed: the key is for one address."""
        key = self._key.get_secret_value()
        headers = {"authorization": f"Bearer {key}"} if key else {}
        try:
            with requests.post(
                self._url,
                json=body,
                headers=headers,
                timeout=self._seconds,
                allow_redirects=False,
                stream=True,
            ) as response:
                if response.status_code != 200:
                    raise LanguageModelError(Fault.REFUSED, str(response.status_code))
                content = response.raw.read(MOST_BYTES, decode_content=True)
        except requests.Timeout:
            raise LanguageModelError(Fault.TOO_LATE) from None
        except (requests.RequestException, OSError):
            raise LanguageModelError(Fault.UNREACHABLE) from None
        try:
            said = json.loads(content)["choices"][0]["message"]["content"]
        except (ValueError, KeyError, IndexError, TypeError):
            raise LanguageModelError(Fault.UNREADABLE) from None
        if not isinstance(said, str):
            raise LanguageModelError(Fault.UNREADABLE)
        return said


def _object(text: str) -> dict[str, Any]:
    """The JSON object in what a model says, which likes to put words or fences around it."""
    found = re.search(r"\{.*\}", text, re.DOTALL)
    try:
        told = json.loads(found[0]) if found else None
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise LanguageModelError(Fault.UNREADABLE)
    return told


def _line(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""

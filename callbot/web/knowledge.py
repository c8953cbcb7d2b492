"""`/connaissances`: answers sought and read, their aspects, sound, sources and history; what is suspended or brought back at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from callbot.conversations import today
from callbot.editing.differences import Say, differences
from callbot.editing.trying import MOST_LETTERS, tried
from callbot.editing.versions import FILE_VERSION, Standing, StepError, Version, VersionState, standing
from callbot.errors import CallbotError
from callbot.knowledge.entries import Entry
from callbot.knowledge.store import Knowledge
from callbot.languages.tongues import tongue
from callbot.web.forms import checked_form, text
from callbot.web.hours import wav
from callbot.web.knowledge_lists import OPEN, Wanted, counts, found, new_ones
from callbot.web.knowledge_words import (
    DECISIONS,
    FIELD_NAMES,
    KINDS,
    STANDINGS,
    STATES,
    in_service,
    in_words,
    name,
    version_name,
    when,
)
from callbot.web.rendering import render
from callbot.web.security import FORM_TOKEN_HEADER, content_security_policy
from callbot.web.service import WebService

PATH = "/connaissances"
DONE = {
    "brouillon": "Le brouillon est enregistré. Personne ne l’entend encore.",
    "soumettre": "Le texte est proposé à la validation d’une autre personne.",
    "entendu": "La réponse a été écoutée jusqu’au bout.",
    "valider": "La réponse est validée. L’assistant l’apprend : elle est en service dans la minute.",
    "rendre": "Le texte est rendu à qui l’a écrit.",
    "abandonner": "Le brouillon est abandonné.",
    "suspendre": "Cette réponse n’est plus dite : les appelants qui la demandent sont passés à une personne.",
    "retablir": "La version choisie est de nouveau en service dans la minute.",
}
SEVERAL = "Dites pourquoi, en quelques mots."


class KnowledgePage:
    """Reading pages, the question that one may try, and the two things that one person may do alone."""

    def __init__(self, service: WebService) -> None:
        self.service = service

    def routes(self) -> Sequence[Route]:
        """Where they are."""
        entry = f"{PATH}/{{language}}/{{entry_id}}"
        return [
            Route(PATH, self.search, methods=["GET"]),
            Route(f"{PATH}/etat", self.state, methods=["GET"]),
            Route(f"{PATH}/essayer", self.try_form, methods=["GET"]),
            Route(f"{PATH}/essayer", self.try_question, methods=["POST"]),
            Route(entry, self.entry, methods=["GET"]),
            Route(f"{entry}/son", self.sound, methods=["GET"]),
            Route(f"{entry}/suspendre", self.suspend, methods=["POST"]),
            Route(f"{entry}/retablir", self.restore, methods=["POST"]),
        ]

    async def search(self, request: Request) -> Response:
        """What there is, what is to be validated, what is to be read again."""
        live, day = self.service.live, today()
        wanted = Wanted.read(request.query_params, live.now.knowledge.commune.languages)
        edited = await live.versions.open()
        own = live.now.knowledge.in_language(wanted.language)
        names = {entry.id: name(entry) for entry in own.entries}
        return render(
            request,
            "knowledge.html",
            wanted=wanted,
            found=found(wanted, own, edited, day),
            open=edited,
            new=new_ones(own, edited, wanted.language) if wanted.is_plain or wanted.state == OPEN else [],
            counts=counts(own, day),
            motives=[("", "Tous les sujets"), *_motives(own)],
            states=[
                ("", "Tous les états"),
                (OPEN, "En cours de modification"),
                *((one.value, STANDINGS[one][1]) for one in Standing),
            ],
            languages=self._languages(),
            standings=STANDINGS,
            version_states=STATES,
            names=names,
            name=name,
            when=when,
        )

    async def entry(self, request: Request) -> Response:
        """One answer with all that is known of it."""
        return await self._entry_page(request)

    async def state(self, request: Request) -> Response:  # noqa: ARG002 (a route's signature)
        """How far machines are, as JSON: for a page that waits."""
        machines = await self.service.live.versions.machines()
        edition = min((machine.edition for machine in machines), default=0)
        problem = next((machine.problem for machine in machines if machine.problem), "")
        return JSONResponse({"edition": edition, "problem": problem})

    async def sound(self, request: Request) -> Response:
        """The answer in service, as callers hear it: WAV, 8 kHz."""
        language, _, entry = self._asked(request)
        if entry is None:
            raise HTTPException(404)
        pcm = await self.service.speak(entry.answer, language)
        if pcm is None:
            raise HTTPException(503)
        return Response(wav(pcm), media_type="audio/wav")

    async def suspend(self, request: Request) -> Response:
        """Not spoken any more, from now on; one person may do that alone."""
        fields = await checked_form(request)
        language, entry_id, entry = self._asked(request)
        reason = " ".join(text(fields, "raison").split())[:300]
        if entry is None:
            raise HTTPException(404)
        if not reason:
            return await self._entry_page(request, 400, failure=SEVERAL)
        await self.service.live.versions.suspend(
            language, entry, person=request.state.account.name, reason=reason
        )
        return self._changed(language, entry_id, "suspendre")

    async def restore(self, request: Request) -> Response:
        """Bring back what was validated before."""
        fields = await checked_form(request)
        language, entry_id, entry = self._asked(request)
        given = text(fields, "version")
        number = int(given) if given.isascii() and given.isdigit() and len(given) < 10 else -1
        content = self.service.live.base.in_language(language).by_id.get(entry_id)
        if number != FILE_VERSION:
            content = entry
        if content is None or number < 0:
            raise HTTPException(404)
        try:
            await self.service.live.versions.restore(
                language, content, number, person=request.state.account.name, reason=text(fields, "raison")
            )
        except StepError:
            return await self._entry_page(
                request, 409, failure="Cette version ne peut pas revenir telle quelle : modifiez la réponse."
            )
        return self._changed(language, entry_id, "retablir")

    async def try_form(self, request: Request) -> Response:
        """« Que répondrait l'assistant à … ? »."""
        given = request.query_params.get("version", "")
        draft = await self._draft(given)
        return self._try_page(request, draft.language if draft else "fr", draft)

    async def try_question(self, request: Request) -> Response:
        """The answer as it is in service, and with a draft."""
        fields = await checked_form(request)
        question = " ".join(text(fields, "question").split())[:MOST_LETTERS]
        language = text(fields, "langue")
        draft = await self._draft(text(fields, "version"))
        if language not in self.service.live.now.knowledge.commune.languages:
            raise HTTPException(404)
        if not question:
            return self._try_page(request, language, draft, 400, failure="Écrivez une question.")
        live, settings = self.service.live, self.service.settings
        current = await tried(settings, live.now, question, language)
        with_draft, failure = None, ""
        if draft:
            try:
                with_draft = await tried(settings, await live.with_draft(draft), question, language)
            except CallbotError as error:
                failure = f"L’assistant n’a pas pu apprendre le brouillon : {error}."
        return self._try_page(
            request,
            language,
            draft,
            question=question,
            current=current,
            with_draft=with_draft,
            failure=failure,
        )

    # -- inside ----------------------------------------------------------------------------------------------------

    def _asked(self, request: Request) -> tuple[str, str, Entry | None]:
        """Language, id, and the entry in service. Raises 404 for a language that is not spoken."""
        language, entry_id = request.path_params["language"], request.path_params["entry_id"]
        knowledge = self.service.live.now.knowledge
        if language not in knowledge.commune.languages:
            raise HTTPException(404)
        return language, entry_id, knowledge.in_language(language).by_id.get(entry_id)

    async def _draft(self, given: str) -> Version | None:
        if not (given.isascii() and given.isdigit() and len(given) < 10):
            return None
        try:
            draft = await self.service.live.versions.version(int(given))
        except StepError:
            return None
        return draft if draft.is_open else None

    def _changed(self, language: str, entry_id: str, done: str) -> Response:
        self.service.live.wake()
        return RedirectResponse(f"{PATH}/{language}/{entry_id}?fait={done}", 303)

    def _languages(self) -> list[tuple[str, str]]:
        return [(code, tongue(code).name) for code in self.service.live.now.knowledge.commune.languages]

    async def _entry_page(self, request: Request, status: int = 200, failure: str = "") -> Response:
        language, entry_id, entry = self._asked(request)
        live, day = self.service.live, today()
        versions = await live.versions.history(language, entry_id)
        if entry is None and not versions:
            raise HTTPException(404)
        own = live.now.knowledge.in_language(language)
        motive = entry_id.partition(".")[0]
        in_force = next((one for one in versions if one.edition is not None), None)
        file_entry = live.base.in_language(language).by_id.get(entry_id)
        shown = entry or versions[0].entry
        response = render(
            request,
            "knowledge_entry.html",
            status,
            failure=failure,
            done=DONE.get(request.query_params.get("fait", ""), ""),
            language=language,
            language_name=tongue(language).name,
            entry_id=entry_id,
            entry=entry,
            title=name(shown),
            stands=STANDINGS[standing(entry, day)] if entry else ("quiet", "Pas encore en service"),
            standing=standing(entry, day).value if entry else "",
            aspects=[
                (one.id, one.aspect or "en général", name(one)) for one in own.entries if one.motive == motive
            ],
            draft=next((one for one in versions if one.is_open), None),
            history=_history(
                versions, file_entry, in_force.number if in_force else FILE_VERSION, day, in_words(own)
            ),
            version_states=STATES,
            in_service=in_service(in_force, await live.versions.machines()) if in_force else None,
            edition=in_force.edition if in_force else 0,
            service_name=_service_name(own, shown),
            kinds=KINDS,
            field_names=FIELD_NAMES,
            others=[
                (code, tongue(code).name)
                for code in live.now.knowledge.commune.languages
                if code != language and entry_id in live.now.knowledge.in_language(code).by_id
            ],
            when=when,
            token_header=FORM_TOKEN_HEADER,
        )
        response.headers["content-security-policy"] = content_security_policy(sound=True)
        return response

    def _try_page(
        self, request: Request, language: str, draft: Version | None, status: int = 200, **values: object
    ) -> Response:
        defaults: Mapping[str, object] = {
            "question": "",
            "current": None,
            "with_draft": None,
            "failure": "",
        }
        known = self.service.live.now.knowledge.in_language(language)
        return render(
            request,
            "knowledge_try.html",
            status,
            language=language,
            languages=self._languages(),
            draft=draft,
            decisions=DECISIONS,
            names={entry.id: name(entry) for entry in known.entries}
            | ({draft.entry_id: name(draft.entry)} if draft else {}),
            **{**defaults, **values},
        )


def _motives(own: Knowledge) -> list[tuple[str, str]]:
    """Each motive once, by its first entry's subject."""
    found: dict[str, str] = {}
    for entry in own.entries:
        found.setdefault(entry.motive, name(entry))
    return sorted(found.items(), key=lambda pair: pair[1])


def _service_name(own: Knowledge, entry: Entry) -> str:
    return next((one.name for one in own.commune.services if one.id == entry.service), entry.service)


def _history(
    versions: Sequence[Version], file_entry: Entry | None, in_force: int, day: Any, say: Say
) -> list[dict[str, Any]]:
    """The newest first, each with what it changed in what was in force before it; the file's last."""
    lines = []
    for place, version in enumerate(versions):
        before = next(
            (one.entry for one in versions[place + 1 :] if one.state is VersionState.APPROVED), file_entry
        )
        lines.append(
            {
                "version": version,
                "name": version_name(version.number),
                "restored": version_name(version.restores) if version.restores is not None else "",
                "changes": differences(before, version.entry, say),
                "current": version.number == in_force,
                "may_return": version.number != in_force
                and version.edition is not None
                and version.entry.may_be_spoken(day),
            }
        )
    if file_entry:
        lines.append(
            {
                "version": None,
                "name": version_name(FILE_VERSION),
                "entry": file_entry,
                "changes": [],
                "current": in_force == FILE_VERSION,
                "may_return": in_force != FILE_VERSION and file_entry.may_be_spoken(day),
            }
        )
    return lines

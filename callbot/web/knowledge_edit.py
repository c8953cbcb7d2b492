"""`/connaissances`: answers edited as drafts, listened to, and approved by a second person."""

import datetime as dt
from collections.abc import Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from callbot.audio.types import TELEPHONE_HZ
from callbot.conversations import today
from callbot.editing.checks import MAX_SECONDS, Finding, findings, has_errors
from callbot.editing.differences import differences
from callbot.editing.versions import Hindrance, StepError, Version, hindrance
from callbot.knowledge.entries import Commune, Entry
from callbot.languages.tongues import tongue
from callbot.listening import Heard
from callbot.web.forms import checked_form, text
from callbot.web.hours import wav
from callbot.web.knowledge import DONE, PATH
from callbot.web.knowledge_forms import EntryForm, Fields, KnowledgeFormError, as_fields
from callbot.web.knowledge_words import FIELD_NAMES, HINDRANCES, KINDS, STATES, in_words, name, sentence, when
from callbot.web.rendering import render
from callbot.web.security import FORM_TOKEN_HEADER, content_security_policy
from callbot.web.service import WebService

TOO_LATE = "Quelqu’un d’autre vient de changer ce texte : relisez-le."
A_YEAR = dt.timedelta(days=365)


class KnowledgeEditor:
    """Forms of drafts, and the steps of a version."""

    def __init__(self, service: WebService) -> None:
        self.service = service

    def routes(self) -> Sequence[Route]:
        """Where they are; before those of KnowledgePage, whose paths are wider."""
        version = f"{PATH}/versions/{{number:int}}"
        entry = f"{PATH}/{{language}}/{{entry_id}}/modifier"
        return [
            Route(f"{PATH}/nouvelle", self.new, methods=["GET"]),
            Route(f"{PATH}/nouvelle", self.add, methods=["POST"]),
            Route(version, self.show, methods=["GET"]),
            Route(f"{version}/son", self.sound, methods=["GET"]),
            Route(f"{version}/entendu", self.heard, methods=["POST"]),
            Route(f"{version}/soumettre", self.submit, methods=["POST"]),
            Route(f"{version}/valider", self.approve, methods=["POST"]),
            Route(f"{version}/rendre", self.give_back, methods=["POST"]),
            Route(f"{version}/abandonner", self.discard, methods=["POST"]),
            Route(entry, self.edit, methods=["GET"]),
            Route(entry, self.write, methods=["POST"]),
        ]

    async def new(self, request: Request) -> Response:
        """An empty form."""
        in_a_year = (today() + A_YEAR).isoformat()
        given = {"type": "answer", "service": self._commune.default_service, "relecture": in_a_year}
        return self._form(request, "fr", "", given)

    async def add(self, request: Request) -> Response:
        """A draft of an entry that is not there yet."""
        fields = await checked_form(request)
        try:
            form = EntryForm.read(fields, self._commune)
            if form.entry.id in self.service.live.now.knowledge.by_id:
                raise KnowledgeFormError({"identifiant": "Cette réponse existe déjà : modifiez-la."})
        except KnowledgeFormError as error:
            return self._form(request, "fr", "", _given(fields), status=400, errors=error.errors)
        return await self._written(request, "fr", form)

    async def edit(self, request: Request) -> Response:
        """The form with the draft that is there, else with what is in service."""
        language, entry_id, entry = self._asked(request)
        history = await self.service.live.versions.history(language, entry_id)
        draft = next((one for one in history if one.is_open), None)
        if draft is None and entry is None:
            raise HTTPException(404)
        shown = as_fields(draft.entry, draft.reason) if draft else as_fields(entry) if entry else {}
        return self._form(request, language, entry_id, shown)

    async def write(self, request: Request) -> Response:
        """Keep the draft."""
        fields = await checked_form(request)
        language, entry_id, _ = self._asked(request)
        motive, _, aspect = entry_id.partition(".")
        try:
            form = EntryForm.read(fields, self._commune, motive, aspect)
        except KnowledgeFormError as error:
            return self._form(request, language, entry_id, _given(fields), status=400, errors=error.errors)
        return await self._written(request, language, form)

    async def show(self, request: Request) -> Response:
        """One version: what it changes, what is to be mended, how it sounds, and the next step."""
        return await self._version_page(request, await self._version(request))

    async def sound(self, request: Request) -> Response:
        """As callers will hear it: WAV, 8 kHz."""
        version = await self._version(request)
        pcm = await self.service.speak(version.entry.answer, version.language)
        if pcm is None:
            raise HTTPException(503)
        if request.method == "GET":
            listens, name = self.service.live.versions.listens, request.state.account.name
            await listens.sent(Heard.ANSWER, version.id, version.entry.answer, to=name)
        return Response(wav(pcm), media_type="audio/wav")

    async def heard(self, request: Request) -> Response:
        """It was listened to, to its end."""
        await checked_form(request)
        version = await self._version(request)
        versions, name = self.service.live.versions, request.state.account.name
        if not await versions.listens.heard(Heard.ANSWER, version.id, version.entry.answer, by=name):
            return await self._version_page(request, version, 409, HINDRANCES[Hindrance.NOT_HEARD])
        await versions.heard(version.id, person=name)
        return _to(version, "entendu")

    async def submit(self, request: Request) -> Response:
        """For a second person, once nothing of it is wrong."""
        await checked_form(request)
        version = await self._version(request)
        found = await self._found(version)
        if has_errors(found):
            return await self._version_page(
                request, version, 409, "Corrigez d’abord ce qui empêche de le proposer."
            )
        return await self._step(request, version, "soumettre")

    async def approve(self, request: Request) -> Response:
        """In service within a minute."""
        await checked_form(request)
        version = await self._version(request)
        person = request.state.account.name
        if why := hindrance(version, person):
            return await self._version_page(request, version, 409, HINDRANCES[why])
        if has_errors(await self._found(version)):
            return await self._version_page(request, version, 409, "Ce texte n’est plus valable : rendez-le.")
        try:
            await self.service.live.versions.approve(version.id, person=person)
        except StepError:
            return await self._version_page(request, await self._version(request), 409, TOO_LATE)
        self.service.live.wake()
        return RedirectResponse(f"{PATH}/{version.language}/{version.entry_id}?fait=valider", 303)

    async def give_back(self, request: Request) -> Response:
        """To be changed, with the reason."""
        fields = await checked_form(request)
        version = await self._version(request)
        remark = " ".join(text(fields, "remarque").split())[:300]
        if not remark:
            return await self._version_page(request, version, 400, "Dites ce qui est à changer.")
        return await self._step(request, version, "rendre", remark)

    async def discard(self, request: Request) -> Response:
        """Throw the draft away."""
        await checked_form(request)
        return await self._step(request, await self._version(request), "abandonner")

    # -- inside ----------------------------------------------------------------------------------------------------

    @property
    def _commune(self) -> Commune:
        return self.service.live.now.knowledge.commune

    def _asked(self, request: Request) -> tuple[str, str, Entry | None]:
        language, entry_id = request.path_params["language"], request.path_params["entry_id"]
        knowledge = self.service.live.now.knowledge
        if language not in knowledge.commune.languages:
            raise HTTPException(404)
        return language, entry_id, knowledge.in_language(language).by_id.get(entry_id)

    async def _version(self, request: Request) -> Version:
        try:
            return await self.service.live.versions.version(request.path_params["number"])
        except StepError:
            raise HTTPException(404) from None

    async def _written(self, request: Request, language: str, form: EntryForm) -> Response:
        try:
            version = await self.service.live.versions.write(
                language,
                form.entry,
                author=request.state.account.name,
                reason=form.reason,
                group_id=form.group,
                drafted_with=form.drafted_with,
            )
        except StepError:
            return self._form(
                request,
                language,
                form.entry.id,
                as_fields(form.entry, form.reason),
                status=409,
                errors={"": TOO_LATE},
            )
        return _to(version, "brouillon")

    async def _step(self, request: Request, version: Version, what: str, remark: str = "") -> Response:
        versions, person = self.service.live.versions, request.state.account.name
        try:
            match what:
                case "soumettre":
                    await versions.submit(version.id, person=person)
                case "rendre":
                    await versions.give_back(version.id, remark, person=person)
                case _:
                    await versions.discard(version.id, person=person)
        except StepError:
            return await self._version_page(request, await self._version(request), 409, TOO_LATE)
        return _to(version, what)

    async def _found(self, version: Version) -> list[Finding]:
        """What is to be mended, with how long the answer is when it is spoken."""
        live = self.service.live
        found = findings(version.entry, version.language, live.now.knowledge, today())
        pcm = await self.service.speak(version.entry.answer, version.language)
        if pcm is None:
            return [Finding("error", "answer", "unspoken"), *found]
        seconds = len(pcm) / TELEPHONE_HZ
        if seconds > MAX_SECONDS:
            return [Finding("error", "answer", "too_long", f"{seconds:.0f}"), *found]
        return found

    async def _version_page(
        self, request: Request, version: Version, status: int = 200, failure: str = ""
    ) -> Response:
        live, person = self.service.live, request.state.account.name
        before = live.now.knowledge.in_language(version.language).by_id.get(version.entry_id)
        found = await self._found(version) if version.is_open else []
        response = render(
            request,
            "knowledge_version.html",
            status,
            version=version,
            title=name(version.entry),
            failure=failure,
            done=DONE.get(request.query_params.get("fait", ""), ""),
            state=STATES[version.state],
            language_name=tongue(version.language).name,
            before=before,
            changes=differences(
                before, version.entry, in_words(live.now.knowledge.in_language(version.language))
            ),
            field_names=FIELD_NAMES,
            findings=[(one.severity, sentence(one)) for one in found],
            blocked=has_errors(found),
            hindrance=hindrance(version, person),
            own=person in version.authors,
            listens=version.is_open and person not in version.heard_by,
            hindrances=HINDRANCES,
            not_heard=Hindrance.NOT_HEARD,
            when=when,
            token_header=FORM_TOKEN_HEADER,
        )
        response.headers["content-security-policy"] = content_security_policy(sound=True)
        return response

    def _form(
        self,
        request: Request,
        language: str,
        entry_id: str,
        given: dict[str, str],
        *,
        status: int = 200,
        errors: dict[str, str] | None = None,
    ) -> Response:
        commune = self._commune
        return render(
            request,
            "knowledge_edit.html",
            status,
            language=language,
            entry_id=entry_id,
            given=given,
            errors=errors or {},
            kinds=list(KINDS.items()),
            services=[(service.id, service.name) for service in commune.services],
        )


def _to(version: Version, done: str) -> Response:
    return RedirectResponse(f"{PATH}/versions/{version.id}?fait={done}", 303)


def _given(fields: Fields) -> dict[str, str]:
    return {name: values[0] for name, values in fields.items()}

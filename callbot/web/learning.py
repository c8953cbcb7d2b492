"""`/a-apprendre`: what callers asked in vain, by meaning; a person makes an answer of it, adds it to one, or puts it aside."""

from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from callbot.access_log import Looked
from callbot.conversations import today
from callbot.editing.versions import StepError
from callbot.errors import CallbotError
from callbot.knowledge.entries import Entry
from callbot.knowledge.motives import aspect_words
from callbot.learning_loop.groups import Group, GroupState, by_state
from callbot.learning_loop.language_model import LanguageModelError
from callbot.learning_loop.questions import Question, examples, proposed_entry
from callbot.web.consulted import looked
from callbot.web.forms import checked_form, page_number, text
from callbot.web.knowledge_edit import A_YEAR, TOO_LATE
from callbot.web.knowledge_forms import MOST_QUESTIONS, QUESTION_MAX, Fields
from callbot.web.knowledge_words import KINDS as ANSWER_KINDS
from callbot.web.knowledge_words import name, when
from callbot.web.learning_words import REASONS, STATES, VIEWS, effect_sentence, fault, title, why
from callbot.web.rendering import render
from callbot.web.service import WebService

PATH = "/a-apprendre"
SHOWN = 30
"""Groups of a page of the list, those asked for most first."""
FEW, MANY = 3, 20
"""Sentences of a group in the list, and on its own page."""
DONE = {
    "regrouper": "Les questions sont regroupées.",
    "nommer": "Le nom est enregistré.",
    "ecarter": "Ces questions sont écartées. Celles du même sens les rejoindront.",
    "reprendre": "Ces questions sont de nouveau à traiter.",
}


class LearningPage:
    """The list, a group, and what a person does with it."""

    def __init__(self, service: WebService) -> None:
        self.service = service

    def routes(self) -> Sequence[Route]:
        """Where they are."""
        group = f"{PATH}/{{number:int}}"
        return [
            Route(PATH, self.list_groups, methods=["GET"]),
            Route(f"{PATH}/regrouper", self.regroup, methods=["POST"]),
            Route(group, self.show, methods=["GET"]),
            Route(f"{group}/nommer", self.give_name, methods=["POST"]),
            Route(f"{group}/ajouter", self.add, methods=["POST"]),
            Route(f"{group}/nouvelle", self.draft, methods=["POST"]),
            Route(f"{group}/ecarter", self.dismiss, methods=["POST"]),
            Route(f"{group}/reprendre", self.take_up, methods=["POST"]),
        ]

    async def list_groups(self, request: Request) -> Response:
        """Those of one state, most calls first."""
        return await self._list(request)

    async def regroup(self, request: Request) -> Response:
        """Not wait for the next hour."""
        await checked_form(request)
        try:
            await self.service.learning.group()
        except CallbotError as error:
            return await self._list(request, 503, f"Les questions n’ont pas pu être regroupées : {error}.")
        return RedirectResponse(f"{PATH}?fait=regrouper", 303)

    async def show(self, request: Request) -> Response:
        """One group: its sentences, what is proposed, what was done and what that changed."""
        return await self._page(request, *await self._asked(request))

    async def give_name(self, request: Request) -> Response:
        """What people, or the model, call it."""
        fields = await checked_form(request)
        group, questions = await self._asked(request)
        given = " ".join(text(fields, "nom").split())[:80]
        if text(fields, "avec") == "modele" and self.service.language_model:
            try:
                given = await self.service.language_model.title(examples(questions, MANY))
            except LanguageModelError as error:
                return await self._page(request, group, questions, 502, fault(error))
        await self.service.learning.groups.name(group.id, given)
        return _to(group, "nommer")

    async def add(self, request: Request) -> Response:
        """The chosen sentences become example questions in a draft of an answer that is there."""
        fields = await checked_form(request)
        group, questions = await self._asked(request)
        entry = self.service.live.now.knowledge.by_id.get(text(fields, "reponse"))
        chosen = _chosen(fields)
        if entry is None or not chosen:
            return await self._page(
                request, group, questions, 400, "Choisissez une réponse, et au moins une phrase."
            )
        author = request.state.account.name
        draft = await self._current(entry)
        known = dict.fromkeys((*draft.questions, *chosen))
        try:
            version = await self.service.live.versions.write(
                "fr",
                draft.model_copy(update={"questions": tuple(known)}),
                author=author,
                reason=f"{len(chosen)} façons de demander, entendues au téléphone.",
                group_id=group.id,
            )
        except StepError:
            return await self._page(request, group, questions, 409, TOO_LATE)
        return RedirectResponse(f"/connaissances/versions/{version.id}?fait=brouillon", 303)

    async def draft(self, request: Request) -> Response:
        """The form of a new answer, with the chosen sentences; from the language model's first draft where that is asked for."""
        fields = await checked_form(request)
        group, questions = await self._asked(request)
        chosen = _chosen(fields)
        given = {
            "groupe": str(group.id),
            "type": "answer",
            "service": self.service.live.now.knowledge.commune.default_service,
            "relecture": (today() + A_YEAR).isoformat(),
            "questions": "\n".join(chosen),
            "raison": group.title,
        }
        model = self.service.language_model
        if text(fields, "avec") == "modele" and model:
            try:
                made = await model.draft(chosen or examples(questions, MANY))
            except LanguageModelError as error:
                return await self._page(request, group, questions, 502, fault(error))
            given |= {
                "modele": model.name,
                "sujet": made.subject,
                "reponse": made.answer,
                "questions": "\n".join(dict.fromkeys((*chosen, *made.questions))),
            }
        commune = self.service.live.now.knowledge.commune
        return render(
            request,
            "knowledge_edit.html",
            language="fr",
            entry_id="",
            given=given,
            errors={},
            kinds=list(ANSWER_KINDS.items()),
            services=[(service.id, service.name) for service in commune.services],
        )

    async def dismiss(self, request: Request) -> Response:
        """Nothing is to be learnt from these."""
        fields = await checked_form(request)
        group, questions = await self._asked(request)
        more = " ".join(text(fields, "precision").split())[:200]
        reason = text(fields, "raison")
        if reason not in REASONS:
            return await self._page(
                request, group, questions, 400, "Dites pourquoi ces questions sont écartées."
            )
        told = f"{reason} : {more}" if more else reason
        await self.service.learning.groups.dismiss(group.id, told, person=request.state.account.name)
        return RedirectResponse(f"{PATH}?fait=ecarter", 303)

    async def take_up(self, request: Request) -> Response:
        """After all."""
        await checked_form(request)
        group, _ = await self._asked(request)
        await self.service.learning.groups.take_up(group.id, person=request.state.account.name)
        return _to(group, "reprendre")

    # -- inside ----------------------------------------------------------------------------------------------------

    async def _asked(self, request: Request) -> tuple[Group, list[Question]]:
        groups = self.service.learning.groups
        group = await groups.group(request.path_params["number"])
        if group is None:
            raise HTTPException(404)
        return group, await groups.questions(group.id)

    async def _current(self, entry: Entry) -> Entry:
        """What is being edited of it, else what is in service."""
        history = await self.service.live.versions.history("fr", entry.id)
        return next((one.entry for one in history if one.is_open), entry)

    async def _list(self, request: Request, status: int = 200, failure: str = "") -> Response:
        view = request.query_params.get("vue", "")
        state, _ = VIEWS.get(view, VIEWS[""])
        learning = self.service.learning
        sorted_groups = by_state(await learning.groups.groups())
        shown, seen = [], set[str]()
        page = page_number(request.query_params.get("page", ""))
        begin = (page - 1) * SHOWN
        listed = sorted_groups[state][begin : begin + SHOWN]
        ids = [group.id for group in listed]
        worded, kinds = await learning.groups.latest(ids), await learning.groups.kinds(ids)
        for group in listed:
            questions = worded.get(group.id, [])
            effect = await learning.effect(group)
            seen |= {one.call_id for one in questions}
            told = group.reason or (effect_sentence(effect) if effect else why(kinds.get(group.id, {})))
            shown.append((group, title(group, questions), examples(questions, FEW), told))
        await looked(request, self.service, Looked.WORDS, seen)
        return render(
            request,
            "learning.html",
            status,
            failure=failure,
            done=DONE.get(request.query_params.get("fait", ""), ""),
            view=view if view in VIEWS else "",
            views=[(value, label, len(sorted_groups[one])) for value, (one, label) in VIEWS.items()],
            shown=shown,
            previous=_list_address(view, page - 1) if page > 1 else "",
            following=_list_address(view, page + 1) if len(sorted_groups[state]) > begin + SHOWN else "",
            days=self.service.settings.transcript_days,
            states=STATES,
        )

    async def _page(
        self, request: Request, group: Group, questions: list[Question], status: int = 200, failure: str = ""
    ) -> Response:
        learning, entries = self.service.learning, self.service.live.now.knowledge.entries
        effect = await learning.effect(group)
        await looked(request, self.service, Looked.WORDS, {one.call_id for one in questions if one.text})
        proposed = proposed_entry(questions)
        model = self.service.language_model
        return render(
            request,
            "learning_group.html",
            status,
            failure=failure,
            done=DONE.get(request.query_params.get("fait", ""), ""),
            group=group,
            title=title(group, questions),
            state=STATES[group.state],
            why=why(Counter(one.kind for one in questions)),
            sentences=examples(questions, MANY),
            entries=sorted(((one.id, _label(one)) for one in entries), key=lambda pair: pair[1]),
            proposed=proposed,
            named_by_agents=any(one.right for one in questions),
            effect=effect_sentence(effect) if effect else "",
            reasons=[("", "Choisissez"), *((reason, reason) for reason in REASONS)],
            model=model.name if model else "",
            may_work=group.state in (GroupState.OPEN, GroupState.DRAFTED, GroupState.TAUGHT),
            days=self.service.settings.transcript_days,
            when=when,
        )


def _list_address(view: str, page: int) -> str:
    asked = {"vue": view if view in VIEWS else "", "page": str(page) if page > 1 else ""}
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{PATH}?{query}" if query else PATH


def _label(entry: Entry) -> str:
    return f"{name(entry)} ({aspect_words(entry.aspect)})" if entry.aspect else name(entry)


def _chosen(fields: Fields) -> list[str]:
    """The sentences that were ticked."""
    lines = (" ".join(line.split())[:QUESTION_MAX] for line in fields.get("phrases", []))
    return list(dict.fromkeys(filter(None, lines)))[:MOST_QUESTIONS]


def _to(group: Group, done: str) -> Response:
    return RedirectResponse(f"{PATH}/{group.id}?fait={done}", 303)

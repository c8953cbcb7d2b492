"""Conversations while nobody is there: what is said, how they end, and by what clock."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from callbot import conversations
from callbot.config import Settings
from callbot.conversations import LinePresence, texts_to_render
from callbot.dialogue.closed import BEFORE, LAST, Closed, Presence, nobody_there
from callbot.dialogue.machine import Dialogue, State
from callbot.dialogue.phrases import FRENCH, HANDOVERS, Phrases
from callbot.dialogue.reply import Reply
from callbot.events import Decision, HangUp, Outcome, Transfer
from callbot.humans.hours import PARIS
from callbot.knowledge.entries import Commune, Service
from callbot.knowledge.store import DEMO, Knowledge
from callbot.speech.text import sentences, speakable
from callbot.understanding.interpretation import Candidate, Interpretation
from tests.support.commune import COMMUNE, OPENING, TODAY, Shut, new_dialogue

ANYTHING_ELSE = "Avez-vous une autre question ?"
GOODBYE = "Merci de votre appel. Bonne journée, au revoir."
SHUT = f"Nos bureaux sont fermés. Ils rouvrent {OPENING}."
RECEPTION, REGISTRY = COMMUNE.services


class RegistryShut:
    """The town hall is open, its registry is not."""

    def of_line(self) -> Closed | None:
        """For the greeting."""
        return None

    def of_service(self, service: Service) -> Closed | None:
        """For a handover."""
        return Closed(OPENING, everywhere=False) if service.id == "etat_civil" else None


def dialogue(presence: Presence | None = None, on_call: Service | None = None) -> Dialogue:
    """A fresh conversation with the small commune."""
    return new_dialogue(presence=presence or Shut(), on_call=on_call)


def wants(motive: str, aspect: str = "") -> Interpretation:
    """A reading with one sure candidate."""
    return Interpretation("des mots", candidates=(Candidate(motive, aspect, 0.9),))


def says(act: str) -> Interpretation:
    """A reading that is a dialogue act."""
    return Interpretation("des mots", act=act)


def test_the_greeting_tells_it_after_the_disclosure() -> None:
    """The machine is disclosed without interruption; no person is promised."""
    first, second = dialogue().open()
    assert (first.text, first.interruptible) == (
        "Bonjour, vous êtes bien à la mairie d'Essai. Je suis un assistant vocal automatique.",
        False,
    )
    assert second.text == (
        "Nos bureaux sont fermés en ce moment, mais je peux répondre à beaucoup de questions. "
        "Dites-moi en une phrase ce que vous cherchez."
    )


def test_answers_are_given_as_always() -> None:
    """Only people are away."""
    talk = dialogue()
    assert talk.hear(wants("acte_naissance", "prix")).text == f"C'est gratuit. {ANYTHING_ELSE}"
    assert talk.hear(says("non")).then == HangUp(Outcome.ANSWERED)


def two_failures(talk: Dialogue) -> Reply:
    """Not understood twice in a row."""
    talk.hear(Interpretation("charabia"))
    return talk.hear(Interpretation("charabia"))


@pytest.mark.parametrize(
    ("reading", "decision", "motive", "before"),
    [
        (says("agent"), Decision.HANDOVER, None, ""),
        (says("rappel"), Decision.HANDOVER, None, ""),
        (says("langue_en"), Decision.HANDOVER, None, "I am sorry, I speak French only, and our offices are closed. "),
        (
            wants("mariage"),
            Decision.HANDOVER,
            "mariage",
            "Pour cette question, le mieux est de demander à une personne. ",
        ),
        (
            wants("suivi_demande"),
            Decision.HANDOVER,
            "suivi_demande",
            "Pour cette question, il faut parler à une personne. ",
        ),
        (None, Decision.NO_MATCH, None, "Je suis désolé, je ne sais pas vous répondre. "),
    ],
)  # fmt: skip
def test_a_handover_tells_until_when_and_the_conversation_goes_on(
    reading: Interpretation | None, decision: Decision, motive: str | None, before: str
) -> None:
    """Nobody is announced, nobody is promised to call back."""
    talk = dialogue()
    reply = talk.hear(reading) if reading else two_failures(talk)
    assert (reply.decision, reply.motive, reply.answer_id, reply.then) == (decision, motive, None, None)
    assert reply.text == f"{before}{SHUT} {ANYTHING_ELSE}"
    assert (talk.state, talk.failures, talk.outcome_if_gone) == (State.ANYTHING_ELSE, 0, Outcome.CLOSED)
    assert talk.hear(says("repeter")).text == reply.text
    assert talk.hear(says("non")).then == HangUp(Outcome.CLOSED)


def test_key_zero_tells_it_too() -> None:
    """A key is an act."""
    reply = dialogue().press("0")
    assert reply
    assert (reply.text, reply.then) == (f"{SHUT} {ANYTHING_ELSE}", None)


def test_an_answer_after_that_makes_good_for_it_and_one_before_does_not() -> None:
    """The outcome is what the caller left with."""
    talk = dialogue()
    talk.hear(says("agent"))
    talk.hear(wants("acte_naissance"))
    assert talk.outcome_if_gone is Outcome.ANSWERED
    talk.hear(says("agent"))
    assert talk.outcome_if_gone is Outcome.CLOSED


def test_who_stays_silent_is_taken_leave_of() -> None:
    """An empty line does not go on for ever; a caller who speaks after all is heard."""
    talk = dialogue()
    talk.silence()
    reply = talk.silence()
    danger = "Si vous êtes en danger, composez le cent douze. Si vous ne pouvez pas parler, envoyez un SMS au cent quatorze."
    assert reply.text == f"Je ne vous entends toujours pas. {SHUT} {danger} {GOODBYE}"
    assert reply.then == HangUp(Outcome.ABSENT)
    assert all(prompt.interruptible for prompt in reply.say)
    talk.reopen()
    assert talk.hear(wants("acte_naissance")).decision is Decision.ANSWER


@pytest.mark.parametrize(
    ("reason", "before", "outcome"),
    [
        ("fault", "Excusez-moi, j'ai un problème technique.", Outcome.FAILED),
        ("too_long", "Nous parlons depuis un bon moment, je dois m'arrêter là.", Outcome.CLOSED),
        ("closing", "Excusez-moi, je dois m'arrêter là.", Outcome.CLOSED),
        ("busy", "Toutes nos lignes sont occupées.", Outcome.CLOSED),
    ],
)
def test_a_bot_that_must_stop_says_so_and_hangs_up(reason: str, before: str, outcome: Outcome) -> None:
    """Nothing interrupts it; the outcome is the same when the caller is quicker."""
    talk = dialogue()
    talk.hear(wants("acte_naissance"))
    reply = talk.give_up(reason)
    assert (reply.text, reply.then) == (f"{before} {SHUT} {GOODBYE}", HangUp(outcome))
    assert not any(prompt.interruptible for prompt in reply.say)
    assert talk.outcome_if_gone is outcome


def test_an_emergency_gives_its_number_and_stays() -> None:
    """Without anybody on call; what was said can be repeated."""
    talk = dialogue()
    reply = talk.hear(Interpretation("au feu", emergency="18"))
    assert (reply.decision, reply.emergency, reply.then) == (Decision.EMERGENCY, "18", None)
    assert reply.text == (
        "C'est une urgence. Raccrochez et composez le dix-huit, pour les pompiers. "
        "Nos bureaux sont fermés, je ne peux pas vous passer une personne : appelez ce numéro tout de suite."
    )
    assert not any(prompt.interruptible for prompt in reply.say)
    assert talk.outcome_if_gone is Outcome.CLOSED
    assert talk.hear(says("repeter")).text == reply.text


def test_an_emergency_goes_to_who_is_on_call_whatever_the_hours() -> None:
    """The instruction first, all the same."""
    reply = dialogue(on_call=REGISTRY).hear(Interpretation("au feu", emergency="18"))
    assert reply.say[0].text.startswith("C'est une urgence. Raccrochez et composez le dix-huit")
    assert reply.then == Transfer("etat_civil", "110", "emergency")


def test_an_emergency_while_people_are_there_goes_to_them() -> None:
    """Who is on call is for when nobody else is there."""
    reply = dialogue(RegistryShut(), REGISTRY).hear(Interpretation("au feu", emergency="18"))
    assert reply.then == Transfer("accueil", "100", "emergency")


def test_an_emergency_told_while_the_bot_gives_up_ends_the_call() -> None:
    """It said that it must stop: it tells the number, and stops."""
    talk = dialogue()
    talk.give_up("fault")
    assert talk.hear(Interpretation("au feu", emergency="18")).then == HangUp(Outcome.FAILED)


def test_one_service_that_is_away_is_named_and_the_others_are_reached() -> None:
    """« Nos bureaux sont fermés » would not be true."""
    talk = dialogue(RegistryShut())
    assert "un agent" in talk.open()[1].text
    assert talk.hear(wants("suivi_demande")).text == (
        "Pour cette question, il faut parler à une personne. "
        f"En ce moment, je ne peux pas vous passer le service état civil. Rappelez {OPENING}. {ANYTHING_ELSE}"
    )
    assert talk.hear(says("agent")).then == Transfer("accueil", "100", "asked")


@pytest.mark.parametrize("act", ["identite_bot", "insulte"])
def test_no_person_is_offered(act: str) -> None:
    """What the bot says of itself leaves out the person whom it cannot pass."""
    assert "personne" not in dialogue().hear(says(act)).text


def test_every_handover_has_its_sentence() -> None:
    """Without a known opening, the sentence stops before it."""
    assert {*BEFORE, "emergency"} == set(HANDOVERS)
    assert set(BEFORE) > LAST
    assert nobody_there(FRENCH, "asked", RECEPTION, Closed("")) == "Nos bureaux sont fermés."


# -- by the hours of commune.toml ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def demo() -> Knowledge:
    """The demonstration commune."""
    from callbot.knowledge import store

    return store.load(DEMO)


def at(text: str) -> datetime:
    """An instant by the clocks of Paris."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize("number", ["0199000001", "", "0612345678"])
def test_the_main_line_is_always_open(demo: Knowledge, number: str) -> None:
    """So that the demonstration does not depend on the hour."""
    talk = conversations.new_dialogue(Settings(), demo, line=number, now=lambda: at("2026-12-25T03:00"))
    assert talk.open()[0].text.startswith("Bonjour, vous êtes bien à la mairie de Valbourg-sur-Ourcelle.")
    assert talk.hear(says("agent")).then == Transfer("accueil", "100", "asked")


def test_a_line_has_its_greeting_its_service_and_its_hours(demo: Knowledge) -> None:
    """Open and closed, by the clock that is handed in."""
    open_talk = conversations.new_dialogue(
        Settings(), demo, line="+33199000002", now=lambda: at("2026-11-23T11:59")
    )
    assert open_talk.open()[0].text == (
        "Bonjour, vous êtes bien à l'état civil de Valbourg-sur-Ourcelle. Je suis un assistant vocal automatique."
    )
    assert open_talk.hear(says("agent")).then == Transfer("etat_civil", "110", "asked")
    closed_talk = conversations.new_dialogue(
        Settings(), demo, line="+33199000002", now=lambda: at("2026-11-11T11:59")
    )
    assert closed_talk.hear(says("agent")).text == (
        "Nos bureaux sont fermés. Ils rouvrent demain à huit heures trente. Voulez-vous qu'une personne vous rappelle ? "
        "Pour laisser plutôt un message, dites « un message », ou tapez deux."
    )


def test_hours_that_end_during_the_call_count(demo: Knowledge) -> None:
    """The clock is asked when a person is needed, not when the call began."""
    clock = at("2026-11-23T11:59")
    talk = conversations.new_dialogue(Settings(), demo, line="0199000002", now=lambda: clock)
    assert "un agent" in talk.open()[1].text
    clock += timedelta(minutes=2)
    assert talk.hear(says("agent")).text.startswith(
        "Nos bureaux sont fermés. Ils rouvrent à treize heures trente."
    )


@pytest.mark.parametrize("moment", [timedelta(hours=hours) for hours in range(0, 8 * 24, 5)])
def test_all_that_is_said_while_closed_is_rendered_ahead(demo: Knowledge, moment: timedelta) -> None:
    """Sentence by sentence, as the prompts are kept, whatever the reason, for a week."""
    begin = at("2026-12-23T00:00")
    first, rest = texts_to_render(demo, begin.date())
    rendered = {sentence for text in (*first, *rest) for sentence in sentences(speakable(text))}
    line = demo.commune.line("0199000002")
    presence = LinePresence(demo.commune, line, lambda: begin + moment)
    closed = presence.of_service(demo.service("etat_civil"))
    for reason in BEFORE if closed else ():
        assert closed
        said = nobody_there(FRENCH, reason, demo.service("etat_civil"), closed)
        assert set(sentences(speakable(said))) <= rendered
    talk = conversations.new_dialogue(Settings(), demo, line=line.number, now=lambda: begin + moment)
    greeting = [prompt for prompt in talk.open() if not prompt.language]  # the rest is another voice's
    spoken = [*greeting, *talk.hear(Interpretation("au feu", emergency="18")).say]
    assert {s for prompt in spoken for s in sentences(speakable(prompt.text))} <= rendered


def commune_with_hours(day: str) -> Commune:
    """The small commune, open on one morning a week, its registry on another."""
    hours = {"lundi": "9:00-12:00"}
    services = (RECEPTION.model_dump(), REGISTRY.model_dump() | {"hours": {day: "9:00-12:00"}})
    return Commune.model_validate(COMMUNE.model_dump() | {"services": services, "hours": hours})


def test_a_service_with_hours_of_its_own(demo: Knowledge) -> None:
    """The town hall's hours greet; the service's decide about the transfer to it."""
    knowledge = replace(demo, commune=commune_with_hours("mardi"))
    presence = LinePresence(knowledge.commune, knowledge.commune.line(""), lambda: at("2026-11-23T10:00"))
    reception, registry = knowledge.commune.services
    assert (presence.of_line(), presence.of_service(reception)) == (None, None)
    assert presence.of_service(registry) == Closed("demain à neuf heures", everywhere=False)
    first, rest = texts_to_render(knowledge, TODAY)
    wanted = {
        "Rappelez demain à neuf heures.",
        "En ce moment, je ne peux pas vous passer le service état civil.",
    }
    assert wanted <= {*first, *rest}


@pytest.mark.parametrize(
    ("spoken", "greeting"),
    [
        ("la mairie d'Essai", "Bonjour, vous êtes bien à la mairie d'Essai."),
        ("le service des élections", "Bonjour, vous êtes bien au service des élections."),
        ("les archives", "Bonjour, vous êtes bien aux archives."),
        ("l'état civil", "Bonjour, vous êtes bien à l'état civil."),
    ],
)
def test_the_greeting_is_french(spoken: str, greeting: str) -> None:
    """« à le » and « à les » are contracted."""
    line = COMMUNE.line("").model_copy(update={"spoken": spoken})
    disclosure = f"{greeting} Je suis un assistant vocal automatique."
    assert Phrases(COMMUNE, line).say("disclosure") == disclosure
    own = line.model_copy(update={"greeting": greeting.removesuffix(".")})
    assert Phrases(COMMUNE, own).say("disclosure") == disclosure

"""A conversation that changes its language: by key, by words, by line; what goes along, and what who picks up is told."""

from datetime import datetime

import pytest

from callbot.config import Settings
from callbot.conversations import new_conversation, new_dialogue
from callbot.dialogue.polyglot import Talk
from callbot.dialogue.turn_table import Clock, Understood
from callbot.dialogue.turns import Conversation
from callbot.events import (
    CallStarted,
    ClearAudio,
    Decision,
    DtmfReceived,
    HangUp,
    IntentMatched,
    LanguageChanged,
    MusicHeard,
    Outcome,
    PlaybackFinished,
    PlayPrompt,
    ToneHeard,
    Transfer,
)
from callbot.humans.hours import PARIS
from callbot.knowledge import store
from callbot.knowledge.store import Knowledge
from callbot.media.dialect import LegOpened
from callbot.understanding.interpretation import Candidate, Interpretation

AT = datetime(2026, 11, 24, 10, tzinfo=PARIS)


@pytest.fixture(scope="module")
def demo() -> Knowledge:
    """The demonstration commune, which offers English."""
    return store.load()


def talk(demo: Knowledge, line: str = "") -> Talk:
    """A caller of that line."""
    return new_dialogue(Settings(), demo, line=line, now=lambda: AT)


def asks(motive: str, aspect: str = "") -> Interpretation:
    """A question that is surely understood."""
    return Interpretation(f"about {motive}", candidates=(Candidate(motive, aspect, 0.99),))


def test_the_greeting_offers_english_in_english(demo: Knowledge) -> None:
    """The last sentence, with the English voice."""
    *_, offer = talk(demo).open()
    assert (offer.text, offer.language) == ("For English, press nine.", "en")


def test_a_line_in_english_greets_in_english_and_offers_french(demo: Knowledge) -> None:
    """The disclosure, too, and French by its own key."""
    spoken = talk(demo, "0199000003")
    disclosure, greeting, offer = spoken.open()
    assert disclosure.text == (
        "Hello, you have reached the town hall of Valbourg-sur-Ourcelle. I am an automatic voice assistant."
    )
    assert greeting.text.startswith("Tell me in one sentence")
    assert (offer.text, offer.language) == ("Pour le français, appuyez sur la touche huit.", "fr")
    reply = spoken.press("8")
    assert reply is not None
    assert (reply.language, "assistant vocal automatique" in reply.text) == ("fr", True)


@pytest.mark.parametrize("how", ["key", "act", "words"])
def test_english_is_chosen(demo: Knowledge, how: str) -> None:
    """By nine, by what is understood as the wish, or by its words; then the disclosure is said once in English."""
    spoken = talk(demo)
    reading = Interpretation("english please", act="langue_en" if how == "act" else None)
    reply = spoken.press("9") if how == "key" else spoken.hear(reading)
    assert reply is not None
    assert (reply.decision, reply.act, reply.language) == (Decision.ACT, "langue_en", "en")
    assert [prompt.interruptible for prompt in reply.say] == [False, True]
    assert "I am an automatic voice assistant" in reply.text
    assert spoken.language == "en"
    answer = spoken.hear(asks("titre_prix"))
    assert "eighty-six euros for an adult" in answer.text
    assert answer.text.endswith("Do you have another question?")


@pytest.mark.parametrize("way_back", ["9", "8", "french"])
def test_and_left_again(demo: Knowledge, way_back: str) -> None:
    """By nine once more, by French's own key, or by saying so; who heard the French disclosure does not hear it twice."""
    spoken = talk(demo)
    spoken.press("9")
    reply = spoken.hear(Interpretation("french please")) if way_back == "french" else spoken.press(way_back)
    assert reply is not None
    assert (reply.language, spoken.language) == ("fr", "fr")
    assert reply.text == "Bien sûr, continuons en français. Quelle est votre question ?"
    again = spoken.press("9")
    assert again is not None
    assert again.text == "Of course, let us continue in English. What is your question?"


def test_asking_for_english_in_english_goes_on(demo: Knowledge) -> None:
    """It is spoken already: no person, no change."""
    spoken = talk(demo)
    spoken.press("9")
    reply = spoken.hear(Interpretation("do you speak english"))
    assert (reply.language, reply.then) == (None, None)
    assert "What is your question?" in reply.text


def test_where_english_is_not_offered_a_person_takes_over(demo: Knowledge) -> None:
    """As before."""
    french = store.Knowledge(
        demo.folder, demo.commune.model_copy(update={"languages": ("fr",)}), demo.entries, demo.origins
    )
    reply = talk(french).hear(Interpretation("do you speak english", act="langue_en"))
    assert reply.then == Transfer("accueil", "100", "language")
    assert talk(french).press("9") is None


def test_an_emergency_comes_before_a_change(demo: Knowledge) -> None:
    """Whatever else was said."""
    reply = talk(demo).hear(Interpretation("english please", act="langue_en", emergency="18"))
    assert (reply.decision, reply.language) == (Decision.EMERGENCY, None)


def test_a_request_to_be_called_back_is_not_lost_silently(demo: Knowledge) -> None:
    """It is taken down in French only: who changes the language hears that it was not."""
    spoken = talk(demo)
    spoken.hear(Interpretation("rappelez moi", act="rappel"))
    lost = "Your request to be called back has not been noted."
    assert lost in spoken.hear(Interpretation("english please", act="langue_en")).text
    assert lost not in spoken.hear(asks("titre_prix")).text
    assert "rappel" not in spoken.hear(Interpretation("français", act="langue_fr")).text


def test_what_was_achieved_goes_along(demo: Knowledge) -> None:
    """An answer given in French counts; slow stays slow; the context of the last answer is kept."""
    spoken = talk(demo)
    spoken.hear(asks("titre_pieces"))
    spoken.hear(Interpretation("plus lentement", act="plus_lentement"))
    reply = spoken.press("9")
    assert reply is not None
    assert all(prompt.slow for prompt in reply.say)
    assert spoken.own_outcome is Outcome.ANSWERED
    price = spoken.hear(Interpretation("how much does it cost"))
    assert (price.motive, "eighty-six" in price.text) == ("titre_prix", True)


def test_a_motive_that_english_does_not_answer_is_a_persons(demo: Knowledge) -> None:
    """At its own service; who picks up hears in French what it is about, and what the caller speaks."""
    spoken = talk(demo)
    spoken.press("9")
    reply = spoken.hear(asks("pacs"))
    assert reply.then == Transfer("etat_civil", "110", "expired")
    assert reply.text == (
        "For this question, it is best to ask a person. Please hold on, I am putting you through to the civil registry office."
    )
    assert isinstance(reply.then, Transfer)
    plan = spoken.plan(reply.then)
    subject = demo.by_id["pacs"].subject
    assert plan.waiting == "Thank you for waiting, we are calling the civil registry office."
    assert plan.calls_back
    assert plan.texts
    assert plan.texts.queue_callback["offer"].endswith("press one.")
    assert plan.briefing == (
        "Appel de la mairie, transmis par l'assistant vocal.",
        f"La personne appelle au sujet de : {subject}.",
        "L'assistant n'a pas de réponse validée à sa question.",
        "La personne parle anglais.",
    )


def test_an_aspect_that_only_french_answers_is_a_persons(demo: Knowledge) -> None:
    """The general English answer would answer another question."""
    own = demo.translations["en"]
    kept = [(e, o) for e, o in zip(own.entries, own.origins, strict=True) if e.id != "horaires.samedi"]
    short = store.Knowledge(
        own.folder, own.commune, tuple(e for e, _ in kept), tuple(o for _, o in kept), "en", own.original
    )
    less = store.Knowledge(demo.folder, demo.commune, demo.entries, demo.origins, translations={"en": short})
    spoken = talk(less)
    spoken.press("9")
    assert spoken.hear(asks("horaires", "samedi")).then == Transfer("accueil", "100", "expired")
    assert spoken.hear(asks("horaires")).motive == "horaires"


@pytest.mark.parametrize(
    ("first", "then", "meant", "told"),
    [
        (("acte_naissance", ""), "and how much is it", ("acte_naissance", "prix"), "always free"),
        (("titre_pieces", ""), "and for my daughter", ("titre_pieces", "mineur"), "The child must come"),
        (("titre_rendez_vous", ""), "how long does it take", ("titre_rendez_vous", "delai"), "three weeks"),
        (("horaires", ""), "and on saturday", ("horaires", "samedi"), "from nine to noon"),
        (("acte_naissance", ""), "and on saturdays", ("horaires", "samedi"), "On Saturday"),
        (("titre_prix", ""), "what documents do i need", ("titre_pieces", None), "proof of address"),
        (("cantine", ""), "what does it cost", ("cantine", "prix"), "one euro"),
        (("titre_pieces", ""), "what if i lost it", ("titre_pieces", "perte_vol"), "declaration of loss"),
        (("dechets_collecte", ""), "where is it", None, "I do not have that detail"),
    ],
)
def test_short_questions_in_english(
    demo: Knowledge, first: tuple[str, str], then: str, meant: tuple[str, str | None] | None, told: str
) -> None:
    """They are read with the answer before them, as in French."""
    spoken = talk(demo)
    spoken.press("9")
    spoken.hear(asks(*first))
    reply = spoken.hear(Interpretation(then))
    assert told in reply.text
    assert meant is None or (reply.motive, reply.aspect) == meant


def test_turn_taking_tells_the_change_before_it_speaks(demo: Knowledge) -> None:
    """What plays is cleared, the change is told, then the new language speaks; « one moment » is English from then on."""
    leg = LegOpened("leg", "", "", 8000)
    conversation = new_conversation(Settings(), talk(demo), demo, leg)
    conversation.handle(CallStarted(0, "", "", "asterisk"))
    conversation.handle(PlaybackFinished(3000))
    outputs = conversation.handle(DtmfReceived(3500, "9"))
    assert [type(output) for output in outputs] == [IntentMatched, ClearAudio, LanguageChanged, PlayPrompt]
    assert outputs[2] == LanguageChanged(3500, "en")
    reply = conversation.handle(Understood(9000, Interpretation("français", act="langue_fr")))
    assert LanguageChanged(9000, "fr") not in reply  # the disclosure is not interrupted: kept for after it
    assert LanguageChanged(9100, "fr") in conversation.handle(PlaybackFinished(9100))


def english_call(demo: Knowledge, hour: int = 10, line: str = "0199000003") -> Conversation:
    """A call in English whose greeting was heard, at that hour of a Tuesday."""
    settings = Settings(max_call_ms=60_000)
    at = datetime(2026, 11, 24, hour, tzinfo=PARIS)
    spoken = new_dialogue(settings, demo, line=line, now=lambda: at, language="en")
    call = new_conversation(settings, spoken, demo, LegOpened("leg", "", line, 8000))
    call.handle(CallStarted(0, "", line, "test", "en"))
    for at_ms in (1000, 2000, 3000):
        call.handle(PlaybackFinished(at_ms))
    return call


def until_the_end(call: Conversation, outputs: list[object], at_ms: int) -> tuple[list[str], object]:
    """What is said from `outputs` on, and the last thing that is done."""
    said = [output.text for output in outputs if isinstance(output, PlayPrompt)]
    while isinstance(outputs[-1], PlayPrompt):
        outputs = list(call.handle(PlaybackFinished(at_ms)))
        said += [output.text for output in outputs if isinstance(output, PlayPrompt)]
    return said, outputs[-1]


def test_too_long_a_call_in_english_ends_in_english(demo: Knowledge) -> None:
    """While people are there one of them; at night a goodbye, with the hours."""
    call = english_call(demo)
    said, last = until_the_end(call, list(call.handle(Clock(60_000))), 61_000)
    assert said[0].startswith("We have been talking for a while, and a person will help you better.")
    assert isinstance(last, Transfer)
    call = english_call(demo, 22, "0199000002")
    said, last = until_the_end(call, list(call.handle(Clock(60_000))), 61_000)
    assert said[0].startswith(
        "We have been talking for a while, and I have to stop here. Our offices are closed."
    )
    assert said[-1] == "Thank you for calling. Have a nice day, goodbye."
    assert last == HangUp(Outcome.CLOSED)


def test_machines_music_and_stories_are_met_in_english(demo: Knowledge) -> None:
    """The same endings, in the language of the line."""
    call = english_call(demo)
    said, last = until_the_end(call, list(call.handle(ToneHeard(5000, "fax"))), 9000)
    assert (said, last) == (
        ["I cannot hear anyone, only a tone. I am hanging up now, goodbye."],
        HangUp(Outcome.ABSENT),
    )
    call = english_call(demo)
    call.handle(MusicHeard(21_000))
    [prompt] = call.handle(Clock(21_100))
    assert isinstance(prompt, PlayPrompt)
    assert prompt.text.startswith("I cannot hear you well, there is music on the line.")
    call = english_call(demo)
    interrupted = call.handle(Understood(30_000, Interpretation("well you see it is a long story"), cut=True))
    assert interrupted[-1] == PlayPrompt("I am sorry to interrupt you.", interruptible=False)
    assert call.handle(PlaybackFinished(32_000)) == [
        PlayPrompt("In one short sentence, what is your question?", interruptible=False)
    ]


def test_who_asks_for_english_in_a_long_story_gets_it(demo: Knowledge) -> None:
    """And is not interrupted in the wrong language."""
    reply = talk(demo).interrupt(Interpretation("do you speak english", act="langue_en"), 1)
    assert reply.language == "en"

"""Names, e-mails and addresses out of what is stored."""

from datetime import UTC, datetime

import pytest

from callbot.dialogue.callback_phrases import NAME, PLACE
from callbot.events import (
    CallbackRequested,
    CallEnded,
    CallStarted,
    Event,
    FinalTranscript,
    LanguageChanged,
    Outcome,
    PlaybackStarted,
    SpeechStopped,
)
from callbot.redaction import Known, redacted
from callbot.stats.call_record import CallRecord

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("bonjour je m'appelle Jean Martin et je voudrais un passeport", "bonjour je m'appelle … et je voudrais un passeport"),
        ("bonjour je m'appelle petit et j'ai perdu mon livret", "bonjour je m'appelle … et j'ai perdu mon livret"),
        ("c'est madame lefèvre à l'appareil", "c'est madame … à l'appareil"),
        ("C'est au nom de Dupont, D U P O N T, merci", "C'est au nom de …, merci"),
        ("Oui, c'est Josette Perrin.", "Oui, c'est …."),
        ("je voudrais parler à monsieur durand", "je voudrais parler à monsieur …"),
        ("mon mail c'est jean point dupont arobase gmail point com merci", "mon mail c'est … merci"),
        ("Écrivez à jean.dupont@orange.fr.", "Écrivez à …."),
        ("j'habite au douze bis rue des lilas et ma poubelle est pleine", "j'habite au … et ma poubelle est pleine"),
        ("34 rue Jean Jaurès, 31400 Toulouse", "…"),
        ("j'habite les gaulis depuis dix ans", "j'habite … depuis dix ans"),
        ("mon numéro c'est zéro six douze trente-quatre cinquante-six soixante-dix-huit", "mon numéro c'est …huit"),
        ("mon mari s'appelle Jean Dupont et il est malade", "mon mari s'appelle … et il est malade"),
        ("mon voisin s'appelle petit", "mon voisin s'appelle …"),
        ("ma voisine josiane perrin fait du bruit", "ma voisine … fait du bruit"),
        ("mes enfants s'appellent Léo et Manon", "mes enfants s'appellent … et …"),
        ("je suis né le douze mars mille neuf cent quarante-deux à Toulouse", "je suis né le … à Toulouse"),
        ("née le premier avril soixante-deux", "née le …"),
        ("née le douze zéro trois quarante-deux", "née le …"),
        ("ma mère est née le 12/03/1942", "ma mère est née le …"),
        ("on s'est mariés le 14 juin 1998", "on s'est mariés le …"),
        ("une épave immatriculée AB-123-CD depuis un mois", "une épave immatriculée … depuis un mois"),
        ("une voiture a b cent vingt-trois c d garée devant", "une voiture … garée devant"),
        ("la plaque c'est bé cé quatre cent douze dé effe", "la plaque c'est …"),
        ("mon numéro de sécu c'est le 2 85 05 2A 004 123 45 voilà", "mon numéro de sécu c'est le … voilà"),
        ("mon IBAN FR76 3000 6000 0112 34AB 7890 189 merci", "mon IBAN … merci"),
        ("numéro d'allocataire 1234567", "numéro d'allocataire …"),
        ("passeport 12AB34567", "passeport …"),
        ("né le 120342", "né le …"),
        ("le douze trois quarante deux", "le …"),
        ("mariés le 3 juin 2018", "mariés le …"),
        ("décédé le deux novembre deux mille vingt trois", "décédé le …"),
        ("j'habite résidence les acacias bâtiment b appartement douze", "j'habite …"),
        ("m point durand at free point fr", "…"),
        ("c'est durand gmail point com", "c'est …"),
        ("digicode 1234A", "digicode …"),
        ("mon code c'est quatre cinq six sept", "mon code c'est …"),
        ("mon mot de passe c'est tartiflette", "mon mot de passe c'est …"),
        ("c'est le docteur roux", "c'est le docteur …"),
        ("maître fontaine m'a appelé", "maître … m'a appelé"),
        ("les durand font du bruit", "les … font du bruit"),
        ("la famille petit demande un logement", "la famille … demande un logement"),
        ("mon voisin blanc fait du bruit", "mon voisin … fait du bruit"),
        ("je suis madame petit de la rue pasteur", "je suis madame … de la rue pasteur"),
        ("mon nom c'est roux", "mon nom c'est …"),
        ("ma fille inaya aura trois ans", "ma fille … aura trois ans"),
        ("mon fils gabin entre en cp", "mon fils … entre en cp"),
        ("mon mari mamadou est malade", "mon mari … est malade"),
        ("bonjour c'est karim", "bonjour c'est …"),
        ("Dupuis Martin", "…"),
        ("bonjour dupuis martin c'est pour un passeport", "bonjour … c'est pour un passeport"),
        ("hier Rajaa Catel m'a dit de rappeler", "hier … m'a dit de rappeler"),
        ("on m'a dit de demander ludivine fossaert", "on m'a dit de demander …"),
        ("je voudrais savoir si Ryad Le Barbenchon a déposé son dossier", "je voudrais savoir si … a déposé son dossier"),
    ],
)  # fmt: skip
def test_what_tells_who_somebody_is_goes(text: str, left: str) -> None:
    """With commas and capitals, as Whisper writes, or without, as Vosk does."""
    assert redacted(text) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("my name is john smith", "my name is …"),
        ("i am mrs smith and i have lost my passport", "i am mrs … and i have lost my passport"),
        ("this is john smith speaking", "this is … speaking"),
        ("my husband peter jones has lost his passport", "my husband … has lost his passport"),
        ("i live at 12 high street in toulouse", "i live at …"),
        ("there is a hole at twelve rue des lilas", "there is a hole at …"),
        ("my email is john dot smith at gmail dot com", "my email is …"),
        ("he was born on the third of june nineteen fifty eight", "he was born on the …"),
        ("my number plate is a b one two three c d", "my number plate is …"),
        ("i am looking for the opening hours on the first of may", "i am looking for the opening hours on the first of may"),
        ("this is a question about the bins and one about parking", "this is a question about the bins and one about parking"),
    ],
)  # fmt: skip
def test_english_words_are_redacted_too(text: str, left: str) -> None:
    """Of a call in English, or of whoever speaks it on a French line."""
    assert redacted(text) == left


def test_a_language_without_rules_keeps_no_words() -> None:
    """Whatever either side said: the turn is counted, its words are not stored."""
    turns = (*said(1, "¿En qué puedo ayudarle, señor Pérez?", "me llamo juan pérez"),)
    rows = kept(LanguageChanged(0, "es"), *turns)
    assert [word in rows.lower() for word in ("juan", "pérez", "none")] == [False, False, True]


@pytest.mark.parametrize(
    "text",
    [
        "bonjour madame pourriez-vous me dire vos horaires",
        "un monsieur rôde autour de l'école",
        "la cantine est fermée les lundis 3 10 17 24 31 mars",
        "8h30 12h00 13h30 17h30",
        "la classe de CM1 CM2",
        "il faut attendre 10 mn 30",
        "on peut payer par carte bancaire le 15 au soir",
        "la plaque d'égout au 12 du boulevard est cassée",
        "les tarifs du premier janvier 2012",
        "le mot de passe est oublié",
        "le code postal c'est 31",
        "madame exactement",
        "bonjour monsieur tondre le dimanche c'est permis",
        "c'est madame la maire qui m'envoie",
        "mon fils autiste a besoin d'une aesh",
        "ma femme enceinte",
        "la famille monoparentale",
        "France Travail me demande une attestation",
        "le conseil départemental du Val d'Oise",
        "le compte France Connect ne marche pas",
        "je vais chez Leroy Merlin à l'Île de France",
        "la place Rajaa Catel",
        "le petit martin a la cantine",
        "un pic de pollution et une renouée du japon",
        "des moustiques tigres et des chenilles processionnaires",
        "le docteur traitant",
        "le parking georges pompidou",
        "l'auditorium maurice ravel",
        "la cantine jacques prévert",
        "les tennis yannick noah",
        "je voudrais parler à monsieur le maire",
        "il y a un trou rue Pasteur",
        "une place en crèche pour ma fille née en deux mille vingt-quatre",
        "mon nom est mal écrit sur mon acte",
        "un ancien fonctionnaire peut-il partir en retraite",
        "c'est pour un livret de famille",
        "l'école jules ferry est fermée",
        "le collège Pierre Mendès France",
        "la rue s'appelle pasteur",
        "comment s'appelle le maire",
        "mon fils est en CM2",
        "je suis marié depuis deux mille dix-neuf",
        "un rendez-vous le 12 mars 2026 à 10 h",
        "la loi du 9 décembre 1905",
        "ma carte date de mille neuf cent quatre-vingt-dix-huit",
        "ouvert de 8 h 30 à 12 h 30 et de 13 h 30 à 17 h 30",
        "Qu'est-ce qu'une interdiction de sortie de France (IST) ?",
        "",
    ],
)
def test_ordinary_questions_stay(text: str) -> None:
    """Titles without names, streets without anybody, and words that are names elsewhere."""
    assert redacted(text) == text


def kept(*events: Event) -> str:
    """Everything that the rows of a call hold of its turns and events."""
    record = CallRecord("c", AT, None, engine="", recorder="host:1")
    for event in (CallStarted(0, "", "100", "sip"), *events, CallEnded(90, Outcome.ANSWERED, (), 1, ())):
        record.apply(event)
    rows = record.rows()
    return str([turn.transcript for turn in rows.turns]) + str([event.fields for event in rows.events])


def said(at_ms: int, asked: str, text: str) -> list[Event]:
    """A question of ours and the caller's answer."""
    return [
        PlaybackStarted(at_ms, asked, None),
        SpeechStopped(at_ms + 1, at_ms),
        FinalTranscript(at_ms + 2, text, 1.0, 1),
    ]


def test_bare_answers_go_by_what_was_asked() -> None:
    """« Jacques Simon » to « À quel nom ? », a street to « À quelle adresse ? »: gone although the call-back is never promised."""
    rows = kept(
        *said(1, NAME, "jacques simon"),
        *said(10, PLACE, "rue des lilas devant le quatorze"),
        *said(20, "", "simon oui"),
    )
    assert [word in rows.lower() for word in ("jacques", "simon", "lilas", "oui")] == [
        False,
        False,
        False,
        True,
    ]


def test_what_is_noted_down_goes_from_the_whole_call() -> None:
    """Also where it was said before, and where we say it back."""
    rows = kept(
        *said(1, "Que puis-je pour vous ?", "bonjour kowalczyk je voudrais qu'on me rappelle"),
        CallbackRequested(20, "+33612345678", "demain, demander Kowalczyk", "titre", "Madame Kowalczyk", ""),
        PlaybackStarted(
            21,
            "J'ai noté : au nom de Madame Kowalczyk, au zéro six, douze, trente-quatre, cinquante-six, soixante-dix-huit.",
            1,
        ),
    )
    assert [word in rows for word in ("owalczyk", "zéro six", "612345678", "J'ai noté", "rappelle")] == [
        False,
        False,
        False,
        True,
        True,
    ]


def test_a_place_called_after_what_everybody_speaks_of_stays_in_the_call() -> None:
    """Who lives « place de la mairie » may ask for the mairie's hours; their address goes all the same."""
    known = Known()
    before = known.heard(PLACE, "12 place de la Mairie")
    known.learn("Madame Kowalczyk", "12 place de la Mairie, Les Gaulis")
    assert redacted("12 place de la Mairie", before) == "…"
    asked = "les horaires de la mairie et de la place, dit Kowalczyk des Gaulis"
    assert known.hide(asked) == "les horaires de la mairie et de la place, dit … des …"

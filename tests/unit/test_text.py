"""Written French made speakable, and cut into sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbot.speech.text import FIRST_CLAUSE, clauses, halves, sentences, speakable


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("C\u2019est l\u2019hôtel de ville.", "C'est l'hôtel de ville."),
        ("Une pièce d'identité\u00a0; un justificatif.", "Une pièce d'identité ; un justificatif."),
        ("Dites «\u00a0un agent\u00a0» ou tapez 0.", "Dites, un agent ou tapez 0."),
        ("Attendez… Un instant… merci.", "Attendez. Un instant, merci."),
        ("L'état civil – bureau 3 — rez-de-chaussée.", "L'état civil, bureau 3, rez-de-chaussée."),
        ("Un acte (de moins de trois mois) et la carte.", "Un acte, de moins de trois mois, et la carte."),
        ("Apportez :\n- une photo\n- un acte\nMerci", "Apportez : une photo, un acte. Merci"),
        ("<speed level='9'>Bonjour</speed> [[bOZuR]]", "speed level='9' Bonjour /speed bOZuR"),
        ("M. Dupont et Mme Martin", "monsieur Dupont et madame Martin"),
        ("Le 1er mars, au 2e étage, 13ème porte.", "Le 1er mars, au deuxième étage, treizième porte."),
        ("De 8 h 30 à 12 h, puis de 13h05 à 21 h.", "De 8 heures 30 à 12 heures, puis de 13 heures 5 à vingt et une heures."),
        ("À 1 h ; 24h/24, 7j/7.", "À une heure ; 24 heures sur 24, 7 jours sur 7."),
        ("Cela coûte 25 €, ou 25,50 €, ou 1 €.", "Cela coûte 25 euros, ou 25 euros 50, ou 1 euro."),
        ("Il y a 10\u202f000 habitants.", "Il y a 10000 habitants."),
        ("Le 01 23 45 67 89 ou 0123456789.", "Le 01, 23, 45, 67, 89 ou 01, 23, 45, 67, 89."),
        ("Le 3939 ou le 112.", "Le 3939 ou le 112."),
        ("Le 01/02/2026, pas le 45/13/2026.", "Le 1er février 2026, pas le 45/13/2026."),
        ("Prenez le n° 12.", "Prenez le numéro 12."),
        ("Pour un PACS ou un pacs, la CNI, et le PLU.", "Pour un pax ou un pax, la C N I, et le P L U."),
        ("Sur service-public.gouv.fr.", "Sur service-public point gouv point fr."),
    ],
)  # fmt: skip
def test_written_forms_become_speakable(written: str, spoken: str) -> None:
    """Typography, mark-up and the written forms that engines say wrongly are replaced; the rest stays."""
    assert speakable(written) == spoken


@given(st.text(alphabet=st.sampled_from("aB1é'<[\"«».…,;:!?()-– \n\u00a0h€/°e0123")))
def test_speakable_text_is_one_line_without_mark_up(text: str) -> None:
    """Whatever comes in: one line comes out, nothing that an engine takes for mark-up, and no word is lost."""
    spoken = speakable(text)
    assert not set(spoken) & set('\n\u00a0<>[]«»"…()')
    assert text.count("B") == spoken.count("B")


@pytest.mark.parametrize(
    ("sentence", "pieces"),
    [
        ("Une personne vous rappellera.", ["Une personne vous rappellera."]),
        (
            "J'ai noté le zéro un, quarante-deux, trente-quatre, cinquante-six, soixante-dix-huit.",
            ["J'ai noté le zéro un,", "quarante-deux, trente-quatre,", "cinquante-six, soixante-dix-huit."],
        ),
        (
            "Une personne vous rappellera au zéro six, douze, douze, douze, douze, de préférence demain matin.",
            ["Une personne vous rappellera au zéro six,", "douze, douze, douze, douze, de préférence demain matin."],
        ),
        ("Quarante lettres et plus mais nulle part de quoi respirer.", None),
    ],
)  # fmt: skip
def test_a_sentence_is_cut_where_a_voice_breathes(sentence: str, pieces: list[str] | None) -> None:
    """The first words are few; the next pieces are not made later than they are needed."""
    assert clauses(sentence) == (pieces or [sentence])


@given(st.text("abc ,;:.é", max_size=200))
def test_clauses_are_the_sentence_again(text: str) -> None:
    """Nothing is lost, whatever is cut; none but the last is very short."""
    sentence = " ".join(text.split())
    pieces = clauses(sentence)
    assert " ".join(pieces) == sentence
    assert all(len(piece) >= FIRST_CLAUSE / 2 for piece in pieces) or len(pieces) == 1


def test_sentences_are_cut_where_they_end() -> None:
    """Full stops, questions and exclamations cut; initials and abbreviations before a small letter do not."""
    text = "Bonjour ! Rue J. Jaurès, au fond, etc. puis à droite. Est-ce clair ? Oui"
    assert sentences(text) == [
        "Bonjour !",
        "Rue J. Jaurès, au fond, etc. puis à droite.",
        "Est-ce clair ?",
        "Oui",
    ]


def test_text_without_words_has_no_sentence() -> None:
    """Punctuation alone is nothing to say."""
    assert sentences(speakable(" … — ! «» ")) == []


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        (
            "une photo, un acte de naissance, un timbre fiscal",
            "une photo, un acte de naissance,",
            "un timbre fiscal",
        ),
        ("un deux trois quatre", "un deux", "trois quatre"),
        ("anticonstitutionnel", "anticonst", "itutionnel"),
    ],
)
def test_long_sentences_are_halved_at_the_best_border(text: str, first: str, second: str) -> None:
    """A clause border nearest the middle, else a space, else inside the word; nothing is lost."""
    assert halves(text) == (first, second)

"""Telephone numbers as they are said: in pairs, digit by digit, with pauses, corrections and ambiguous words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbot.understanding.normalise import number_in_words
from callbot.understanding.spoken_forms.read_back import confirm_phone, digits_said, phone_said
from callbot.understanding.spoken_forms.telephone import Phone, Status, judge, read_phone
from callbot.understanding.spoken_forms.telephone_turns import PhoneDraft

NATIONAL = st.from_regex(r"0[1-9][0-9]{8}", fullmatch=True)

SAID = {
    "pairs": ("zéro six douze trente-quatre cinquante-six soixante-dix-huit", "0612345678"),
    "pairs without hyphens": ("zéro six douze trente quatre cinquante six soixante dix huit", "0612345678"),
    "digit by digit": ("zéro six un deux trois quatre cinq six sept huit", "0612345678"),
    "Whisper's groups": ("Oui, c'est le 06 12 34 56 78.", "0612345678"),
    "Whisper's dots": ("06.12.34.56.78", "0612345678"),
    "Whisper's hyphens": ("06-12-34-56-78", "0612345678"),
    "Whisper in one": ("0612345678", "0612345678"),
    "Whisper's letter O": ("O6 12 34 56 78", "0612345678"),
    "plus thirty-three": (
        "plus trente-trois six douze trente quatre cinquante six soixante dix huit",
        "0612345678",
    ),
    "plus in signs": ("+33 (0)6 12 34 56 78", "0612345678"),
    "zero zero thirty-three": (
        "zéro zéro trente trois six douze trente quatre cinquante six dix sept",
        "0612345617",
    ),
    "hesitations": (
        "le zéro six euh douze trente-quatre, alors cinquante six, voilà soixante dix-huit",
        "0612345678",
    ),
    "an article is no digit": (
        "c'est un portable le zéro six douze trente quatre cinquante six dix",
        "0612345610",
    ),
    "70, for the length": ("zéro six soixante dix douze treize quatorze", "0670121314"),
    "60 10, for the length": ("zéro six soixante dix douze treize", "0660101213"),
    "92, for the length": ("zéro six quatre vingt douze onze douze treize", "0692111213"),
    "34 20 12, for the length": ("zéro six trente quatre vingt douze onze", "0634201211"),
    "30 92, for the length": ("zéro six trente quatre vingt douze onze douze", "0630921112"),
    "free call": ("zéro huit cent douze trente quatre cinquante six", "0800123456"),
    "double": ("zéro six double zéro onze vingt-deux trente-trois", "0600112233"),
    "times": ("zéro six trois fois le deux onze quarante-quatre cinq", "0622211445"),
    "a misheard number between others": ("zéro six cette huit neuf vint treize deux", "0678920132"),
    "septante": ("zéro six septante-huit nonante douze treize", "0678901213"),
    "the lost plus": ("Lui 33 6 12 34 56 78", "0612345678"),
    "the lost zero": ("six douze trente quatre cinquante six soixante dix huit", "0612345678"),
    "an address before": ("au 12 rue des Lilas, mon numéro c'est 06 12 34 56 78", "0612345678"),
}


@pytest.mark.parametrize(("said", "national"), SAID.values(), ids=SAID.keys())
def test_a_complete_number(said: str, national: str) -> None:
    """However it is said and written, ten digits come out."""
    phone = read_phone(said)
    assert (phone.status, phone.national, phone.e164) == (Status.COMPLETE, national, "+33" + national[1:])


@given(NATIONAL)
def test_every_number_said_in_pairs_is_understood(number: str) -> None:
    """What the bot would read back, without its commas and hyphens as Vosk writes it, is one number of the right length."""
    assert read_phone(digits_said(number)).digits == number
    vosk = digits_said(number).replace(",", "").replace("-", " ")
    assert read_phone(vosk).status is Status.COMPLETE


@given(NATIONAL)
def test_every_number_said_digit_by_digit_is_understood(number: str) -> None:
    """« quatre … vingt » cannot arise: each digit is a word of its own."""
    assert read_phone(" ".join(number_in_words(int(digit)) for digit in number)).digits == number


@given(NATIONAL, st.integers(1, 4))
def test_every_number_is_understood_in_two_utterances(number: str, pairs: int) -> None:
    """A pause anywhere between two pairs."""
    draft = PhoneDraft().hear(digits_said(number[: 2 * pairs]))
    assert draft.hear(digits_said(number[2 * pairs :])).digits == number


@given(NATIONAL)
def test_whispers_groups_are_taken_as_they_are(number: str) -> None:
    """Groups of digits are never read otherwise when they make ten digits."""
    grouped = " ".join(number[at : at + 2] for at in range(0, 10, 2))
    assert read_phone(grouped).digits == number


@pytest.mark.parametrize(
    ("said", "status", "digits"),
    [
        ("zéro six douze", Status.INCOMPLETE, "0612"),
        ("06 12 34 56 78 90", Status.TOO_LONG, "061234567890"),
        (
            "plus quarante-quatre vingt soixante-dix-neuf quarante-six zéro zéro dix-huit",
            Status.FOREIGN,
            "+442079460018",
        ),
        ("zéro zéro trente-deux deux cinq cinq cinq un deux un deux", Status.FOREIGN, "+3225551212"),
        ("plus trente-deux deux", Status.INCOMPLETE, "+322"),
        ("12 34 56 78 90", Status.INVALID, "1234567890"),
        ("je n'en ai pas", Status.EMPTY, ""),
    ],
)
def test_what_is_not_a_national_number(said: str, status: Status, digits: str) -> None:
    """Incomplete, too long, foreign, impossible, nothing."""
    assert read_phone(said) == Phone(status, digits)


TURNS = {
    "continued": (["zéro six douze", "trente quatre cinquante six", "soixante dix huit"], "0612345678"),
    "continued with the last pair again": (["06 12 34", "34 56 78"], "0612345678"),
    "a pause within a number": (["zéro six soixante", "dix douze treize quatorze"], "0670121314"),
    "the end": (["06 12 34 56 78", "non, la fin c'est quarante-cinq"], "0612345645"),
    "two pairs at the end": (["06 12 34 56 78", "ça se termine par onze douze"], "0612341112"),
    "the beginning": (["06 12 34 56 78", "ça commence par zéro sept"], "0712345678"),
    "not twelve, thirteen": (["06 12 34 56 78", "pas douze, treize"], "0613345678"),
    "not twelve, thirteen, as Vosk": (["06 12 34 56 78", "pas douze treize"], "0613345678"),
    "not twelve but thirteen": (["06 12 34 56 78", "non pas douze mais treize"], "0613345678"),
    "thirteen, not twelve": (["06 12 34 56 78", "c'est treize pas douze"], "0613345678"),
    "not 34, 84, as Vosk": (["06 12 34 56 78", "pas trente quatre quatre vingt quatre"], "0612845678"),
    "the third": (["06 12 34 56 78", "le troisième c'est trente-cinq"], "0612355678"),
    "no, and the last pair": (["06 12 34 56 78", "non, soixante-dix-neuf"], "0612345679"),
    "taken back at once": (["zéro six douze non treize trente-quatre cinquante-six dix-sept"], "0613345617"),
    "taken back two pairs": (["06 12 34 non 12 35 56 10"], "0612355610"),
    "all over": (["06 12 34", "je recommence, 07 11 22 33 44"], "0711223344"),
    "all over, at once": (["06 12 je me suis trompée je reprends 07 11 22 33 44"], "0711223344"),
    "a whole number replaces": (["06 12 34 56 78", "non c'est le 07 11 22 33 44"], "0711223344"),
    "two pairs in the middle, the first of them unchanged": (
        ["06 12 34 56 78", "j'ai dit douze trente-cinq"],
        "0612355678",
    ),
    "the beginning again": (["zéro six euh", "c'est le 06 12 34", "56 78"], "0612345678"),
    "the end, where four digits would do as well": (
        ["06 12 34 60 36", "non la fin c'est soixante quinze"],
        "0612346075",
    ),
    "broken off before it is long enough": (
        ["zéro six vingt et un soixante douze soixante et un non pardon trente deux seize"],
        "0621723216",
    ),
    "the same words again": (
        [
            "zéro un onze soixante quatre vingt trois quarante",
            "non zéro un onze soixante quatre vingt trois quarante",
        ],
        "0111608340",
    ),
    "nothing about the number": (["06 12 34 56 78", "oui c'est bien ça"], "0612345678"),
}


@pytest.mark.parametrize(("turns", "national"), TURNS.values(), ids=TURNS.keys())
def test_corrections_and_continuations(turns: list[str], national: str) -> None:
    """Over one utterance or several, the number the caller means is complete."""
    draft = PhoneDraft()
    for said in turns:
        draft = draft.hear(said)
    assert draft.phone == Phone(Status.COMPLETE, national)


@given(
    NATIONAL,
    st.lists(st.sampled_from(["non", "pas douze", "la fin 45", "euh", "34", "plus", "et", "le troisième"])),
)
def test_no_utterance_raises(number: str, turns: list[str]) -> None:
    """Any sequence of cues and numbers leads to some state, and a whole number afterwards is always taken."""
    draft = PhoneDraft()
    for said in turns:
        draft = draft.hear(said)
    assert draft.hear("je recommence " + digits_said(number)).phone.digits == number


@given(st.text(max_size=40))
def test_whatever_is_recognised_is_judged(text: str) -> None:
    """Any text has a status, and only usable numbers have an E.164 form."""
    phone = read_phone(text)
    assert (phone.e164 is not None) == phone.usable


def test_a_number_does_not_show_in_a_log() -> None:
    """It says who somebody is."""
    draft = PhoneDraft().hear("06 12 34 56 78")
    assert "12" not in repr(draft) + repr(draft.phone)


def test_a_number_is_read_back_in_pairs() -> None:
    """Each status has its sentence; zeros are said."""
    assert confirm_phone(judge("0612345678")) == (
        "J'ai noté le zéro six, douze, trente-quatre, cinquante-six, soixante-dix-huit. C'est bien ça ?"
    )
    assert confirm_phone(judge("0612")) == "J'ai noté zéro six, douze. Quelle est la suite ?"
    assert phone_said(judge("+442079460018")) == (
        "plus quarante-quatre, vingt, soixante-dix-neuf, quarante-six, zéro zéro, dix-huit"
    )
    assert {confirm_phone(judge(digits))[-1] for digits in ("", "06" * 6, "1234567890", "+32225551212")} == {
        "?"
    }

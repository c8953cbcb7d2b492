"""What Whisper invents is thrown away; what a caller says is kept."""

import pytest

from callbot.speech.plausibility import plausible_text

SURE = (0.05, -0.2)


@pytest.mark.parametrize(
    "text",
    [
        "...",
        " ",
        "Sous-titres réalisés par la communauté d'Amara.org",
        "Sous-titrage Société Radio-Canada",
        "Sous-titrage ST' 501",
        "Merci d'avoir regardé cette vidéo !",
        "Merci d’avoir regardé.",
        "Abonnez-vous !",
        "N'oubliez pas de vous abonner à la chaîne.",
        "♪ Musique ♪",
        "Je vous invite à vous faire une bonne vidéo. Merci d'avoir regardé la prochaine vidéo.",
    ],
)
def test_known_inventions_are_no_words(text: str) -> None:
    """However sure the model is."""
    assert plausible_text(text, *SURE) in ("", "Je vous invite à vous faire une bonne vidéo.")


@pytest.mark.parametrize(
    "text",
    [
        "Oui.",
        "Non merci.",
        "Bonjour, je voudrais m'abonner au réseau de bus.",
        "C'est pour la vidéosurveillance de la rue.",
        "Le cours de musique de ma fille",
        "Vous pouvez m'envoyer une vidéo ?",
        "Il est 14h30, c'est M. Dupont…",
        "Non, non, non.",
    ],
)
def test_what_callers_say_is_kept(text: str) -> None:
    """Unchanged."""
    assert plausible_text(text, *SURE) == text


def test_an_invention_beside_speech_is_cut_out() -> None:
    """The other sentences stay."""
    text = "Je voudrais un acte de naissance. Sous-titres réalisés par Amara.org"
    assert plausible_text(text, *SURE) == "Je voudrais un acte de naissance."


@pytest.mark.parametrize(
    ("no_speech_prob", "mean_logprob", "kept"),
    [
        (0.90, -2.93, False),  # digital silence
        (0.30, -1.63, False),  # wind
        (0.24, -3.47, False),  # wind
        (0.42, -1.61, False),  # music on hold
        (0.66, -0.85, True),  # an address, spoken
        (0.05, -1.50, True),  # "annulé", spoken
        (0.11, -2.85, True),  # the letter B, spoken
    ],
)
def test_doubtful_text_is_no_words(no_speech_prob: float, mean_logprob: float, kept: bool) -> None:
    """Measured on Whisper base: noise is thrown away, unsure speech is not."""
    assert bool(plausible_text("Des mots.", no_speech_prob, mean_logprob)) is kept


def test_a_loop_over_speech_is_said_once() -> None:
    """A sentence that decoding repeated until it was cut."""
    sentence = "Le club parmi à terminer 13ème et se sauve de justice"
    assert plausible_text(f"{sentence}. " * 7 + "Le club parmi", *SURE) == sentence


def test_what_precedes_a_loop_stays() -> None:
    """One turn of the loop, and what was said before it."""
    text = "Bonjour, je voudrais savoir " + "si la mairie est ouverte, " * 8 + "si la"
    assert plausible_text(text, *SURE) == "Bonjour, je voudrais savoir si la mairie est ouverte"


def test_a_loop_over_noise_is_no_words() -> None:
    """When the model also doubts that there was speech."""
    assert plausible_text("La Chine est à la Chine, " * 12, 0.38, -0.3) == ""

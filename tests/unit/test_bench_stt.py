"""How speech to text is measured: texts made comparable, errors counted, noise mixed, rows made."""

from pathlib import Path

import numpy as np
import pytest

from callbot.audio.noise import active_rms, mix
from callbot.audio.types import SPEECH_HZ
from callbot.bench.conditions import conditions
from callbot.bench.french import comparable
from callbot.bench.stt import Attempt, Row, Utterance, count_errors, interval, read_sets, score
from callbot.commands.bench import print_tables
from callbot.errors import AudioFileError, CallbotError
from tests.support.recognition import heard
from tests.support.sound import sine


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("L’Œuvre, c'est-à-dire : l'ensemble !", "l oeuvre c est à dire l ensemble"),
        ("26 rue d'Elbach", "vingt six rue d elbach"),
        ("à 14h30, ou 9 h", "à quatorze heures trente ou neuf heures"),
        ("le 1er étage et la 3e porte, 13ème rang", "le premier étage et la troisième porte treizième rang"),
        ("10 000 habitants, 3,5 %", "dix mille habitants trois virgule cinq pour cent"),
        ("05 55", "zéro cinq cinquante cinq"),
        ("0 € à Mme Dupont et M. Durand", "zéro euros à madame dupont et monsieur durand"),
        ("quatre-vingt-dix", "quatre vingt dix"),
        ("...", ""),
    ],
)
def test_texts_are_made_comparable(text: str, words: str) -> None:
    """Case, punctuation, apostrophes, ligatures and numbers."""
    assert comparable(text) == words


def test_errors_are_those_of_words() -> None:
    """Substitutions, deletions and insertions, among the words of the reference."""
    assert count_errors("La mairie ouvre à 9 heures.", "la mairie ouvre à neuf heures") == (0, 6)
    assert count_errors("La mairie ouvre.", "la mairie couvre tout") == (2, 3)
    assert count_errors("La mairie ouvre.", "") == (3, 3)


def test_noise_is_ten_decibels_under_the_speech() -> None:
    """Measured over the active part, and the same every time for the same name."""
    speech = heard("secteur") // 4
    noise = np.random.default_rng(2).normal(0, 500, 3 * SPEECH_HZ).astype(np.int16)
    mixed = mix(speech, noise, 10.0, "one")
    added = mixed.astype(float) - speech
    ratio_db = 20 * np.log10(active_rms(speech) / np.sqrt(np.mean(added**2)))
    assert ratio_db == pytest.approx(10.0, abs=0.1)
    np.testing.assert_array_equal(mixed, mix(speech, noise, 10.0, "one"))
    assert not np.array_equal(mixed, mix(speech, noise, 10.0, "two"))


def test_a_loud_mixture_is_turned_down() -> None:
    """It never wraps around."""
    loud = sine(300, SPEECH_HZ, 1.0, dbfs=0)
    mixed = mix(loud, loud, 0.0, "one")
    assert 32000 < np.abs(mixed.astype(int)).max() <= 32767
    assert np.corrcoef(mixed[:100], np.roll(mixed, -160)[:100])[0, 1] > 0.9


def test_a_missing_noise_is_named(tmp_path: Path) -> None:
    """Before anything is measured."""
    with pytest.raises(AudioFileError, match=r"city\.wav: No such file"):
        conditions(tmp_path)


def test_sets_are_read_with_their_speakers(tmp_path: Path) -> None:
    """Each folder with a table is a set; unknown attributes are question marks."""
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "utterances.tsv").write_text(
        'path\tgender\tage\taccent\ttranscript\na.wav\tF\tthirties\t\tDire "oui\nb.wav\tM\t?\tbelgium\tNon\n',
        encoding="utf-8",
    )
    first = Utterance(
        tmp_path / "one" / "a.wav", 'Dire "oui', {"gender": "F", "age": "thirties", "accent": "?"}
    )
    second = Utterance(tmp_path / "one" / "b.wav", "Non", {"gender": "M", "age": "?", "accent": "belgium"})
    assert read_sets(tmp_path, None) == {"one": [first, second]}
    assert read_sets(tmp_path, 1) == {"one": [first]}


def test_a_folder_without_sets_is_named(tmp_path: Path) -> None:
    """With the option that mends it."""
    with pytest.raises(CallbotError) as refused:
        read_sets(tmp_path / "absent", None)
    assert str(refused.value) == (
        f"{tmp_path / 'absent'}: no speech set there (SET/utterances.tsv); give --data DIR"
    )


def attempts(errors: int, gender: str, n: int) -> list[Attempt]:
    """`n` utterances of four words by one group, with so many errors each."""
    speaker = {"gender": gender, "age": "?", "accent": "france"}
    return [Attempt(Utterance(Path(f"{n}.wav"), "a b c d", speaker), errors, 4) for n in range(n)]


def test_groups_are_compared_and_the_weakest_is_named() -> None:
    """A group needs five utterances and a name; an attribute needs two known values."""
    people = [*attempts(1, "F", 6), *attempts(2, "M", 6), *attempts(4, "?", 6)]
    rows = list(score(("whisper", "whisper-base", "set", "clean"), people, 0.25))
    assert [(row.group, row.n, row.wer, row.weakest) for row in rows] == [
        (None, 18, pytest.approx(42 / 72, abs=1e-4), False),
        ("gender=?", 6, 1.0, False),
        ("gender=F", 6, 0.25, False),
        ("gender=M", 6, 0.5, True),
    ]
    assert rows[2] == Row(
        "whisper", "whisper-base", "set", "clean", "gender=F", 6, 0.25, 0.25, 0.25, 0.25, False
    )


def test_one_group_is_no_comparison() -> None:
    """A set whose speakers are all alike has its row, and no more."""
    assert [row.group for row in score(("e", "m", "set", "clean"), attempts(1, "F", 9), 0.1)] == [None]


def test_the_interval_holds_the_rate_and_is_always_the_same() -> None:
    """Half the utterances right, half wrong."""
    people = [*attempts(0, "F", 20), *attempts(4, "F", 20)]
    low, high = interval(people)
    assert low == pytest.approx(0.35, abs=0.03)
    assert high == pytest.approx(0.65, abs=0.03)
    assert interval(people) == (low, high)


def test_tables_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    """Markdown: the sets first, the groups below, the weakest named."""
    print_tables(
        [
            Row("whisper", "base", "set", "clean", None, 12, 0.25, 0.2, 0.3, 0.154),
            Row("whisper", "base", "set", "clean", "gender=F", 6, 0.5, 0.4, 0.6, 0.154, weakest=True),
        ]
    )
    assert capsys.readouterr().out.splitlines() == [
        "| model | set | condition | n | WER | 95 % interval | compute s per audio s |",
        "|---|---|---|---:|---:|---:|---:|",
        "| base | set | clean | 12 | 25.0 % | 20.0–30.0 % | 0.15 |",
        "",
        "| model | set | condition | speakers | n | WER | 95 % interval |",
        "|---|---|---|---|---:|---:|---:|",
        "| base | set | clean | gender=F (weakest) | 6 | 50.0 % | 40.0–60.0 % |",
    ]

"""Music on hold: ours and the operator's, how loud, how it loops, how it is given out."""

from pathlib import Path

import numpy as np
import pytest

from callbot.audio.files import read_wav, write_wav
from callbot.audio.loudness import active_level_dbfs
from callbot.audio.music import LEVEL_DBFS, gymnopedie, levelled
from callbot.config import Settings
from callbot.errors import SettingsError
from callbot.hold_sounds import check_music, keep_last_words, open_music
from callbot.media.asterisk import AsteriskDialect
from callbot.playback import LEAD_MS, Playback
from tests.unit.test_asterisk_dialect import start


def test_our_piece_is_soft_and_loops_without_a_click() -> None:
    """40 to 60 s; its level is what it should be; end and beginning fit like any two neighbours."""
    music = gymnopedie()
    assert 40 <= len(music) / 8000 <= 60
    assert active_level_dbfs(music / 32768, 8000) == pytest.approx(LEVEL_DBFS, abs=0.2)
    seam = np.concatenate([music[-200:], music[:200]]).astype(np.int32)
    assert np.abs(np.diff(seam)).max() <= np.abs(np.diff(music.astype(np.int32))).max()
    assert np.array_equal(music, gymnopedie())


def test_its_first_melody_note_is_the_right_one() -> None:
    """F sharp 5 at the second beat of the fifth bar: it is that piece, and not another one."""
    music = gymnopedie()
    begin = round(13 * 0.76 * 8000)
    spectrum = np.abs(np.fft.rfft(music[begin : begin + 4000].astype(float), 32_000))
    high = spectrum[600 * 4 : 1000 * 4].argmax() / 4 + 600
    assert high == pytest.approx(739.99, abs=3)


def test_the_operators_music_is_resampled_and_levelled(tmp_path: Path) -> None:
    """44.1 kHz and much too loud."""
    file = tmp_path / "musique.wav"
    loud = (32_000 * np.sin(2 * np.pi * 440 * np.arange(44_100 * 3) / 44_100)).astype(np.int16)
    write_wav(file, loud, 44_100)
    music = open_music(Settings(music=file))
    assert len(music) == pytest.approx(24_000, abs=2)
    assert active_level_dbfs(music / 32768, 8000) == pytest.approx(LEVEL_DBFS, abs=0.5)


def test_silence_stays_silent() -> None:
    """An empty file is levelled to nothing, not to noise."""
    assert not levelled([np.zeros(800, np.int16)]).any()


def test_what_cannot_be_read_is_refused_by_name(tmp_path: Path) -> None:
    """One line that names the setting."""
    with pytest.raises(SettingsError, match=r"^CALLBOT_MUSIC: there is no file '.*absent\.wav'$"):
        check_music(Settings(music=tmp_path / "absent.wav"))
    text = tmp_path / "texte.wav"
    text.write_text("la la la", encoding="utf-8")
    check_music(Settings(music=text))
    with pytest.raises(SettingsError, match=r"^CALLBOT_MUSIC: .*not a WAV file$"):
        open_music(Settings(music=text))


def test_the_last_words_are_kept_for_the_bridge(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """As a WAV file, whole; when there are none, or no room, that is logged."""
    words = np.arange(800, dtype=np.int16)
    keep_last_words(Settings(data_dir=tmp_path), words)
    kept, rate_hz = read_wav(tmp_path / "bridge" / "last-words.wav")
    assert (tmp_path / "bridge" / "journal").is_dir()
    assert (rate_hz, kept.tolist()) == (8000, words.tolist())
    keep_last_words(Settings(data_dir=tmp_path), None)
    (tmp_path / "file").write_text("")
    keep_last_words(Settings(data_dir=tmp_path / "file"), words)
    assert [record.levelname for record in caplog.records] == ["WARNING", "ERROR"]


@pytest.mark.parametrize(("form", "frame"), [("slin", 320), ("slin16", 640)])
def test_music_plays_in_time_goes_on_where_it_was_and_stops(form: str, frame: int) -> None:
    """Never more ahead than the lead; after an interruption not from the beginning; nothing after the clear."""
    dialect = AsteriskDialect()
    dialect.receive(start(form, frame))
    sent: list[bytes | str] = []
    playback = Playback(
        dialect,
        8000 if form == "slin" else 16_000,
        send=sent.extend,
        on_start=lambda _prompt: None,
        on_finish=lambda _prompt: None,
    )
    music = np.arange(8000, dtype=np.int16)

    def heard_ms() -> int:
        return sum(len(message) for message in sent if isinstance(message, bytes)) * 20 // frame

    playback.play_music(music)
    for now_ms in range(0, 3000, 20):
        playback.pump(now_ms)
        assert heard_ms() <= now_ms + LEAD_MS + 20
    assert heard_ms() >= 3000
    assert playback.clear(3000) is None
    sent.clear()
    playback.pump(3500)
    assert sent == []
    playback.play_music(music)
    playback.away(True)
    playback.pump(3520)
    assert sent == []
    playback.away(False)
    playback.pump(3540)
    assert heard_ms() > 0
    if form == "slin":
        first = np.frombuffer(sent[0], "<i2")  # type: ignore[arg-type]
        assert first[0] % 8000 != 0

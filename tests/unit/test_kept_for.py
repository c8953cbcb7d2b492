"""How long each kind of data is kept, by the settings."""

from datetime import timedelta

from callbot import config
from callbot.kept import KINDS
from callbot.privacy import kept_for


def test_corrected_sentences_outlive_neither_notes_nor_transcripts() -> None:
    """The same for the daily purge, the command and the desk's own task."""
    [kind] = [kind for kind in KINDS if kind.id == "corrections"]
    kept = [
        kept_for(kind, config.load({"CALLBOT_NOTE_DAYS": notes, "CALLBOT_TRANSCRIPT_DAYS": words}))
        for notes, words in (("30", "7"), ("5", "20"), ("30", "0"))
    ]
    assert kept == [timedelta(days=7), timedelta(days=5), timedelta(0)]

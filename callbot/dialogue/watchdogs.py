"""Every watchdog of a call, as a table: what it notices, after how long, what the caller hears, how the call ends and counts.

docs/architecture.md has it as it is here; a test compares them, and the times with the settings and constants that are named.
"""

from dataclasses import dataclass, fields

__all__ = ["WATCHDOGS", "Watchdog"]


@dataclass(frozen=True, slots=True)
class Watchdog:
    """One row. `after`: names of settings, or of constants as module.NAME, where the time stands; `hears`: a sentence's name, or words."""

    notices: str
    after: tuple[str, ...]
    hears: str
    ends: str
    counts: str

    def row(self) -> str:
        """A line of Markdown."""
        cells = [getattr(self, field.name) for field in fields(self)]
        return (
            "| "
            + " | ".join(", ".join(f"`{name}`" for name in c) if isinstance(c, tuple) else c for c in cells)
            + " |"
        )


WATCHDOGS = (
    Watchdog(
        "silence after a question",
        ("no_input_ms", "patience.PATIENCE_MS", "no_match_limit"),
        "« Je ne vous entends pas », then the keys and key 0",
        "a person, whom the line is put through to once; where nobody picks up, whom to call in danger (112, 114) and a goodbye",
        "`handed_over`; without a word or key ever, `absent`, `CallerAbsent` silence",
    ),
    Watchdog(
        "the same while nobody is there",
        ("no_input_ms", "no_match_limit"),
        "the hours, `silent_danger`, `goodbye`; may be interrupted",
        "the bot hangs up",
        "`absent`, `CallerAbsent` silence; who had spoken keeps their outcome",
    ),
    Watchdog(
        "speech without words, in a row",
        ("turns.NOISES",),
        "as one failure to understand",
        "the ladder of failures",
        "as the ladder ends",
    ),
    Watchdog(
        "the tones of a machine (busy, congestion, ring-back, dial tone, SIT; fax and modem where nobody has spoken)",
        ("tones.CADENCES", "tones.ENDLESS"),
        "`machine`; tones do not interrupt it; an emergency, a wish for a person or any key does away with the end",
        "the bot hangs up; nobody is called, but in an emergency",
        "`absent`, `CallerAbsent` machine; who had spoken keeps their outcome",
    ),
    Watchdog(
        "silence after « êtes-vous satisfait ? », or what follows it",
        ("patience.QUIET_MS", "no_input_ms"),
        "`goodbye`, over which they may still answer",
        "the bot hangs up; nobody is passed on from there",
        "as it goes on",
    ),
    Watchdog(
        "music and no words",
        ("line_watch.MUSIC_MS", "endings.WORDLESS_MS", "hold_music_ms"),
        "`music` once, quiet, `silent_danger`, `music_goodbye`; words end it at any time; speech without words counts as ever",
        "the bot hangs up; where a voice or a key was ever heard, a person, as after silence",
        "`absent`, `CallerAbsent` music; `handed_over`",
    ),
    Watchdog(
        "a caller who never stops",
        ("max_utterance_ms", "endings.MOST_STORIES"),
        "`interrupt`, then the answer, `short_question`, or choices, over their voice; an emergency's number without apology",
        "a person; while nobody is there the hours, an offer to call back, and the call goes on",
        "as it goes on",
    ),
    Watchdog(
        "too long a call",
        ("max_call_ms", "patience.NUMBER_MS"),
        "« Nous parlons depuis un bon moment »; not over an emergency's number; who leaves their number may finish",
        "a person; while nobody is there a goodbye",
        "`handed_over`; `closed`",
    ),
    Watchdog(
        "understanding that takes long",
        ("patience.FILLER_MS", "thinking_limit_ms"),
        "« Un instant », then « j'ai un problème technique »",
        "a person; while nobody is there a goodbye",
        "`handed_over`; `failed`",
    ),
    Watchdog(
        "a sentence that the leg never reports as heard",
        ("patience.PROMPT_STUCK_MS", "patience.MS_PER_LETTER"),
        "« j'ai un problème technique »",
        "a person; one who is announced already is called",
        "`handed_over`; `failed`",
    ),
    Watchdog(
        "a person who does not pick up, or a leg that does not say so",
        ("ring_seconds", "handover.SLACK_MS", "handover.JOIN_MS", "handover.REPLACE_MS"),
        "why, and what else can be done",
        "the reception once, then the bot again",
        "as it goes on",
    ),
    Watchdog(
        "silence in a message that the caller leaves, or one without end",
        ("message_recording.FIRST_WORD_MS", "message_recording.SILENCE_MS", "message_seconds"),
        "« Votre message est enregistré », `anything_else`",
        "the bot again",
        "as it goes on",
    ),
    Watchdog(
        "a leg that sends no sound",
        ("gaps.GAP_MS",),
        "nothing: counted as silence",
        "as silence does",
        "as silence does",
    ),
    Watchdog(
        "a SIP caller of whom nothing at all comes",
        ("sip_rtp_timeout_seconds", "sip_hold_minutes"),
        "nothing",
        "the bridge hangs up",
        "`failed`",
    ),
    Watchdog(
        "a connection that brings no call, or does not close",
        ("call.OPENING_SECONDS", "call.GOODBYE_SECONDS", "call.CLOSING_SECONDS"),
        "nothing",
        "it is closed",
        "not at all; as the call had ended",
    ),
)

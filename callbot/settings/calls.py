"""How a call is held: its limits, whose turn it is."""

from pydantic import Field

from callbot.settings.kinds import Part

__all__ = ["Calls"]


class Calls(Part):
    """How a call is held: its limits, whose turn it is."""

    max_calls: int = Field(
        20,
        ge=1,
        le=500,
        description="Calls that the bot speaks to at once; the next one is refused politely (busy). Who waits in the queue, or speaks to a "
        "person, is not counted.",
    )
    max_waiting: int = Field(
        30,
        ge=0,
        le=500,
        description="Callers of this machine who wait in the queue, or speak to a person from it, at once. One more is told so, and "
        "offered a call-back, or rings the service as without a queue; emergencies, and who has a place already, are let in.",
    )
    drain_seconds: int = Field(
        30, ge=0, le=600, description="How long calls in progress may go on after SIGTERM."
    )
    no_input_ms: int = Field(
        7000,
        ge=1000,
        le=60000,
        description="Silence of the caller, after a question, that counts as no input.",
    )
    thinking_limit_ms: int = Field(
        8000,
        ge=3000,
        le=120_000,
        description="Understanding what the caller said may take so long (« Un instant » after two seconds); then a person takes over.",
    )
    end_of_turn_ms: int = Field(
        500,
        ge=200,
        le=3000,
        description="Pause after speech that ends the caller's turn, when they have said a whole sentence, or what they ask is certain; "
        "not above end_of_turn_likely_ms.",
    )
    end_of_turn_short_ms: int = Field(
        400,
        ge=200,
        le=3000,
        description="The same after a short answer to a question of ours: « oui », « le deuxième ».",
    )
    end_of_turn_likely_ms: int = Field(
        700,
        ge=200,
        le=3000,
        description="The same after what may be a whole sentence; not above end_of_turn_unfinished_ms.",
    )
    end_of_turn_unfinished_ms: int = Field(
        900,
        ge=200,
        le=4000,
        description="The same after an unfinished sentence (« je voudrais… »), or while what was said is not known yet.",
    )
    end_of_turn_number_ms: int = Field(
        1500,
        ge=200,
        le=5000,
        description="The same while a telephone number is being told, a name is being spelled, or where anything may be told: where "
        "something lies, what a caller has to say about their satisfaction.",
    )
    end_of_turn_rhythm_ms: int = Field(
        300,
        ge=0,
        le=2000,
        description="The most that is added to these for a caller who pauses long inside their sentences; 0: all are treated alike.",
    )
    whole_threshold: float = Field(
        0.8,
        ge=0,
        le=1,
        description="Probability that a sentence is whole at or above which it is waited for no longer than end_of_turn_ms.",
    )
    unfinished_threshold: float = Field(
        0.1,
        ge=0,
        le=1,
        description="The same at or below which end_of_turn_unfinished_ms is waited; in between the wait is between that and "
        "end_of_turn_likely_ms.",
    )
    known_threshold: float = Field(
        0.9,
        ge=0,
        le=1,
        description="Confidence at or above which what a caller asks for is known before their turn ends: it is then waited for no longer "
        "than end_of_turn_ms where the sentence looks whole (known_whole_threshold).",
    )
    known_whole_threshold: float = Field(
        0.65,
        ge=0,
        le=1,
        description="Probability that a sentence is whole at or above which one whose request is known is waited for no longer than "
        "end_of_turn_ms; lower answers sooner, and cuts off more of those who pause after half of their question.",
    )
    rescue_ms: int = Field(
        1300,
        ge=0,
        le=5000,
        description="A caller who goes on within this time after their last word was not finished: the bot is silent, and reads both "
        "parts as one; 0: never.",
    )
    pause_ms: int = Field(
        64,
        ge=60,
        le=2000,
        description="Pause after speech at which the transcript is prepared, in case the turn ends, shorter than any that ends it "
        "(end_of_turn_…_ms); with more calls than stt_workers it takes at least 200 ms, under load 400 (docs/architecture.md, « Load »).",
    )
    max_utterance_ms: int = Field(
        28000, ge=5000, le=29000, description="Longest utterance taken in one piece."
    )
    hold_ms: int = Field(
        64,
        ge=0,
        le=1000,
        description="Speech of the caller for which the bot falls silent in the middle of a sentence, and goes on with it when nothing was "
        "meant. 0: it speaks on until it is interrupted. A value above barge_in_ms counts as barge_in_ms.",
    )
    barge_in_ms: int = Field(
        500,
        ge=100,
        le=3000,
        description="Speech of the caller over a sentence that is an interruption, and no short sound, where it may be interrupted.",
    )
    hold_music_ms: int = Field(
        120_000,
        ge=10_000,
        le=900_000,
        description="How long the bot waits where it hears music and no words (the caller has put it on hold); then it hangs up.",
    )
    max_call_ms: int = Field(
        900_000, ge=30_000, description="Longest call; then the caller is handed to a person."
    )

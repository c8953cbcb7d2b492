"""Events of whole calls, as the service would tell them, for the tests of what is kept of calls."""

from callbot.events import (
    AgentConnected,
    AgentOffered,
    AgentReleased,
    CallbackRequested,
    CallEnded,
    CallerAbsent,
    CallerQueued,
    CallStarted,
    Decision,
    DtmfReceived,
    Event,
    FinalTranscript,
    IntentMatched,
    LanguageChanged,
    MessageAccepted,
    MessageDropped,
    MessageOffered,
    MessageRecorded,
    MusicHeard,
    MusicStopped,
    NoInput,
    NoMatch,
    Outcome,
    PartialTranscript,
    PlaybackFinished,
    PlaybackHeld,
    PlaybackInterrupted,
    PlaybackResumed,
    PlaybackStarted,
    QueueAbandoned,
    SatisfactionAsked,
    SatisfactionCommented,
    SatisfactionGiven,
    SpeechStarted,
    SpeechStopped,
    ToneHeard,
    TransferFailed,
    TransferResult,
    TurnTimed,
)

CALLER = "01 39 44 55 66"
WORDS = "je voudrais refaire ma carte d'identité"
KEY = "0"
SECRETS = (CALLER, "139445566", WORDS, "refaire", "c'est pour")
"""What no event row may hold."""


def started(caller: str = CALLER) -> CallStarted:
    """The bot picked up."""
    return CallStarted(0, caller, "0139000000", "asterisk")


def answered_call(caller: str = CALLER, words: str = WORDS, response_ms: int = 640) -> tuple[Event, ...]:
    """One question, one answer, the caller hangs up: 11 s."""
    return (
        started(caller),
        PlaybackStarted(10, "greeting", None),
        PlaybackFinished(3000),
        SpeechStarted(3500),
        PartialTranscript(4500, words[:12]),
        SpeechStopped(6000, 5300),
        FinalTranscript(6000, words, 0.91, 180),
        IntentMatched(
            6010, Decision.ANSWER, "carte_identite", "documents", None, None, 0.83, "cni.documents"
        ),
        PlaybackStarted(6020, "cni.documents", response_ms),
        TurnTimed(6020, response_ms, 440, 180, 10, 10),
        PlaybackInterrupted(9000, 2980, "Il faut"),
        CallEnded(11_000, Outcome.ANSWERED, ("carte_identite",), 1, (response_ms,)),
    )


def difficult_call() -> tuple[Event, ...]:
    """A cough, silence, two failures to understand, then key 0: handed over after 40 s. Every kind of event is there."""
    return (
        started(),
        PlaybackStarted(10, "greeting", None),
        LanguageChanged(1500, "en"),
        LanguageChanged(1700, "fr"),
        SpeechStarted(2000),
        SpeechStopped(2600, 2200),
        FinalTranscript(2600, "", 0.0, 90),
        NoInput(9600, 1),
        SpeechStarted(10_000),
        PartialTranscript(10_800, "c'est pour le"),
        SpeechStopped(12_000, 11_300),
        FinalTranscript(12_000, "c'est pour le\x00 machin", 0.4, 210),
        NoMatch(12_010, 1, 0.21),
        PlaybackStarted(12_020, "rephrase", 730),
        PlaybackFinished(14_000),
        SpeechStarted(15_000),
        SpeechStopped(17_000, 16_300),
        FinalTranscript(17_000, "le machin bleu", 0.5, 150),
        NoMatch(17_010, 2, 0.18),
        DtmfReceived(18_000, KEY),
        IntentMatched(18_010, Decision.HANDOVER, None, None, "agent", None, 1.0, None),
        CallerQueued(18_020, "accueil", "asked"),
        AgentOffered(21_000, "accueil", "bridge"),
        TransferFailed(31_000, "accueil", TransferResult.NO_ANSWER, None),
        AgentOffered(32_000, "accueil", "bridge"),
        AgentConnected(35_000, "accueil", 14_000),
        AgentReleased(39_000, 4_000),
        QueueAbandoned(39_500, 500),
        CallbackRequested(39_600, "+33139445566", "demain matin", "titre_prix"),
        PlaybackStarted(18_030, "handover", None),
        PlaybackHeld(19_000, 970),
        PlaybackResumed(19_800, 800),
        PlaybackFinished(22_000),
        SatisfactionAsked(39_700),
        SatisfactionGiven(39_800, 2, "voice"),
        SatisfactionCommented(39_900, "c'est pour le 01 39 44 55 66"),
        CallEnded(40_000, Outcome.HANDED_OVER, (), 3, (730,)),
    )


def machine_call() -> tuple[Event, ...]:
    """Music for a while, then an exchange that tells that the other end has hung up: nobody ever spoke."""
    return (
        started(""),
        PlaybackStarted(10, "greeting", None),
        PlaybackFinished(3000),
        MusicHeard(22_000),
        MusicStopped(40_000),
        ToneHeard(45_000, "busy"),
        MessageOffered(45_000),
        MessageAccepted(45_000),
        MessageDropped(45_000),
        MessageRecorded(45_000, 4000, "hang_up"),
        CallerAbsent(45_000, "machine"),
        PlaybackStarted(45_020, "machine", None),
        PlaybackFinished(49_000),
        CallEnded(49_000, Outcome.ABSENT, (), 0, ()),
    )

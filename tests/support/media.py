"""What a dialect told, in a form that compares: arrays of sound become tuples of samples."""

from callbot.errors import MediaProtocolError
from callbot.media.dialect import AudioFrame, Dialect, LegClosed, LegOpened, MediaEvent, Message

Told = MediaEvent | tuple[int, ...]


def comparable(events: list[MediaEvent]) -> list[Told]:
    """The events, with the samples of each AudioFrame in its place."""
    return [tuple(event.pcm.tolist()) if isinstance(event, AudioFrame) else event for event in events]


def told(dialect: Dialect, *received: Message) -> list[Told]:
    """Everything that these messages tell, in order."""
    return [event for message in received for event in comparable(dialect.receive(message))]


def assert_events_or_a_named_error(dialect: Dialect, received: list[Message]) -> None:
    """Whatever arrives: events, the first of which opens or closes the leg, until MediaProtocolError ends the call."""
    events: list[MediaEvent] = []
    reason = ""
    try:
        for message in received:
            events += dialect.receive(message)
    except MediaProtocolError as error:
        reason = str(error)
    assert "\n" not in reason
    assert not events or isinstance(events[0], LegOpened | LegClosed)

"""Twilio Media Streams: JSON all the way, µ-law in base64. What Telnyx and Exotel offer resembles it.

The caller and the line come from the stream's parameters, in TwiML `<Parameter name="from" value="…"/>` and `name="to"`.
Source: twilio.com/docs/voice/media-streams/websocket-messages.
"""

import base64
import binascii
import json

from callbot.audio import g711
from callbot.audio.types import TELEPHONE_HZ, Pcm
from callbot.errors import MediaProtocolError
from callbot.media import messages
from callbot.media.dialect import (
    AudioFrame,
    DtmfPressed,
    LegClosed,
    LegOpened,
    MarkPlayed,
    MediaEvent,
    Message,
    WithoutConsult,
)
from callbot.media.messages import Fields, Marks

ENCODING = "audio/x-mulaw"


class TwilioDialect(WithoutConsult):
    """One leg over Twilio Media Streams, bidirectional (`<Connect><Stream>`)."""

    name = "twilio"
    buffers = True

    def __init__(self) -> None:
        self.ignored = 0
        """Messages without a meaning for us."""
        self._stream: str | None = None
        self._marks = Marks()

    def receive(self, message: Message) -> list[MediaEvent]:
        """Events told by one message; the first one is LegOpened. Raises MediaProtocolError."""
        if isinstance(message, bytes):
            raise MediaProtocolError("a binary message: Twilio sends JSON only")
        if len(message) > messages.MAX_MESSAGE_BYTES:
            raise MediaProtocolError("a message is longer than 64 KiB")
        fields = messages.json_object(message)
        match messages.text(fields, "event"):
            case "connected":
                return []
            case "start":
                return [self._open(fields)]
            case "stop":
                return [LegClosed()]
            case event:
                self._opened()
                return self._during_the_call(event, fields)

    def answer(self) -> list[Message]:
        """Nothing to say: Twilio has answered."""
        return []

    def audio(self, pcm: Pcm) -> list[Message]:
        """Play sound at 8 kHz."""
        payload = base64.b64encode(g711.encode_ulaw(pcm)).decode("ascii")
        return [self._message("media", media={"payload": payload})] if len(pcm) else []

    def mark(self, name: str) -> list[Message]:
        """Report when everything before has been played."""
        return [self._message("mark", mark={"name": self._marks.sent(name)})]

    def clear(self) -> list[Message]:
        """Throw away what has not been played. Twilio then returns the marks behind it, which are not told."""
        self._marks.clear()
        return [self._message("clear")]

    def transfer(self, destination: str) -> list[Message] | None:  # noqa: ARG002
        """Not known here: the TwiML behind `<Connect>` goes on when the leg ends."""
        return None

    def hang_up(self) -> list[Message]:
        """Nothing to say: the stream ends with the connection."""
        return []

    def _during_the_call(self, event: str, fields: Fields) -> list[MediaEvent]:
        told: MediaEvent | None = None
        match event:
            case "media":
                return self._sound(messages.part(fields, "media"))
            case "dtmf":
                key = messages.key_of(messages.text(messages.part(fields, "dtmf"), "digit"))
                told = DtmfPressed(key) if key else None
            case "mark":
                name = self._marks.returned(messages.text(messages.part(fields, "mark"), "name"))
                told = MarkPlayed(name) if name is not None else None
        self.ignored += told is None
        return [] if told is None else [told]

    def _message(self, event: str, **parts: dict[str, str]) -> str:
        return json.dumps({"event": event, "streamSid": self._opened(), **parts}, separators=(",", ":"))

    def _opened(self) -> str:
        if self._stream is None:
            raise MediaProtocolError("the stream has not started")
        return self._stream

    def _open(self, fields: Fields) -> LegOpened:
        if self._stream is not None:
            raise MediaProtocolError("a second start of the stream")
        start = messages.part(fields, "start")
        form = messages.part(start, "mediaFormat")
        encoding = messages.text(form, "encoding")
        rate_hz = messages.whole_number(form, "sampleRate", TELEPHONE_HZ)
        if (encoding, rate_hz) != (ENCODING, TELEPHONE_HZ):
            raise MediaProtocolError(
                f"sound in '{encoding}' at {rate_hz} Hz: only {ENCODING} at 8000 Hz is taken"
            )
        self._stream = messages.text(fields, "streamSid") or messages.text(start, "streamSid")
        parameters = messages.part(start, "customParameters")
        return LegOpened(
            leg_id=messages.text(start, "callSid") or self._stream,
            caller=messages.text(parameters, "from"),
            line=messages.text(parameters, "to"),
            rate_hz=TELEPHONE_HZ,
        )

    def _sound(self, media: Fields) -> list[MediaEvent]:
        if messages.text(media, "track") == "outbound":
            return []
        payload = media.get("payload", "")
        if not isinstance(payload, str):
            raise MediaProtocolError("'payload' is not text")
        try:
            codes = base64.b64decode(payload, validate=True)
        except (binascii.Error, ValueError):
            raise MediaProtocolError("'payload' is not base64") from None
        return [AudioFrame(g711.decode_ulaw(codes))] if codes else []

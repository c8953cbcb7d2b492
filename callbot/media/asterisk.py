"""Asterisk's `chan_websocket`, the native dialect: raw sound in binary messages, control in JSON. Our SIP bridge speaks it too.

Sources: docs.asterisk.org, Configuration / Channel Drivers / WebSocket, and Asterisk's `channels/chan_websocket.c`. Marks need
Asterisk 20.18, 22.8 or 23.2. An Asterisk left at its default, the older plain-text control messages, is answered in kind.
"""

import json
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self
from urllib.parse import parse_qsl

import numpy as np

from callbot.audio import g711
from callbot.audio.types import FRAME_MS, Pcm
from callbot.errors import MediaProtocolError
from callbot.events import TransferResult
from callbot.media import messages
from callbot.media.asterisk_transfers import TransferCommands, transfer_event
from callbot.media.dialect import (
    AudioFrame,
    DtmfPressed,
    FlowChanged,
    LegClosed,
    LegOpened,
    MarkPlayed,
    MediaEvent,
    Message,
)
from callbot.media.messages import Fields, Marks

MAX_SENT_BYTES = 65500
"""Longest message that Asterisk takes; a longer one ends the call."""
CALLER_VARIABLE, LINE_VARIABLE = "CALLBOT_FROM", "CALLBOT_TO"
"""Channel variables that name the caller and the line, before what the address says."""

_PLAIN_TEXT = re.compile(r"[A-Z_]+( [^\n]*)?")
_WITHOUT_CONSEQUENCE = {"QUEUE_DRAINED", "MEDIA_BUFFERING_COMPLETED", "STATUS"}
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Format:
    """One of Asterisk's names for a codec."""

    rate_hz: int
    sample_bytes: int
    encode: Callable[[Pcm], bytes]
    decode: Callable[[bytes], Pcm]


def _to_linear(pcm: Pcm) -> bytes:
    return pcm.astype("<i2").tobytes()


def _from_linear(sound: bytes) -> Pcm:
    return np.frombuffer(sound, "<i2").astype(np.int16)


FORMATS = {
    "alaw": _Format(8000, 1, g711.encode_alaw, g711.decode_alaw),
    "ulaw": _Format(8000, 1, g711.encode_ulaw, g711.decode_ulaw),
    "slin": _Format(8000, 2, _to_linear, _from_linear),
    "slin16": _Format(16000, 2, _to_linear, _from_linear),
}


class AsteriskDialect(TransferCommands):
    """One leg over `chan_websocket`.

    Sound goes out in whole frames, because Asterisk drops what does not fill one: the rest waits here for more sound, or for
    a mark, which fills it up with silence. Asterisk tells a hang-up by closing the connection; legs of our own (bridge, browser,
    `callbot call`) may send the event HANGUP first, and still get what there is to tell.
    """

    name = "asterisk"
    buffers = True

    def __init__(
        self,
        leg_id: str = "",
        caller: str = "",
        line: str = "",
        *,
        can_transfer: bool = False,
        caller_name: str = "",
        returned: TransferResult | None = None,
        watch: str = "",
    ) -> None:
        super().__init__(can_transfer)
        self.ignored = 0
        """Messages without a meaning for us."""
        self._leg_id, self._caller, self._line = leg_id, caller, line
        self._caller_name, self._returned, self._watch = caller_name, returned, watch
        self._format: _Format | None = None
        self._frame = 0  # samples
        self._plain_text = False  # the form of the peer's last control message
        self._rest: Pcm = np.zeros(0, np.int16)
        self._marks = Marks()

    @classmethod
    def from_uri(cls, path: str) -> Self:
        """The dialect for a request of `path`, as `/media?id=…&from=…&to=…&name=…&transfer=1&returned=…&watch=…`; all optional.

        A value of `returned` that is no TransferResult is ignored. Raises MediaProtocolError when there are too many parameters.
        """
        query = path.partition("?")[2].replace("+", "%2B")  # numbers start with it; nobody writes spaces here
        try:
            fields: Fields = dict(parse_qsl(query, max_num_fields=32))
        except ValueError:
            raise MediaProtocolError("the address has too many parameters") from None
        return cls(
            leg_id=messages.text(fields, "id"),
            caller=messages.text(fields, "from"),
            line=messages.text(fields, "to"),
            can_transfer=fields.get("transfer") == "1",
            caller_name=messages.text(fields, "name"),
            returned=TransferResult(given)
            if (given := fields.get("returned")) in set(TransferResult)
            else None,
            watch=messages.text(fields, "watch"),
        )

    def receive(self, message: Message) -> list[MediaEvent]:
        """Events told by one message; the first one is LegOpened. Raises MediaProtocolError."""
        if len(message) > messages.MAX_MESSAGE_BYTES:
            raise MediaProtocolError("a message is longer than 64 KiB")
        if isinstance(message, bytes):
            return self._receive_sound(message)
        self._plain_text = not message.lstrip().startswith("{")
        return self._receive_event(
            (_plain_text_fields if self._plain_text else messages.json_object)(message)
        )

    def answer(self) -> list[Message]:
        """Pick up; without effect where Asterisk has answered by itself."""
        return [self._command("ANSWER")]

    def audio(self, pcm: Pcm) -> list[Message]:
        """Play sound at the leg's rate: binary messages of whole frames."""
        form = self._opened()
        sound = np.concatenate([self._rest, pcm]) if len(self._rest) else pcm
        whole = len(sound) - len(sound) % self._frame
        self._rest = sound[whole:].copy()
        longest = MAX_SENT_BYTES // form.sample_bytes
        longest -= longest % self._frame
        return [form.encode(sound[start : min(start + longest, whole)]) for start in range(0, whole, longest)]

    def mark(self, name: str) -> list[Message]:
        """Report when everything before has been played."""
        missing = -len(self._rest) % self._frame if self._frame else 0
        end = self.audio(np.zeros(missing, np.int16)) if missing else []
        return [*end, self._command("MARK_MEDIA", correlation_id=self._marks.sent(name))]

    def clear(self) -> list[Message]:
        """Throw away what has not been played, with its marks: Asterisk does not return them."""
        self._rest = self._rest[:0]
        self._marks.clear()
        return [self._command("FLUSH_MEDIA")]

    def hang_up(self) -> list[Message]:
        """End the leg."""
        return [self._command("HANGUP")]

    def _command(self, name: str, **parameters: str | int) -> str:
        """A command in the peer's form. Asterisk ignores those of more than 128 bytes: only our bridge's own may be longer."""
        if self._plain_text:
            return " ".join([name, *map(str, parameters.values())])
        return json.dumps({"command": name, **parameters}, separators=(",", ":"))

    def _encode(self, pcm: Pcm) -> bytes:
        return self._opened().encode(pcm)

    def _opened(self) -> _Format:
        if self._format is None:
            raise MediaProtocolError("the leg has not sent MEDIA_START")
        return self._format

    def _receive_sound(self, sound: bytes) -> list[MediaEvent]:
        form = self._opened()
        if len(sound) % form.sample_bytes:
            raise MediaProtocolError("a message of linear sound has an odd length")
        return [AudioFrame(form.decode(sound))] if sound else []

    def _receive_event(self, fields: Fields) -> list[MediaEvent]:
        event = messages.text(fields, "event")
        if event == "MEDIA_START":
            return [self._open(fields)]
        self._opened()
        told = self._during_the_call(event, fields)
        self.ignored += told is None and event not in _WITHOUT_CONSEQUENCE
        return [] if told is None else [told]

    def _during_the_call(self, event: str, fields: Fields) -> MediaEvent | None:
        match event:
            case "DTMF_END":
                key = messages.key_of(messages.text(fields, "digit"))
                return DtmfPressed(key) if key else None
            case "MEDIA_MARK_PROCESSED":
                name = self._marks.returned(messages.text(fields, "correlation_id"))
                return MarkPlayed(name) if name is not None else None
            case "MEDIA_XOFF" | "MEDIA_XON":
                return FlowChanged(paused=event == "MEDIA_XOFF")
            case "HANGUP":
                return LegClosed()
            case "ERROR":
                _log.warning(
                    "the telephone leg reports an error", extra={"error": messages.text(fields, "error_text")}
                )
        return transfer_event(event, fields, self._consult_marks) if self._can_transfer else None

    def _open(self, fields: Fields) -> LegOpened:
        if self._format is not None:
            raise MediaProtocolError("a second MEDIA_START")
        self._format = _format(messages.text(fields, "format"))
        self._frame = _frame_samples(self._format, fields)
        self._can_transfer = self._can_transfer or fields.get("transfer") in (True, "1")
        variables = {
            name.lstrip("_"): value for name, value in messages.part(fields, "channel_variables").items()
        }
        return LegOpened(
            leg_id=self._leg_id
            or messages.text(fields, "channel_id")
            or messages.text(fields, "connection_id"),
            caller=messages.text(variables, CALLER_VARIABLE) or self._caller,
            line=messages.text(variables, LINE_VARIABLE) or self._line,
            rate_hz=self._format.rate_hz,
            transfers=self._can_transfer,
            caller_name=self._caller_name,
            returned=self._returned,
            watch=self._watch,
        )


def _plain_text_fields(message: str) -> Fields:
    """The fields of a plain-text control message: `NAME key:value key:value`, or `NAME correlation-id`."""
    if not _PLAIN_TEXT.fullmatch(message):
        raise MediaProtocolError("a control message is neither JSON nor one of Asterisk's")
    name, _, rest = message.partition(" ")
    fields: Fields = dict(word.split(":", 1) for word in rest.split() if ":" in word)
    if name == "MEDIA_MARK_PROCESSED":
        fields["correlation_id"] = rest.strip()
    return {**fields, "event": name}


def _format(name: str) -> _Format:
    if name not in FORMATS:
        raise MediaProtocolError(
            f"the sound's format is '{name}': dial the WebSocket with c(alaw), c(ulaw), c(slin) or c(slin16)"
        )
    return FORMATS[name]


def _frame_samples(form: _Format, fields: Fields) -> int:
    """Samples of the frames that Asterisk wants. In passthrough mode it says 0: then nothing can be marked or flushed."""
    size = messages.whole_number(
        fields, "optimal_frame_size", form.rate_hz * FRAME_MS // 1000 * form.sample_bytes
    )
    if not 0 < size <= MAX_SENT_BYTES or size % form.sample_bytes:
        raise MediaProtocolError(
            f"frames of {size} bytes cannot be sent: dial the WebSocket without passthrough mode (p)"
        )
    return size // form.sample_bytes

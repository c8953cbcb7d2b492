"""SIPp scenarios, built step by step: `Scenario().invite().answered().play("voice.al").pause(1500).bye()`."""

from dataclasses import dataclass
from typing import Self

CODECS = {"pcma": (8, "PCMA/8000"), "pcmu": (0, "PCMU/8000"), "g722": (9, "G722/8000")}
ALLOWED = "INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, UPDATE, REFER, NOTIFY"
LINE_END = "\n      "


@dataclass(frozen=True, slots=True)
class Offer:
    """An SDP: codecs by name in order; `port` is where the sound is wanted (0: at SIPp, which ignores it)."""

    codecs: tuple[str, ...] = ("pcma",)
    port: int = 0
    keys: bool = True
    profile: str = "RTP/AVP"
    lines: tuple[str, ...] = ()
    """Further lines of the media section."""

    def sdp(self, direction: str, version: int) -> str:
        """The body, with SIPp's own variables in it."""
        types = [(CODECS[name][0], CODECS[name][1]) for name in self.codecs]
        types += [(101, "telephone-event/8000")] if self.keys else []
        media = [f"m=audio {self.port or '[rtpstream_audio_port]'} {self.profile} "]
        media[0] += " ".join(str(number) for number, _ in types)
        media += [f"a=rtpmap:{number} {name}" for number, name in types]
        media += ["a=fmtp:101 0-16"] if self.keys else []
        head = ["v=0", f"o=sipp 53655765 {version} IN IP4 [local_ip]", "s=-", "c=IN IP4 [media_ip]", "t=0 0"]
        return LINE_END.join([*head, *media, *self.lines, "a=ptime:20", f"a={direction}"])


class Scenario:
    """What one SIPp does. As a caller it begins with `invite` (or `options`), as a callee with `expect("INVITE")`."""

    def __init__(
        self, *, caller: str = "0139000001", name: str = "Appelant", offer: Offer | None = None
    ) -> None:
        self._caller, self._name, self.offer = caller, name, offer or Offer()
        self._steps: list[str] = []
        self._cseq = self._version = 0
        self._invite_step = 0
        self._invite_cseq = 0
        self._is_callee = False

    # As a caller

    def invite(self, *headers: str) -> Self:
        """Call; `headers` are whole lines such as `Require: timer`."""
        return self._invite("sendrecv", headers, dialog=self._cseq > 0)

    def reinvite(self, direction: str) -> Self:
        """Change the call: `sendonly` puts the far end on hold, `sendrecv` resumes; the answer is awaited and acknowledged."""
        return self._invite(direction, (), dialog=True).answered()

    def answered(self) -> Self:
        """Wait for 200, on the way 100, 180 and 183 may come; acknowledge it."""
        self._progress()
        remote = "" if self._is_callee else _remember(("remote", "To:"))
        self._step(f'<recv response="200" rrs="true">{remote}</recv>')
        return self._send("ACK", self._invite_cseq, "branch=[branch]", dialog=True)

    def refused(self, code: int) -> Self:
        """Wait for that final answer; acknowledge it."""
        self._progress()
        return self._step(f'<recv response="{code}"/>')._acknowledge_refusal()

    def ringing(self) -> Self:
        """Wait for 180."""
        self._step('<recv response="100" optional="true"/>')
        return self._step('<recv response="180"/>')

    def cancel(self) -> Self:
        """Give up before the answer: CANCEL, its 200, then 487."""
        self._send("CANCEL", self._invite_cseq, self._branch_of_invite(), dialog=False, retransmit=True)
        self._step('<recv response="200"/>')
        return self._step('<recv response="487"/>')._acknowledge_refusal()

    def options(self) -> Self:
        """Ask whether the far end is there; 200."""
        return self._request("OPTIONS", dialog=self._cseq > 0)

    # In a call

    def play(self, file: str, codec: str = "pcma", times: int = -1) -> Self:
        """Send the raw G.711 file (in SIPp's folder) as RTP, again and again unless told; goes on until the call's end."""
        number, name = CODECS[codec]
        return self._step(f'<nop><action><exec rtp_stream="{file},{times},{number},{name}"/></action></nop>')

    def pause(self, ms: int) -> Self:
        """Let the call go on."""
        return self._step(f'<pause milliseconds="{ms}"/>')

    def info_key(self, digit: str) -> Self:
        """Press a key by SIP INFO (application/dtmf-relay); 200."""
        body = LINE_END.join([f"Signal={digit}", "Duration=160"])
        return self._request("INFO", body=body, content="application/dtmf-relay")

    def bye(self) -> Self:
        """Hang up; 200."""
        return self._request("BYE")

    def expect(self, method: str, *headers: str, code: str = "200 OK") -> Self:
        """Wait for a request and answer it; INVITE is only awaited (see `respond`), ACK has no answer."""
        if method == "INVITE":
            self._is_callee = True
            kept = _remember(("remote", "From:"), ("local", "To:"), ("via", "Via:"), ("cseq", "CSeq:"))
            return self._step(f'<recv request="INVITE" rrs="true">{kept}</recv>')
        self._step(f'<recv request="{method}"/>')
        return self if method == "ACK" else self._answer(code, headers=headers)

    def expect_refer(self, *fragments: str) -> Self:
        """Take a blind transfer: 202, then NOTIFY each of these, such as `SIP/2.0 486 Busy Here`."""
        self.expect("REFER", code="202 Accepted")
        for index, fragment in enumerate(fragments):
            last = index == len(fragments) - 1
            state = "terminated;reason=noresource" if last else "active;expires=60"
            headers = ("Event: refer", f"Subscription-State: {state}")
            self._request("NOTIFY", *headers, body=fragment, content="message/sipfrag;version=2.0")
        return self

    # As a callee

    def respond(self, code: str) -> Self:
        """Answer the INVITE: `180 Ringing`, `486 Busy Here`, `200 OK` (with our SDP)."""
        return self._answer(code, with_sdp=code.startswith(("200", "183")))

    def respond_to_invite(self, code: str) -> Self:
        """The final answer to the INVITE after another request came in between (CANCEL: `487 Request Terminated`)."""
        lines = [
            f"SIP/2.0 {code}",
            "Via: [$via]",
            "From: [$remote]",
            "To: [$local];tag=[pid]SIPp[call_number]",
            "[last_Call-ID:]",
            "CSeq: [$cseq]",
        ]
        return self._message("", lines, "", "")

    def refer(self, uri: str) -> Self:
        """Send the caller elsewhere, blindly; 202."""
        self._request("REFER", f"Refer-To: <{uri}>", code=202)
        return self

    def xml(self) -> str:
        """The scenario as SIPp reads it."""
        kept = "remote,local,via,cseq" if self._is_callee else "remote"
        uses = (
            f'  <Reference variables="{kept}"/>' if any("assign_to" in step for step in self._steps) else ""
        )
        head = '<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="callbot">'
        return "\n".join([head, *self._steps, uses, "</scenario>", ""])

    # Parts

    def _invite(self, direction: str, headers: tuple[str, ...], *, dialog: bool) -> Self:
        self._version += 1
        self._cseq += 1
        self._invite_step, self._invite_cseq = len(self._steps), self._cseq
        body = self.offer.sdp(direction, self._version)
        return self._send(
            "INVITE",
            self._cseq,
            "branch=[branch]",
            *headers,
            dialog=dialog,
            body=body,
            content="application/sdp",
            retransmit=True,
        )

    def _request(
        self,
        method: str,
        *headers: str,
        body: str = "",
        content: str = "",
        dialog: bool = True,
        code: int = 200,
    ) -> Self:
        self._cseq += 1
        self._send(
            method,
            self._cseq,
            "branch=[branch]",
            *headers,
            dialog=dialog,
            body=body,
            content=content,
            retransmit=True,
        )
        return self._step(f'<recv response="{code}"/>')

    def _acknowledge_refusal(self) -> Self:
        """Part of the INVITE's own transaction, unlike the ACK of 200."""
        return self._send("ACK", self._invite_cseq, self._branch_of_invite(), dialog=False, to="[last_To:]")

    def _send(
        self,
        method: str,
        cseq: int,
        branch: str,
        *headers: str,
        dialog: bool,
        body: str = "",
        content: str = "",
        retransmit: bool = False,
        to: str = "",
    ) -> Self:
        own = f'"{self._name}" <sip:{self._caller}@[local_ip]:[local_port]>;tag=[pid]SIPp[call_number]'
        local = "[$local];tag=[pid]SIPp[call_number]" if self._is_callee else own
        address = "sip:[service]@[remote_ip]:[remote_port]"
        lines = [
            f"{method} {'[next_url]' if dialog else address} SIP/2.0",
            f"Via: SIP/2.0/[transport] [local_ip]:[local_port];{branch}",
            *(["[routes]"] if dialog else []),
            f"From: {local}",
            to or (f"To: {'[$remote]' if dialog else f'<{address}>'}"),
            "Call-ID: [call_id]",
            f"CSeq: {cseq} {method}",
            "Contact: <sip:sipp@[local_ip]:[local_port];transport=[transport]>",
            "Max-Forwards: 70",
            f"Allow: {ALLOWED}",
            *headers,
        ]
        return self._message('retrans="500"' if retransmit else "", lines, body, content)

    def _answer(self, code: str, *, headers: tuple[str, ...] = (), with_sdp: bool = False) -> Self:
        tag = ";tag=[pid]SIPp[call_number]" if 'request="INVITE"' in self._last_request() else ""
        self._version += with_sdp
        lines = [
            f"SIP/2.0 {code}",
            "[last_Via:]",
            "[last_Record-Route:]",
            "[last_From:]",
            f"[last_To:]{tag}",
            "[last_Call-ID:]",
            "[last_CSeq:]",
            "Contact: <sip:sipp@[local_ip]:[local_port];transport=[transport]>",
            *headers,
        ]
        body = self.offer.sdp("sendrecv", self._version) if with_sdp else ""
        return self._message("", lines, body, "application/sdp")

    def _message(self, attributes: str, lines: list[str], body: str, content: str) -> Self:
        lines += [f"Content-Type: {content}", "Content-Length: [len]"] if body else ["Content-Length: 0"]
        text = LINE_END.join(lines) + "\n\n" + (f"      {body}\n\n" if body else "")
        return self._step(f"<send {attributes}><![CDATA[\n      {text}    ]]></send>")

    def _progress(self) -> None:
        for code in (100, 180, 183):
            self._step(f'<recv response="{code}" optional="true"/>')

    def _branch_of_invite(self) -> str:
        return f"branch=[branch-{len(self._steps) - self._invite_step}]"

    def _last_request(self) -> str:
        return next((step for step in reversed(self._steps) if "<recv request" in step), "")

    def _step(self, xml: str) -> Self:
        self._steps.append("  " + xml)
        return self


def _remember(*what: tuple[str, str]) -> str:
    """Keep headers of the message in SIPp's variables."""
    kept = [
        f'<ereg regexp=".*" search_in="hdr" header="{header}" check_it="true" assign_to="{variable}"/>'
        for variable, header in what
    ]
    return f"<action>{''.join(kept)}</action>"

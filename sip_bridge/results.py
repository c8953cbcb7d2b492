"""How a SIP call or transfer ended, as the dialogue understands it. Pure."""

from callbot.events import TransferResult

__all__ = ["of_close", "of_refer", "of_status", "status_in"]

_BY_STATUS = {
    **dict.fromkeys((486, 600), TransferResult.BUSY),
    **dict.fromkeys((408, 480, 487), TransferResult.NO_ANSWER),
    # 405 and 501 are what a telephone system says that knows no REFER or does not permit it.
    **dict.fromkeys((401, 403, 405, 407, 501, 603, 607), TransferResult.REJECTED),
    **dict.fromkeys((404, 410, 484, 502, 503, 504), TransferResult.UNREACHABLE),
}


def of_status(status: int | None) -> TransferResult:
    """The result that a SIP status stands for; FAILED for any other, and for none."""
    if status is not None and 200 <= status < 300:
        return TransferResult.ANSWERED
    return _BY_STATUS.get(status or 0, TransferResult.FAILED)


def status_in(text: str) -> int | None:
    """The status at the start of a line such as `486 Busy Here`; None where there is none."""
    head = text.split(" ", 1)[0]
    return int(head) if len(head) == 3 and head.isascii() and head.isdigit() else None


def of_close(
    text: str, *, established: bool, outgoing: bool, by_us: bool
) -> tuple[TransferResult, int | None]:
    """How a leg ended, from the stack's reason for closing it.

    A leg that we rang and gave up is `no_answer`; a transport that fails (connection refused, no answer at all) is `unreachable`.
    """
    code = status_in(text)
    if established:
        return TransferResult.ANSWERED, code
    if not outgoing:
        return TransferResult.CALLER_GONE, code
    if by_us:
        return TransferResult.NO_ANSWER, code
    return (TransferResult.UNREACHABLE if code is None else of_status(code)), code


def of_refer(status: int | None, *, gone: bool, unsupported: bool) -> tuple[TransferResult, int | None]:
    """How a REFER failed: `gone` when the caller hung up meanwhile, `unsupported` when their side knows no Replaces."""
    if gone:
        return TransferResult.CALLER_GONE, status
    if unsupported:
        return TransferResult.REJECTED, status
    return of_status(status), status

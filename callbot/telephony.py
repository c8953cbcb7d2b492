"""The supervisor of the SIP bridge, a process of its own: starts it, hears how it stands, and starts it again when it dies.

    to its standard input     one line: the settings, their secrets and `media_url`; then {"command": "drain"} or {"command": "stop"}
    from its standard output  a line per change (`callbot.bridge_reports`); its log goes to our standard error

The input's end means that the service is gone, killed perhaps: the bridge then sends its callers to people, and ends.
"""

import asyncio
import json
import logging
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Iterable, Sequence

from pydantic import SecretStr

from callbot.bridge_reports import BridgeState, Ready, read_report
from callbot.config import Settings
from callbot.errors import TelephonyError
from callbot.supervision import Phase, Supervision
from callbot.web.service import TelephoneState, TelephoneStatus
from sip_bridge.orphans import end_dialogs

logger = logging.getLogger(__name__)

COMMAND = (sys.executable, "-m", "sip_bridge", "--supervised")
START_SECONDS = 60
"""How long the bridge may take to listen; then it is killed."""
STOP_SECONDS = 10
"""How long it may take to end itself; then it is killed."""
SEE_OFF_SECONDS = 35
"""How much longer while it has calls: it brings them to people, and lets two who talk go on a while."""
EXIT_SECONDS = 5
"""How long a process may live on that has closed its output; then it is killed."""
LONGEST_LINE = 1 << 16
STATES = {
    Phase.STARTING: TelephoneState.STARTING,
    Phase.READY: TelephoneState.READY,
    Phase.WAITING: TelephoneState.RESTARTING,
    Phase.DRAINING: TelephoneState.STOPPING,
    Phase.OVER: TelephoneState.STOPPING,
}


class Telephony:
    """The bridge over its lives. `start` once; `drain` before the calls are ended, `stop` after: both may come at any time."""

    def __init__(self, settings: Settings, command: Sequence[str] = COMMAND) -> None:
        self._settings = settings
        self._command = command
        self._supervision = Supervision()
        self._bridge = BridgeState()
        self._process: Process | None = None
        self._task: asyncio.Task[None] | None = None
        self._started = asyncio.Event()
        self._stopped = asyncio.Event()
        self._failure = ""

    @property
    def port(self) -> int:
        """The port that SIP has bound; the setting before that is known."""
        return self._bridge.port or self._settings.sip_port

    def status(self) -> TelephoneStatus:
        """How it stands, for the pages and for `callbot serve`."""
        state = STATES[self._supervision.phase]
        if state is TelephoneState.STARTING and self._started.is_set():
            state = TelephoneState.RESTARTING
        registered = self._settings.sip_mode == "registered"
        if registered and not self._bridge.registered and state is not TelephoneState.STOPPING:
            state = TelephoneState.UNREGISTERED
        return TelephoneStatus(
            state, self.port, self._bridge.calls, self._settings.sip_domain if registered else ""
        )

    async def start(self, media_url: str) -> None:
        """Start the bridge and wait until it takes calls. A PBX that refuses us now is asked again, behind this.

        Raises TelephonyError, one line, when the settings keep the bridge from starting.
        """
        self._task = asyncio.create_task(self._supervise(media_url))
        self._task.add_done_callback(self._supervised)
        await self._started.wait()
        if self._failure:
            raise TelephonyError(self._failure)

    async def drain(self) -> None:
        """Take no new call; those in progress go on."""
        self._supervision.was_drained()
        self._command_bridge("drain")

    async def stop(self) -> None:
        """End what is left, and the bridge itself; it is killed when that takes too long. Idempotent."""
        self._supervision.was_drained()
        self._stopped.set()
        self._command_bridge("stop")
        if not self._task:
            return
        patience_s = STOP_SECONDS + (SEE_OFF_SECONDS if self._bridge.calls else 0)
        _done, late = await asyncio.wait([self._task], timeout=patience_s)
        if late:
            logger.error("the SIP bridge did not end in time and is killed")
            self._kill()
        await asyncio.wait([self._task])

    def _supervised(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()):
            logger.critical("the SIP bridge is supervised no more", exc_info=error)
            self._failure = self._failure or "the SIP bridge cannot be supervised; see the log"
        self._started.set()

    # -- its lives -------------------------------------------------------------------------------------------------

    async def _supervise(self, media_url: str) -> None:
        last = BridgeState()
        async with asyncio.TaskGroup() as tasks:
            while self._supervision.phase is not Phase.OVER:
                how = await self._live(media_url, last.dialogs)
                last, self._bridge = self._bridge, BridgeState(port=self._bridge.port)
                if last.dialogs:
                    tasks.create_task(_end_orphans(last))
                delay_s = self._supervision.died(time.monotonic(), passing=_may_pass(last))
                self._tell_death(how, last, delay_s)
                if delay_s is not None:
                    await self._pause(delay_s)

    async def _pause(self, delay_s: int) -> None:
        """Wait for the next start, or for the end."""
        try:
            async with asyncio.timeout(delay_s):
                await self._stopped.wait()
        except TimeoutError:
            if self._supervision.phase is Phase.WAITING:
                self._supervision.fell_due()

    def _tell_death(self, how: str, last: BridgeState, delay_s: int | None) -> None:
        """A clean end after a stop is told nobody; a first start that failed is for whoever started us."""
        reason = last.failure.message if last.failure else f"the SIP bridge has ended ({how})"
        if delay_s is None and not self._started.is_set():
            self._failure = reason
        elif delay_s is None:
            if last.calls:
                logger.error("%s while it was to end; calls cut: %d", reason, last.calls)
        elif _may_pass(last):
            logger.warning("%s; trying again in %d s", reason, delay_s or 0)
        elif delay_s is not None:
            logger.error("%s; calls cut: %d; it is started again in %d s", reason, last.calls, delay_s)
        if delay_s is not None:
            self._started.set()

    async def _live(self, media_url: str, ended: Iterable[str]) -> str:
        """One life, from the start of the process to its end; how it ended. `ended`: dialogs of the last one that we end."""
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=PIPE,
                stdout=PIPE,
                limit=LONGEST_LINE,
                start_new_session=True,  # Ctrl-C is for us: the bridge drains with us
            )
        except OSError as error:
            return f"it did not start: {error.strerror}"
        self._process = process
        try:
            first = {"sip_port": self.port, "media_url": media_url, "ended": list(ended)}
            self._write({**_plain(self._settings), **first})
            await self._hear(process)
            async with asyncio.timeout(EXIT_SECONDS):
                return _how(await process.wait())
        except TimeoutError:
            logger.error("the SIP bridge does not answer and is killed")
        finally:
            self._kill()
            self._process = None
        return _how(await process.wait())

    async def _hear(self, process: Process) -> None:
        """Take its reports in until its output ends. Raises TimeoutError when it is not ready in time."""
        assert process.stdout
        async with asyncio.timeout(START_SECONDS) as starting:
            while line := await _line(process.stdout):
                try:
                    report = read_report(line)
                except TelephonyError as error:
                    logger.warning("%s", error)
                    continue
                if report is not None:
                    self._bridge.take(report)
                if isinstance(report, Ready):
                    starting.reschedule(None)
                    self._became_ready()

    def _became_ready(self) -> None:
        if self._started.is_set():
            logger.info("the SIP bridge takes calls again")
        self._supervision.became_ready(time.monotonic())
        self._started.set()

    # -- its input -------------------------------------------------------------------------------------------------

    def _command_bridge(self, command: str) -> None:
        if self._process:
            self._write({"command": command})

    def _write(self, message: dict[str, object]) -> None:
        """A few lines in a life: the pipe's buffer takes them. A process that is gone is noticed where it is heard."""
        if self._process and self._process.stdin and not self._process.stdin.is_closing():
            self._process.stdin.write(json.dumps(message).encode() + b"\n")

    def _kill(self) -> None:
        if self._process and self._process.returncode is None:
            self._process.kill()


async def _line(stream: asyncio.StreamReader) -> bytes:
    """The next line; empty at the end. What is longer than a line may be ends like a death."""
    try:
        return await stream.readline()
    except ValueError:
        logger.error("the SIP bridge wrote a line that is too long")
        return b""


async def _end_orphans(last: BridgeState) -> None:
    ended = await end_dialogs(last.dialogs.values())
    logger.info("%d of %d SIP dialogs of the dead bridge were ended in its place", ended, len(last.dialogs))


def _may_pass(last: BridgeState) -> bool:
    return last.failure is not None and last.failure.passing


def _how(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def _plain(settings: Settings) -> dict[str, object]:
    """The settings as JSON values, with their secrets: for the bridge's standard input and nowhere else."""
    secrets = {
        name: value.get_secret_value()
        for name in type(settings).model_fields
        if isinstance(value := getattr(settings, name), SecretStr)
    }
    return settings.model_dump(mode="json") | secrets

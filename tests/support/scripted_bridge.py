"""A bridge that does what the test says: `python -m tests.support.scripted_bridge FOLDER BEHAVIOUR`; no SIP, the real protocol.

It writes each line of its input to `FOLDER/told`, and its process id to `FOLDER/pid`.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path

DIALOG = {
    "call_id": "a",
    "local": "<sip:mairie@127.0.0.1>;tag=1",
    "remote": "<sip:caller@127.0.0.1>;tag=2",
    "next_cseq": 1,
    "target": "sip:caller@127.0.0.1:9",
    "routes": [],
    "transport": "udp",
    "local_address": "127.0.0.1:5070",
    "peer_address": "127.0.0.1:9",
}


def say(status: str, **fields: object) -> None:
    """Report to the supervisor."""
    sys.stdout.write(json.dumps({"status": status, **fields}) + "\n")
    sys.stdout.flush()


def obey(folder: Path) -> None:
    """Note every line that comes, until `stop` or the end."""
    for line in sys.stdin:
        with (folder / "told").open("a", encoding="utf-8") as told:
            told.write(line)
        if "stop" in line:
            return


def main() -> None:
    """One life."""
    folder, behaviour = Path(sys.argv[1]), sys.argv[2]
    settings = json.loads(sys.stdin.readline())
    (folder / "settings").write_text(json.dumps(settings), encoding="utf-8")
    match behaviour:
        case "taken":
            say(
                "failed",
                error="CALLBOT_SIP_PORT: 127.0.0.1:5070 cannot be bound over UDP: Address already in use",
            )
            sys.exit(1)
        case "refused":
            say(
                "failed",
                error="CALLBOT_SIP_PASSWORD: pbx refuses to register 'callbot' with it (403)",
            )
            sys.exit(1)
        case "crash":
            sys.exit(3)
        case "mute":
            time.sleep(3600)
    (folder / "pid").write_text(str(os.getpid()), encoding="utf-8")
    say("ready", sip_port=settings["sip_port"] or 40_000)
    match behaviour:
        case "busy":
            sys.stdout.write("no report\n" + json.dumps({"status": "later"}) + "\n")
            say("dialog_opened", dialog=DIALOG)
            say("dialog_opened", dialog=DIALOG | {"call_id": "b"})
            say("dialog_closed", call_id="b")
            say("calls", calls=1)
        case "registered":
            say("registered")
        case "deaf" | "deaf with calls":
            if behaviour != "deaf":
                say("calls", calls=1)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            time.sleep(3600)
    obey(folder)


if __name__ == "__main__":
    main()

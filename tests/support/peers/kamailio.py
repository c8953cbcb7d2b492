"""Kamailio in front of several bridges: the least loaded one is called, a dead one is passed over."""

from collections.abc import Sequence
from pathlib import Path

from tests.support.peers.processes import Peer, free_port
from tests.support.peers.scenario import Scenario
from tests.support.peers.sipp import Sipp
from tests.support.waiting import until

MODULES = Path("/usr/lib/x86_64-linux-gnu/kamailio/modules")
CONFIG = """\
#!KAMAILIO
debug=2
log_stderror=yes
fork=yes
children=2
disable_tcp=yes
listen=udp:127.0.0.1:{port}
mpath="{modules}/"
loadmodule "kex.so"
loadmodule "tm.so"
loadmodule "tmx.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "textops.so"
loadmodule "siputils.so"
loadmodule "sanity.so"
loadmodule "dispatcher.so"
modparam("tm", "fr_timer", 1000)
modparam("tm", "fr_inv_timer", 60000)
modparam("dispatcher", "list_file", "{folder}/dispatcher.list")
modparam("dispatcher", "flags", 2)
modparam("dispatcher", "ds_ping_method", "OPTIONS")
modparam("dispatcher", "ds_ping_interval", 2)
modparam("dispatcher", "ds_probing_mode", 1)
modparam("dispatcher", "ds_probing_threshold", 2)
modparam("dispatcher", "ds_ping_reply_codes", "class=2;code=404;code=405")
modparam("dispatcher", "ds_hash_size", 8)
request_route {{
    if (!mf_process_maxfwd_header("10")) {{ sl_send_reply("483", "Too Many Hops"); exit; }}
    if (!sanity_check("17895", "7")) {{ exit; }}
    if (is_method("OPTIONS") && !has_totag()) {{ sl_send_reply("200", "OK"); exit; }}
    if (is_method("CANCEL")) {{ if (t_check_trans()) {{ ds_load_unset(); t_relay(); }} exit; }}
    if (has_totag()) {{
        if (loose_route()) {{
            if (is_method("BYE")) ds_load_unset();
            t_relay();
            exit;
        }}
        if (is_method("ACK")) {{ if (t_check_trans()) t_relay(); exit; }}
        sl_send_reply("404", "Not here");
        exit;
    }}
    if (!is_method("INVITE")) {{ sl_send_reply("405", "Method Not Allowed"); exit; }}
    record_route();
    if (!ds_select_dst("1", "10")) {{ sl_send_reply("503", "No bridge"); exit; }}
    t_on_failure("NEXT");
    t_on_reply("ANSWERED");
    if (!t_relay()) sl_reply_error();
}}
onreply_route[ANSWERED] {{ if (status =~ "2[0-9][0-9]") ds_load_update(); }}
failure_route[NEXT] {{
    if (t_is_canceled()) {{ ds_load_unset(); exit; }}
    if (t_check_status("408|486|500|503")) {{
        if (t_check_status("408")) ds_mark_dst("ip");
        if (ds_next_dst()) {{ t_on_failure("NEXT"); t_on_reply("ANSWERED"); t_relay(); exit; }}
        ds_load_unset();
        t_reply("503", "All bridges are busy");
    }}
}}
"""


class Kamailio(Peer):
    """`async with Kamailio([bridge.address, …]) as proxy`: call `proxy.address`. `bridges` are host:port."""

    package = "kamailio"

    def __init__(self, bridges: Sequence[str], calls_each: int = 200) -> None:
        self._bridges, self._calls_each, self.port = bridges, calls_each, free_port()

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.port}"

    def command(self) -> list[str | Path]:
        """Kamailio in the foreground; it has its own folder, and no control sockets."""
        lines = [
            f"1 sip:{bridge} 0 0 duid=bridge{number};maxload={self._calls_each}"
            for number, bridge in enumerate(self._bridges)
        ]
        (self.folder / "dispatcher.list").write_text("\n".join([*lines, ""]), encoding="utf-8")
        config = CONFIG.format(port=self.port, modules=MODULES, folder=self.folder)
        (self.folder / "kamailio.cfg").write_text(config, encoding="utf-8")
        return [
            "kamailio",
            "-f",
            self.folder / "kamailio.cfg",
            "-DD",
            "-E",
            "-Y",
            self.folder,
            "-m",
            "32",
            "-M",
            "8",
        ]

    async def ready(self) -> None:
        """It answers OPTIONS, and has probed every bridge."""

        async def answers() -> bool:
            assert self.is_alive(), f"Kamailio did not start: {self.log[-2000:]}"
            async with Sipp(Scenario().options(), self.address, seconds=2) as asking:
                return await asking.process.wait() == 0

        await until(answers)

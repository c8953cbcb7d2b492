"""Real SIP peers from Debian, driven from tests: SIPp, baresip, linphonec and Kamailio, on the loopback, always ended."""

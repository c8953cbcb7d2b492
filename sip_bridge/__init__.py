"""The SIP bridge: a process of its own between telephone legs and the media WebSocket of callbot."""

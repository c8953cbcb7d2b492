"""Where things are kept, and where the service listens."""

from pathlib import Path

from pydantic import Field, SecretStr

from callbot.settings.kinds import Part, Port

__all__ = ["Places"]


class Places(Part):
    """Where things are kept, and where the service listens."""

    data_dir: Path = Field(
        Path("var"), description="Folder for the database, rendered prompts, the trained router and secrets."
    )
    models_dir: Path = Field(Path("models"), description="Folder of speech-to-text models.")
    voices_dir: Path = Field(Path("voices"), description="Folder of text-to-speech voices.")
    knowledge_dir: Path | None = Field(
        None, description="Folder of the commune's knowledge base; empty: the demonstration commune."
    )
    database_url: str = Field(
        "",
        description="Address of the database; empty: an SQLite file in data_dir. PostgreSQL: postgresql+asyncpg://user@host/name.",
    )
    host: str = Field(
        "127.0.0.1",
        description="Address that all listeners bind. Beyond the loopback, media_token is required.",
    )
    web_port: Port = Field(8080, description="Port of the pages.")
    media_port: Port = Field(
        8081,
        description="Port of the media WebSocket (Asterisk chan_websocket, Twilio Media Streams, browser telephone).",
    )
    audiosocket_port: Port = Field(8082, description="Port of AudioSocket.")
    media_token: SecretStr = Field(
        SecretStr(""),
        description="Secret that a PBX gives in the media address (?token=…, or /twilio/…); empty: none asked, loopback only.",
    )
    audiosocket_peers: tuple[str, ...] = Field(
        ("127.0.0.1",), description="Addresses that may open an AudioSocket (it carries no secret)."
    )

    media_public_url: str = Field(
        "",
        pattern=r"^(wss?://[\w.:\[\]-]+(/[\w./~-]*)?)?$",
        description="The media WebSocket behind a proxy, for browsers (wss://callbot.ville.fr/media); empty: the page's host, media_port.",
    )

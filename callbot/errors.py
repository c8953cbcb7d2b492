"""The errors that callbot raises on purpose; each message names what is wrong and how to mend it."""


class CallbotError(Exception):
    """Something the operator can mend; the command line prints it as one line and exits with `exit_code`."""

    exit_code = 1


class SettingsError(CallbotError):
    """A setting is unknown or has a value that cannot be used. Exit code 2: wrong use."""

    exit_code = 2


class WrongUseError(CallbotError):
    """A command was given something that it cannot use. Exit code 2: wrong use."""

    exit_code = 2


class CatalogueError(CallbotError):
    """A model or voice is missing, unreachable or corrupt."""


class EngineError(CallbotError):
    """A speech engine failed while it worked."""


class UnforeseenError(EngineError):
    """An engine, or our own code around it, raised what it never should; the cause has the traceback."""


class AudioFileError(CallbotError):
    """A sound file cannot be read."""


class KnowledgeError(CallbotError):
    """The knowledge base breaks its rules."""


class LanguageError(CallbotError):
    """A language lacks something, or there is no such language."""


class DatabaseError(CallbotError):
    """The database cannot be reached or used."""


class MediaProtocolError(CallbotError):
    """A telephone leg sent what its dialect does not allow; that call ends, and nothing else."""


class PlayoutFullError(CallbotError):
    """More sound was given to a call than it may keep waiting."""


class PortInUseError(CallbotError):
    """Another program listens where the service should."""


class TelephonyError(CallbotError):
    """The SIP bridge cannot do its work."""


class ReportError(CallbotError):
    """A report cannot be written or sent."""

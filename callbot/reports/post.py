"""A report by e-mail, through the SMTP server of the settings. The standard library speaks SMTP; it blocks, so give it a thread."""

import smtplib
import ssl
from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from callbot.config import Settings
from callbot.errors import ReportError

__all__ = ["letter_of", "post"]

TIMEOUT_S = 30
TYPES = {"pdf": ("application", "pdf"), "csv": ("text", "csv")}


def letter_of(
    settings: Settings,
    *,
    subject: str,
    plain: str,
    html: str,
    files: Mapping[str, bytes],
    at: datetime,
    key: str,
    pictures: Mapping[str, bytes] | None = None,
) -> EmailMessage:
    """The letter to everybody in `report_to`, who do not see each other. `files`: content by name, PDF or CSV.

    `pictures`: PNG by the name by which `html` shows them, as « cid:NAME »; they travel within the HTML (RFC 2387), not as files.

    `key` makes its Message-ID, so that one that had to be sent again is shown once.
    """
    letter = EmailMessage()
    letter["Subject"] = subject
    letter["From"] = settings.report_from
    letter["To"] = settings.report_from
    letter["Date"] = format_datetime(at)
    letter["Message-ID"] = f"<callbot.{key.replace(' ', '.')}@{settings.report_from.rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: no « absent du bureau » comes back
    letter["Content-Language"] = "fr"
    letter.set_content(plain)
    letter.add_alternative(html, subtype="html")
    shown = letter.get_body(("html",))
    for name, content in (pictures or {}).items():
        assert shown is not None
        shown.add_related(
            content, "image", "png", cid=f"<{name}>", filename=f"{name}.png", disposition="inline"
        )
    for name, content in files.items():
        maintype, subtype = TYPES[name.rpartition(".")[2]]
        letter.add_attachment(content, maintype=maintype, subtype=subtype, filename=name)
    return letter


def post(settings: Settings, letter: EmailMessage) -> tuple[str, ...]:
    """Send it; the addresses that the server refused, where it took others. Raises ReportError, which names the setting to look at."""
    where = f"{settings.smtp_host}:{settings.smtp_port}"
    try:
        with _connected(settings) as server:
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
            return tuple(server.send_message(letter, settings.report_from, settings.report_to))
    except smtplib.SMTPAuthenticationError as error:
        raise ReportError(
            f"CALLBOT_SMTP_USER, CALLBOT_SMTP_PASSWORD: {where} refuses them ({error.smtp_code})"
        ) from None
    except smtplib.SMTPRecipientsRefused as error:
        codes = sorted({code for code, _ in error.recipients.values()})
        raise ReportError(f"CALLBOT_REPORT_TO: {where} refuses all of these addresses ({codes})") from None
    except smtplib.SMTPSenderRefused as error:
        raise ReportError(
            f"CALLBOT_REPORT_FROM: {where} does not take letters from it ({error.smtp_code})"
        ) from None
    except ssl.SSLCertVerificationError as error:
        raise ReportError(
            f"CALLBOT_SMTP_HOST: {where}: its certificate is not good: {error.verify_message}"
        ) from None
    except (OSError, smtplib.SMTPException) as error:
        raise ReportError(
            f"CALLBOT_SMTP_HOST, CALLBOT_SMTP_PORT, CALLBOT_SMTP_SECURITY: {where}: {error}"
        ) from None


def _connected(settings: Settings) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if settings.smtp_security == "tls":
        return smtplib.SMTP_SSL(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_S, context=context)
    server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_S)
    if settings.smtp_security == "starttls":
        try:
            server.starttls(context=context)
        except BaseException:
            server.close()
            raise
    return server

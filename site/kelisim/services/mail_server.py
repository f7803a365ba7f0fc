"""Sending a mail over SMTP: by TLS or not at all, to a server whose certificate holds."""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from kelisim.domain.mails import Mail, MailFault

Send = Callable[[Mail, str, datetime], None]
Connect = Callable[[], AbstractContextManager[Send]]


class MailProblem(Exception):
    """A mail, or the whole connection, did not come through. ``fault`` says why."""

    def __init__(self, fault: MailFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True)
class MailServer:
    """The Operator's mail server. ``tls_first``: TLS from the first byte, else STARTTLS; ``authority`` empty: the system's.

    ``password_file`` is read at each connection, so that a new password needs no new start.
    """

    host: str
    port: int
    tls_first: bool
    user: str
    password_file: str = field(repr=False)
    sender: str
    to: str
    authority: str
    wait_seconds: int

    @contextmanager
    def connected(self) -> Iterator[Send]:
        """A connection, as the function that sends one mail by it. Raises MailProblem, and so does that function."""
        try:
            connection = self._opened()
        except (OSError, ValueError, smtplib.SMTPException) as problem:
            raise MailProblem(_fault(problem)) from problem
        try:
            yield lambda mail, id_, now: self._send(connection, mail, id_, now)
        finally:
            _leave(connection)

    def _opened(self) -> smtplib.SMTP:
        context = ssl.create_default_context(cafile=self.authority or None)
        own_name = self.sender.rpartition("@")[2]
        if self.tls_first:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, local_hostname=own_name, timeout=self.wait_seconds, context=context
            )
        else:
            connection = smtplib.SMTP(self.host, self.port, local_hostname=own_name, timeout=self.wait_seconds)
        try:
            if not self.tls_first:
                connection.starttls(context=context)
            if self.user:
                connection.login(self.user, Path(self.password_file).read_text(encoding="utf-8").strip())
        except BaseException:
            connection.close()
            raise
        return connection

    def _send(self, connection: smtplib.SMTP, mail: Mail, id_: str, now: datetime) -> None:
        try:
            connection.send_message(self._message(mail, id_, now), self.sender, [self.to])
        except smtplib.SMTPNotSupportedError as problem:  # an address that this server cannot write
            raise MailProblem(MailFault.REFUSED) from problem
        except (OSError, smtplib.SMTPException) as problem:
            raise MailProblem(_fault(problem)) from problem

    def _message(self, mail: Mail, id_: str, now: datetime) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, self.to, mail.subject
        message["Date"] = format_datetime(now)
        # Equal for each try: a mail that came through although the answer was lost is known again.
        message["Message-ID"] = f"<{id_}@{self.sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text)
        if mail.attachment is not None:
            message.add_attachment(
                mail.attachment.content, maintype="application", subtype="json", filename=mail.attachment.name
            )
        return message


def _fault(problem: Exception) -> MailFault:
    if isinstance(problem, ssl.SSLCertVerificationError):
        return MailFault.CERTIFICATE
    if isinstance(problem, (ssl.SSLError, smtplib.SMTPNotSupportedError)):
        return MailFault.TLS
    if isinstance(problem, (smtplib.SMTPAuthenticationError, FileNotFoundError, PermissionError, ValueError)):
        return MailFault.LOGIN
    if isinstance(problem, (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused)):
        return MailFault.REFUSED
    return MailFault.AWAY


def _leave(connection: smtplib.SMTP) -> None:
    try:
        connection.quit()
    except (OSError, smtplib.SMTPException):
        connection.close()

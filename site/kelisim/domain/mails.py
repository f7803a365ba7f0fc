"""Mails to the Operator: what kinds there are, and why one could not be sent. None holds a personal value."""

from dataclasses import dataclass
from enum import StrEnum


class MailKind(StrEnum):
    """What a mail is about."""

    JOURNAL_HEAD = "journal_head"
    SUBMISSIONS = "submissions"  # new ones
    CLOCKS = "clocks"  # what is nearly due, or overdue
    LATE_JOBS = "late_jobs"
    BROKEN_JOURNAL = "broken_journal"


class MailFault(StrEnum):
    """Why a mail could not be sent."""

    AWAY = "away"  # nobody answers at the server's address
    TLS = "tls"  # the server offers no encryption: nothing is sent in the clear
    CERTIFICATE = "certificate"  # the server is not who it should be
    LOGIN = "login"
    REFUSED = "refused"  # the server took the connection, and not the mail


@dataclass(frozen=True)
class Attachment:
    """A file of a mail."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """A mail as it is written. To whom it goes is a setting."""

    kind: MailKind
    subject: str
    text: str
    attachment: Attachment | None = None

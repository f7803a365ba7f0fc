"""The Operator's mail server, as the settings name it."""

from kelisim.domain.mails import MailKind
from kelisim.services.mail_server import MailServer
from kelisim.settings import Settings


def mail_server(settings: Settings) -> MailServer:
    """Where notices are handed in, and to whom they go."""
    return MailServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        tls_first=settings.smtp_tls_first,
        user=settings.smtp_user,
        password_file=settings.smtp_password_file,
        sender=settings.smtp_from or settings.email,
        to=settings.email,
        authority=settings.smtp_authority,
        wait_seconds=settings.smtp_wait_seconds,
    )


def wanted_notices(settings: Settings) -> frozenset[MailKind]:
    """What the Operator wants to be told of; nothing where nothing is mailed."""
    chosen = {
        MailKind.SUBMISSIONS: settings.notice_submissions,
        MailKind.CLOCKS: settings.notice_clocks,
        MailKind.LATE_JOBS: settings.notice_jobs,
        MailKind.BROKEN_JOURNAL: settings.notice_journal,
    }
    return frozenset(kind for kind, on in chosen.items() if on and settings.mails)

"""The mail server, and what is mailed."""

from dataclasses import dataclass

from kelisim.settings.entry import setting


@dataclass(frozen=True, kw_only=True)
class MailSettings:
    """Mail."""

    smtp_host: str = setting(
        "", "Mail server for notices to operator_email. Empty: nothing is mailed, and the desk says so."
    )
    smtp_port: int = setting(587, "Port of the mail server.", least=1, most=65535)
    smtp_tls_first: bool = setting(
        False, "TLS from the first byte (port 465)? false: STARTTLS (port 587). Nothing is sent without TLS."
    )
    smtp_user: str = setting("", "User at the mail server. Empty: it asks for none.")
    smtp_password_file: str = setting("", "File with the password of smtp_user, for this site's user alone.")
    smtp_from: str = setting("", "Sender of the mails. Empty: operator_email.")
    smtp_authority: str = setting(
        "", "PEM file of the authority that signed the mail server's certificate. Empty: those of the system."
    )
    smtp_wait_seconds: int = setting(20, "How long the mail server is waited for.", least=1, most=120)
    mail_language: str = setting("", "Language of the mails: kk, ru or en. Empty: each of them, one after another.")
    notice_submissions: bool = setting(True, "Is a new submission mailed, with its reference alone?")
    notice_submission_minutes: int = setting(
        15,
        "So long submissions are gathered into one mail; the first after a pause is mailed at once.",
        least=1,
        most=1440,
    )
    notice_clocks: bool = setting(True, "Is a term mailed that is about to end, and again when it is over?")
    notice_clock_days: int = setting(
        1, "So many working days are left when a term is mailed as about to end.", least=0, most=10
    )
    notice_jobs: bool = setting(True, "Is a job of the background worker mailed that is late?")
    job_late_minutes: int = setting(
        60,
        "A job that nobody has begun so long after it was due is late; so is one that failed three times.",
        least=5,
        most=1440,
    )
    notice_journal: bool = setting(True, "Is it mailed when the journal does not hold?")

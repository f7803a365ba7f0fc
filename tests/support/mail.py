"""A real mail server on this machine: TLS, a user with a password, an authority of its own."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from kelisim.serve.certificates import make_ready
from kelisim.services.mail_server import MailServer
from tests.support.patience import PATIENCE_SECONDS

USER, PASSWORD = "kelisim", "six horses 6"
OPERATOR = "operator@consent.kz"


@dataclass
class Mailbox:
    """What the server took. ``refuses``: a word; a mail with it in its subject is not taken."""

    refuses: str = "\0"
    taken: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(  # noqa: N802  # aiosmtpd names it
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """aiosmtpd's hook: the mail is whole."""
        message = message_from_bytes(bytes(envelope.content or b""), policy=policy.default)
        if self.refuses in str(message["Subject"]):
            return "550 not this one"
        self.taken.append(message)  # type: ignore[arg-type]  # the policy makes it an EmailMessage
        return "250 taken"


def _may(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (USER.encode(), PASSWORD.encode()), handled=False)


@contextmanager
def mail_server(folder: Path, mailbox: Mailbox, tls: str = "starttls") -> Iterator[MailServer]:
    """The server while it lasts, as the site's settings would name it. ``tls``: ``starttls``, ``first`` or ``none``."""
    files = make_ready(folder, "https://localhost", datetime.now(UTC))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(files.certificate, files.key)
    password = folder / "password"
    password.write_text(f"{PASSWORD}\n", encoding="utf-8")
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    ways: dict[str, dict[str, Any]] = {
        "starttls": {"tls_context": context, "require_starttls": True, "authenticator": _may, "auth_required": True},
        "first": {"ssl_context": context, "authenticator": _may, "auth_require_tls": False},
        "none": {},
    }
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, **ways[tls])
    controller.start()
    try:
        yield MailServer(
            host="localhost",
            port=port,
            tls_first=tls == "first",
            user=USER,
            password_file=str(password),
            sender="site@consent.kz",
            to=OPERATOR,
            authority=str(files.authority),
            wait_seconds=int(PATIENCE_SECONDS),
        )
    finally:
        controller.stop()

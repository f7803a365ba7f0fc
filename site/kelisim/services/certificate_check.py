"""Would a client that comes now accept the certificate? A handshake of TLS in memory, with the trust of this machine."""

import ssl
from pathlib import Path

_ROUNDS = 10


def refused(certificate: Path, key: Path, *, host: str, authority: Path | None) -> str | None:
    """Why a client would refuse it, in OpenSSL's words; None where it would not. ``authority``: one beside the system's."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        server.load_cert_chain(certificate, key)
        client = ssl.create_default_context(cafile=authority)
        _shake_hands(client, server, host)
    except ssl.SSLCertVerificationError as problem:
        return problem.verify_message
    except ssl.SSLError as problem:
        return (problem.reason or "not PEM").replace("_", " ").lower()
    except OSError as problem:
        return f"cannot be read ({problem.strerror})"
    return None


def _shake_hands(client: ssl.SSLContext, server: ssl.SSLContext, host: str) -> None:
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    sides = [
        client.wrap_bio(to_client, to_server, server_hostname=host),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    for _ in range(_ROUNDS):
        waiting = [side for side in sides if not _is_done(side)]
        if not waiting:
            return
    raise ssl.SSLError("the handshake does not end")


def _is_done(side: ssl.SSLObject) -> bool:
    try:
        side.do_handshake()
    except ssl.SSLWantReadError:
        return False
    return True

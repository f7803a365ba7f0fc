"""The answers to an authority's challenge over plain HTTP (ACME, RFC 8555, 8.3): files that certbot puts into its webroot."""

import os
import re
import stat
from pathlib import Path

_PATH = re.compile(rb"/\.well-known/acme-challenge/([A-Za-z0-9_-]{1,200})")
_LONGEST = 4096


def is_challenge(path: bytes) -> bool:
    """True for a path that only an authority asks for."""
    return _PATH.fullmatch(path) is not None


def proof(folder: Path, path: bytes) -> bytes | None:
    """What the file of a challenge says; None where there is no such file. ``folder``: certbot's ``--webroot-path``."""
    token = _PATH.fullmatch(path)
    if token is None:
        return None
    file = folder / ".well-known" / "acme-challenge" / token[1].decode("ascii")
    try:
        handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        return os.read(handle, _LONGEST) if stat.S_ISREG(os.fstat(handle).st_mode) else None
    finally:
        os.close(handle)

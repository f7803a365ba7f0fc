"""All key files of an instance in one file, sealed under a passphrase: scrypt (RFC 7914), then AES-256-GCM."""

import json
import os
import re
import secrets
import shutil
from base64 import b64decode, b64encode
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from kelisim.vault.keys import load

SHORTEST = 12
_KIND = "kelisim keys 1"
# 128 MiB and about half a second for each try.
_COST, _BLOCK, _PARALLEL = 1 << 17, 8, 1
_SALT_BYTES, _NONCE_BYTES, _KEY_BYTES = 16, 12, 32
_NAME = re.compile(r"[a-z]+(-[a-z]+)*\.(key|pub)")


class BundleBroken(Exception):
    """The file does not open: another passphrase, or it was cut or altered. The message is one line."""


def exported(folder: Path, passphrase: str) -> bytes:
    """Every key file of a folder, sealed. Raises KeyFileError where the keys are not whole."""
    load(folder)
    files = {path.name: path.read_text("ascii") for path in sorted(folder.iterdir()) if _NAME.fullmatch(path.name)}
    salt, nonce = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_NONCE_BYTES)
    sealed = AESGCM(_key(passphrase, salt)).encrypt(nonce, json.dumps(files).encode(), _KIND.encode())
    document = {"kind": _KIND, "salt": b64encode(salt).decode(), "sealed": b64encode(nonce + sealed).decode()}
    return json.dumps(document, indent=1).encode() + b"\n"


def imported(content: bytes, passphrase: str, folder: Path) -> None:
    """Write the key files into a folder that is not there yet, all or none. Raises BundleBroken, KeyFileError, OSError."""
    files = _opened(content, passphrase)
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700, parents=True)
    for name, text in files.items():
        if not _NAME.fullmatch(name):
            raise BundleBroken("it holds a file that is no key")
        handle = os.open(unfinished / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    load(unfinished)
    unfinished.rename(folder)


def _opened(content: bytes, passphrase: str) -> dict[str, str]:
    try:
        document = json.loads(content)
        if document["kind"] != _KIND:
            raise BundleBroken("it is no file of `flask keys export`")
        salt, sealed = b64decode(document["salt"], validate=True), b64decode(document["sealed"], validate=True)
    except (ValueError, KeyError, TypeError):
        raise BundleBroken("it is no file of `flask keys export`, or was cut") from None
    try:
        inside = AESGCM(_key(passphrase, salt)).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _KIND.encode())
    except (InvalidTag, ValueError):
        raise BundleBroken("the passphrase is another one, or the file was altered") from None
    files: dict[str, str] = json.loads(inside)
    return files


def _key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=_KEY_BYTES, n=_COST, r=_BLOCK, p=_PARALLEL).derive(passphrase.encode())

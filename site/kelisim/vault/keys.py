"""The keys of an instance, as files under ``instance/keys/`` that only the site's user can read.

``operator.key``  the Operator's private key: whoever has it can read every submission
``operator.pub``  its public half: it can only seal
``operator-next.key``  while keys are rotated: the private key that takes the place of the first (``vault.rotation``)
``desk.key``      the desk's own secret: second factors, sessions, what was typed into its search
``desk-next.key``  while that is renewed: the secret that takes its place (``vault.rotation``)
``site.key``      the site's own secret: tokens of forms, receipts, the journal

Each use of a secret gets a key of its own, derived by HKDF. A process of the public site alone is given ``operator.pub``
and ``site.key``. An instance from before ``desk.key`` derives the desk's keys from ``site.key``, as it always did, until
``flask keys rotate-desk`` gives it one.
"""

import os
import secrets
import shutil
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass, fields
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kelisim.vault.exchange import coming, is_cut_off

_PRIVATE, _PUBLIC, _SITE, DESK = "operator.key", "operator.pub", "site.key", "desk.key"
NEXT, NEXT_DESK = "operator-next.key", "desk-next.key"
# What no process of the public site alone ever opens.
DESK_FILES = (_PRIVATE, NEXT, DESK, NEXT_DESK)
_SEED_BYTES, _MLKEM_PUBLIC_BYTES, _X25519_BYTES, _SECRET_BYTES = 64, 1184, 32, 32


class KeyFileError(Exception):
    """A key file is missing or damaged. The message is one line that names the file and the mend."""


class NotReadable(Exception):
    """This process does not have the Operator's private key, or the desk's."""


@dataclass(frozen=True)
class SiteKeys:
    """The site's derived secrets, 32 bytes each, one per use so that no token can pass for another."""

    form_token: bytes
    receipt_secret: bytes
    journal: bytes
    choice_cookie: bytes
    receipt_signature: bytes
    choice_record: bytes
    visit: bytes
    erasures: bytes
    backup: bytes

    def __repr__(self) -> str:
        return "SiteKeys(...)"


@dataclass(frozen=True)
class DeskKeys:
    """The desk's derived secrets, 32 bytes each. Who has them not can make nobody an operator."""

    second_factor: bytes
    session: bytes
    set_up_link: bytes
    network: bytes
    desk_form: bytes
    desk_search: bytes
    webhook: bytes
    passkey: bytes

    def __repr__(self) -> str:
        return "DeskKeys(...)"


@dataclass(frozen=True)
class Keys:
    """What this process may use. Where ``operator_private`` is None the process can seal and not open.

    ``search``: the key of the search index, which only whoever has the private key can derive.
    ``desk_or_none``: None in a process of the public site alone.
    ``operator_other``: while keys are rotated, the private key that is not the public one's.
    ``files``: the names of the files they came from, and which a process that starts anew needs again.
    """

    operator_public: MLKEM768X25519PublicKey
    operator_private: MLKEM768X25519PrivateKey | None
    site: SiteKeys
    search: bytes | None
    desk_or_none: DeskKeys | None
    files: tuple[str, ...]
    operator_other: MLKEM768X25519PrivateKey | None = None

    @property
    def desk(self) -> DeskKeys:
        """The desk's keys. Raises NotReadable where this process is of the public site alone."""
        if self.desk_or_none is None:
            raise NotReadable
        return self.desk_or_none

    def __repr__(self) -> str:
        return "Keys(...)"

    @property
    def privates(self) -> tuple[MLKEM768X25519PrivateKey, ...]:
        """Every private key of the Operator that is here, the newest first."""
        return tuple(key for key in (self.operator_private, self.operator_other) if key is not None)


def make_missing(folder: Path) -> None:
    """Make the keys of a new instance. Keys that are there are never touched.

    Raises KeyFileError where only a part of them is there: making the rest would orphan what the others sealed.
    """
    _refuse_cut_off(folder)
    there = {name for name in (_PRIVATE, _PUBLIC, _SITE, DESK) if (folder / name).exists()}
    if not there:
        _write_all(folder)
    elif _SITE not in there or _PUBLIC not in there:
        missing = _SITE if _SITE not in there else _PUBLIC
        raise KeyFileError(f"{folder / missing} is missing while other keys are there: bring it back from the backup.")


def load_public(folder: Path) -> Keys:
    """Read what the public site alone needs, and open no other file. Raises KeyFileError as ``load`` does."""
    _refuse_cut_off(folder)
    return Keys(
        operator_public=_operator_public(folder, _read(folder / _PUBLIC, _MLKEM_PUBLIC_BYTES + _X25519_BYTES)),
        operator_private=None,
        site=site_keys(_read(folder / _SITE, _SECRET_BYTES)),
        search=None,
        desk_or_none=None,
        files=(_PUBLIC, _SITE),
    )


def readable_desk_files(folder: Path) -> tuple[Path, ...]:
    """The desk's files that this process could open if it tried, also those that an import or a rotation left beside."""
    return tuple(
        file
        for place in sorted(folder.parent.glob(f"{folder.name}*"))
        for name in DESK_FILES
        for file in (place / name, place / f"{name}.unfinished")
        if os.access(file, os.R_OK)
    )


def load(folder: Path) -> Keys:
    """Read the keys. Raises KeyFileError naming the file that is missing or damaged."""
    _refuse_cut_off(folder)
    public = _read(folder / _PUBLIC, _MLKEM_PUBLIC_BYTES + _X25519_BYTES)
    there = [read_private(folder / name) for name in (_PRIVATE, NEXT) if (folder / name).exists()]
    private = next((raw for raw in there if public_half(raw) == public), None)
    if there and private is None:
        raise KeyFileError(f"{folder / _PUBLIC} is not the public half of {_PRIVATE}: bring both back from one backup.")
    other = next((raw for raw in there if raw != private), None)
    site = _read(folder / _SITE, _SECRET_BYTES)
    desk = _read(folder / DESK, _SECRET_BYTES) if (folder / DESK).exists() else None
    return Keys(
        operator_public=_operator_public(folder, public),
        operator_private=MLKEM768X25519PrivateKey(*_halves(private)) if private is not None else None,
        site=site_keys(site),
        search=derive(private, b"kelisim/search/1") if private is not None else None,
        desk_or_none=desk_keys(site if desk is None else desk),
        files=_names((_PRIVATE, private), (_PUBLIC, public), (_SITE, site), (DESK, desk)),
        operator_other=MLKEM768X25519PrivateKey(*_halves(other)) if other is not None else None,
    )


def desk_secret(folder: Path) -> bytes:
    """The secret behind the desk's keys. Raises KeyFileError."""
    return _read(folder / (DESK if (folder / DESK).exists() else _SITE), _SECRET_BYTES)


def next_desk_secret(folder: Path) -> bytes:
    """The one that takes its place. Raises KeyFileError."""
    return _read(folder / NEXT_DESK, _SECRET_BYTES)


def new_secret() -> bytes:
    """A new secret of the site or the desk."""
    return secrets.token_bytes(_SECRET_BYTES)


def _refuse_cut_off(folder: Path) -> None:
    if is_cut_off(folder):
        raise KeyFileError(
            f"`flask keys import` was cut off: what it brought is in {coming(folder)}, whole. "
            f"Finish it: mv {coming(folder)} {folder}"
        )


def unreadable(folder: Path, keys: Keys) -> tuple[str, ...]:
    """The files behind these keys that cannot be read now: a process that starts anew would lack them."""
    return tuple(name for name in keys.files if not os.access(folder / name, os.R_OK))


def _names(*found: tuple[str, bytes | None]) -> tuple[str, ...]:
    return tuple(name for name, content in found if content is not None)


def site_keys(secret: bytes) -> SiteKeys:
    """The derived keys of a site's secret: HKDF-SHA256, the name of the use as its info."""
    return SiteKeys(**_derived(SiteKeys, secret))


def desk_keys(secret: bytes) -> DeskKeys:
    """The same of the desk's secret."""
    return DeskKeys(**_derived(DeskKeys, secret))


def _derived(kind: type[SiteKeys] | type[DeskKeys], secret: bytes) -> dict[str, bytes]:
    return {entry.name: derive(secret, f"kelisim/{entry.name}/1".encode()) for entry in fields(kind)}


def derive(secret: bytes, info: bytes) -> bytes:
    """32 bytes of HKDF-SHA256 (RFC 5869) of a secret that is already uniform, for one use named by ``info``."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret)


def _write_all(folder: Path) -> None:
    """All keys or none: they are written into a folder beside, which then takes its place in one step."""
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)  # of a start that was interrupted: nothing was sealed with them
    unfinished.mkdir(mode=0o700, parents=True)
    private = new_private()
    write_key(unfinished / _PRIVATE, private)
    write_key(unfinished / _PUBLIC, public_half(private))
    for name in (_SITE, DESK):
        write_key(unfinished / name, new_secret())
    try:
        unfinished.rename(folder)
    except OSError as problem:
        raise KeyFileError(
            f"{folder} cannot take the new keys ({problem.strerror}): move what is in it away."
        ) from None


def new_private() -> bytes:
    """A new private key of an Operator."""
    return MLKEM768PrivateKey.generate().private_bytes_raw() + X25519PrivateKey.generate().private_bytes_raw()


def read_private(path: Path) -> bytes:
    """A private key as its file has it. Raises KeyFileError."""
    return _read(path, _SEED_BYTES + _X25519_BYTES)


def public_half(private: bytes) -> bytes:
    """The public half of a private key."""
    mlkem, x25519 = _halves(private)
    return mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()


def write_key(path: Path, key: bytes) -> None:
    """Write a new key file, as far as the disk."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(b64encode(key) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _read(path: Path, length: int) -> bytes:
    try:
        key = b64decode(path.read_bytes().strip(), validate=True)
    except FileNotFoundError:
        raise KeyFileError(
            f"{path} is missing: bring it back from the backup, or run `make run` for a new instance."
        ) from None
    except (OSError, NotBase64) as problem:
        raise KeyFileError(f"{path} cannot be read ({problem}).") from None
    if len(key) != length:
        raise KeyFileError(f"{path} is damaged: it holds {len(key)} bytes, not {length}.")
    return key


def _operator_public(folder: Path, raw: bytes) -> MLKEM768X25519PublicKey:
    try:
        return _public_key(raw)
    except ValueError:
        raise KeyFileError(f"{folder / _PUBLIC} is damaged: it holds no public key.") from None


def _public_key(raw: bytes) -> MLKEM768X25519PublicKey:
    return MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(raw[:_MLKEM_PUBLIC_BYTES]),
        X25519PublicKey.from_public_bytes(raw[_MLKEM_PUBLIC_BYTES:]),
    )


def _halves(raw: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    """The two private keys of a hybrid one. Any bytes of the right length are a key of each kind."""
    return MLKEM768PrivateKey.from_seed_bytes(raw[:_SEED_BYTES]), X25519PrivateKey.from_private_bytes(raw[_SEED_BYTES:])

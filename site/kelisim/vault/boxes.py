"""Boxes: files of any length sealed for the Operator alone, written and read in pieces.

A key of its own seals a box, wrapped by HPKE to the Operator's public key. The content goes in pieces of 64 KiB, each
AES-256-GCM under the piece's number as nonce, the last one marked as last: a box that was cut, changed or put together
anew does not open.
"""

import io
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey

from kelisim.vault.sealing import SealBroken, unwrapped_by_operator, wrapped_for_operator

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

_PLACE = b"kelisim/box/1"
_KEY_BYTES, _LENGTH_BYTES, _TAG_BYTES = 32, 4, 16
_PIECE_BYTES = 1 << 16
_LONGEST_WRAPPED = 4096


class BoxWriter(io.RawIOBase):
    """Seals what is written into a file. ``seal`` ends it; a box that was only closed does not open."""

    def __init__(
        self,
        file: BinaryIO,
        *,
        kind: bytes,
        operator: MLKEM768X25519PublicKey,
        randomness: Callable[[int], bytes],
    ) -> None:
        key = randomness(_KEY_BYTES)
        self._file, self._kind, self._cipher = file, kind, AESGCM(key)
        self._waiting, self._number = bytearray(), 0
        file.write(kind)
        _put(file, wrapped_for_operator(key, place=_PLACE, operator=operator))

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, content: "ReadableBuffer", /) -> int:
        """Seal as much as makes whole pieces."""
        taken = bytes(content)
        self._waiting += taken
        while len(self._waiting) > _PIECE_BYTES:
            self._piece(bytes(self._waiting[:_PIECE_BYTES]), last=False)
            del self._waiting[:_PIECE_BYTES]
        return len(taken)

    def seal(self) -> None:
        """Write the last piece."""
        self._piece(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _piece(self, content: bytes, *, last: bool) -> None:
        _put(self._file, self._cipher.encrypt(_nonce(self._number, last=last), content, self._kind))
        self._number += 1


class BoxReader(io.RawIOBase):
    """Reads what was sealed. Raises SealBroken for what is no box of this kind, or another's, or not whole."""

    def __init__(self, file: BinaryIO, *, kind: bytes, privates: Sequence[MLKEM768X25519PrivateKey]) -> None:
        self._file, self._kind = file, kind
        if file.read(len(kind)) != kind:
            raise SealBroken("no box of this kind")
        self._cipher = AESGCM(_key(_take(file, _LONGEST_WRAPPED), privates))
        self._opened, self._number, self._at_end = b"", 0, False

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Open the next piece where nothing of the last one is left. 0 only at the end of a whole box."""
        if not self._opened and not self._at_end:
            self._open_next()
        room = memoryview(buffer).cast("B")
        part, self._opened = self._opened[: len(room)], self._opened[len(room) :]
        room[: len(part)] = part
        return len(part)

    def _open_next(self) -> None:
        piece = _take(self._file, _PIECE_BYTES + _TAG_BYTES)
        try:
            self._opened = self._cipher.decrypt(_nonce(self._number, last=False), piece, self._kind)
        except InvalidTag:
            try:
                self._opened = self._cipher.decrypt(_nonce(self._number, last=True), piece, self._kind)
            except InvalidTag:
                raise SealBroken("a piece was changed or is missing") from None
            self._at_end = True
            if self._file.read(1):
                raise SealBroken("something follows the last piece") from None
        self._number += 1


def _key(wrapped: bytes, privates: Sequence[MLKEM768X25519PrivateKey]) -> bytes:
    for private in privates:
        try:
            return unwrapped_by_operator(wrapped, place=_PLACE, private=private)
        except SealBroken:
            continue
    raise SealBroken("the box was sealed for another key")


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _put(file: BinaryIO, content: bytes) -> None:
    file.write(len(content).to_bytes(_LENGTH_BYTES, "big") + content)


def _take(file: BinaryIO, most: int) -> bytes:
    length = int.from_bytes(file.read(_LENGTH_BYTES), "big")
    if not 0 < length <= most:
        raise SealBroken("the box is cut or changed")
    content = file.read(length)
    if len(content) < length:
        raise SealBroken("the box is cut")
    return content

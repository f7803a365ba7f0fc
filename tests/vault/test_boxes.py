"""Boxes: whatever length goes in comes out, and nothing else does."""

import io
import secrets
from pathlib import Path

import pytest

from kelisim.vault.boxes import BoxReader, BoxWriter
from kelisim.vault.keys import Keys, load, make_missing
from kelisim.vault.sealing import SealBroken

KIND = b"a kind\n"
PIECE = 1 << 16


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    folder: Path = tmp_path_factory.mktemp("box") / "keys"
    make_missing(folder)
    return load(folder)


def sealed(keys: Keys, *parts: bytes) -> bytes:
    file = io.BytesIO()
    box = BoxWriter(file, kind=KIND, operator=keys.operator_public, randomness=secrets.token_bytes)
    for part in parts:
        assert box.write(part) == len(part)
    box.seal()
    return file.getvalue()


def opened(keys: Keys, content: bytes, kind: bytes = KIND) -> bytes:
    return io.BufferedReader(BoxReader(io.BytesIO(content), kind=kind, privates=keys.privates)).read()


@pytest.mark.parametrize("length", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 5])
def test_whatever_length_goes_in_comes_out(keys: Keys, length: int) -> None:
    content = secrets.token_bytes(length)
    assert opened(keys, sealed(keys, content)) == content
    assert opened(keys, sealed(keys, content[:7], content[7:])) == content


def test_a_box_that_was_cut_or_put_together_anew_does_not_open(keys: Keys) -> None:
    content = secrets.token_bytes(3 * PIECE)
    whole = sealed(keys, content)
    piece = 4 + PIECE + 16
    for altered in (
        whole[:-1],
        whole[:-piece],  # the last piece as a whole
        whole + whole[-piece:],
        whole[: -2 * piece] + whole[-piece:] + whole[-2 * piece : -piece],
        whole[: -2 * piece] + whole[-piece:],
    ):
        with pytest.raises(SealBroken):
            opened(keys, altered)
    unended = io.BytesIO()
    box = BoxWriter(unended, kind=KIND, operator=keys.operator_public, randomness=secrets.token_bytes)
    box.write(content)
    with pytest.raises(SealBroken):
        opened(keys, unended.getvalue())


def test_another_kind_or_another_key_opens_nothing(keys: Keys, tmp_path: Path) -> None:
    whole = sealed(keys, b"content")
    with pytest.raises(SealBroken, match="no box of this kind"):
        opened(keys, whole, kind=b"b kind\n")
    with pytest.raises(SealBroken):
        opened(keys, b"b kind\n" + whole[len(KIND) :], kind=b"b kind\n")
    make_missing(tmp_path / "keys")
    with pytest.raises(SealBroken, match="for another key"):
        opened(load(tmp_path / "keys"), whole)

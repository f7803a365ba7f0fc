"""Rotating key files: at every step there is a key that opens, and running processes notice."""

import secrets
from pathlib import Path

import pytest

from kelisim.vault.keys import NEXT, KeyFileError, load, make_missing, new_private, write_key
from kelisim.vault.rotation import KeyRing, begin, finish
from kelisim.vault.sealing import SealBroken, by_any, unwrapped_by_operator, wrapped_for_operator

PLACE = b"a place"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_missing(tmp_path / "keys")
    return tmp_path / "keys"


def wrapped(folder: Path) -> tuple[bytes, bytes]:
    key = secrets.token_bytes(32)
    return key, wrapped_for_operator(key, place=PLACE, operator=load(folder).operator_public)


def opens(folder: Path, pair: tuple[bytes, bytes]) -> bool:
    try:
        found = by_any(
            load(folder).privates, lambda private: unwrapped_by_operator(pair[1], place=PLACE, private=private)
        )
    except SealBroken:
        return False
    return found == pair[0]


def test_both_keys_open_until_the_old_one_is_gone(folder: Path) -> None:
    before, old = load(folder), wrapped(folder)
    assert begin(folder) == begin(folder), "begun again, it goes on with the same key"
    new, keys = wrapped(folder), load(folder)
    assert opens(folder, old)
    assert opens(folder, new)
    assert keys.search != before.search
    assert keys.site == before.site
    finish(folder)
    assert not opens(folder, old)
    assert opens(folder, new)
    assert load(folder).operator_other is None
    assert sorted(path.name for path in folder.iterdir()) == ["desk.key", "operator.key", "operator.pub", "site.key"]


def test_a_stop_between_two_steps_leaves_keys_that_work(folder: Path) -> None:
    old = wrapped(folder)
    (folder / f"{NEXT}.unfinished").write_bytes(b"half a key")
    write_key(folder / NEXT, new_private())  # made, and not sealed with yet
    assert opens(folder, old)
    assert opens(folder, wrapped(folder))
    (folder / "operator.pub.unfinished").write_bytes(b"half a key")
    begin(folder)
    assert opens(folder, old)
    assert opens(folder, wrapped(folder))


def test_a_running_process_seals_with_the_new_key_and_opens_with_both(folder: Path) -> None:
    ring = KeyRing(folder, load)
    first = ring()
    assert ring() is first, "what did not change is not read again"
    begin(folder)
    assert len(ring().privates) == 2
    assert ring().search != first.search
    (folder / "operator.pub").rename(folder / "away")
    assert len(ring().privates) == 2, "what cannot be read now is what it was"
    (folder / "away").rename(folder / "operator.pub")
    finish(folder)
    assert len(ring().privates) == 1


def test_keys_are_rotated_only_where_the_private_one_is(folder: Path) -> None:
    (folder / "operator.key").unlink()
    with pytest.raises(KeyFileError, match="where the Operator's private key is"):
        begin(folder)
    assert not (folder / NEXT).exists()

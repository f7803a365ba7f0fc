"""The key files: made once, for this user's eyes only, never half, never overwritten."""

import os
import secrets
import stat
from base64 import b64decode, b64encode
from dataclasses import astuple
from pathlib import Path

import pytest

from kelisim.vault.exchange import coming, exchange
from kelisim.vault.keys import (
    KeyFileError,
    NotReadable,
    derive,
    desk_keys,
    load,
    load_public,
    make_missing,
    site_keys,
    unreadable,
)
from kelisim.vault.rotation import KeyRing
from kelisim.vault.sealing import open_as_operator, seal

NAMES = ("operator.key", "operator.pub", "site.key", "desk.key")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "instance" / "keys"
    make_missing(made)
    return made


def problem(folder: Path) -> str:
    with pytest.raises(KeyFileError) as caught:
        load(folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_only_the_sites_user_can_read_the_keys_whatever_the_umask(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        make_missing(tmp_path / "keys")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").iterdir()} == dict.fromkeys(
        NAMES, 0o600
    )


def test_what_is_sealed_with_the_public_file_opens_with_the_private_one(folder: Path) -> None:
    keys = load(folder)
    sealed = seal(b"x", record=bytes(16), operator=keys.operator_public, secret=b"s", randomness=secrets.token_bytes)
    assert keys.operator_private is not None
    assert open_as_operator(sealed, record=bytes(16), private=keys.operator_private) == b"x"


def test_keys_that_are_there_are_never_touched(folder: Path) -> None:
    before = contents(folder)
    make_missing(folder)
    assert contents(folder) == before


def test_two_instances_have_nothing_in_common(folder: Path, tmp_path: Path) -> None:
    make_missing(tmp_path / "other")
    assert not set(contents(folder).values()) & set(contents(tmp_path / "other").values())


def test_a_site_runs_without_the_private_key(folder: Path) -> None:
    (folder / "operator.key").unlink()
    make_missing(folder)
    assert not (folder / "operator.key").exists()
    assert load(folder).operator_private is None


def test_the_public_site_needs_two_files_and_opens_no_other(folder: Path) -> None:
    whole = load(folder)
    for name in ("operator.key", "desk.key"):
        (folder / name).unlink()
        (folder / name).mkdir()  # whoever opened it would stumble
    keys = load_public(folder)
    assert (keys.operator_private, keys.search, keys.desk_or_none) == (None, None, None)
    assert keys.site == whole.site
    with pytest.raises(NotReadable):
        _ = keys.desk
    sealed = seal(b"x", record=bytes(16), operator=keys.operator_public, secret=b"s", randomness=secrets.token_bytes)
    assert whole.operator_private is not None
    assert open_as_operator(sealed, record=bytes(16), private=whole.operator_private) == b"x"


def test_an_instance_from_before_the_desks_own_secret_keeps_the_desks_keys(folder: Path) -> None:
    own = load(folder).desk
    (folder / "desk.key").unlink()
    make_missing(folder)
    site = b64decode((folder / "site.key").read_bytes())
    assert load(folder).desk == desk_keys(site) != own
    assert load(folder).desk.second_factor == derive(site, b"kelisim/second_factor/1")


@pytest.mark.parametrize("name", ["operator.pub", "site.key"])
def test_a_part_of_the_keys_is_never_made_anew(folder: Path, name: str) -> None:
    (folder / name).unlink()
    before = contents(folder)
    with pytest.raises(KeyFileError, match=f"{name} is missing while other keys are there: bring it back"):
        make_missing(folder)
    assert contents(folder) == before
    assert f"{name} is missing: bring it back" in problem(folder)


def test_a_start_that_was_cut_off_after_the_first_key_is_seen(folder: Path) -> None:
    for name in ("operator.pub", "site.key"):
        (folder / name).unlink()
    with pytest.raises(KeyFileError, match=r"site\.key is missing"):
        make_missing(folder)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda _: b"", "it holds 0 bytes"),
        (lambda text: text[: len(text) // 2 // 4 * 4], "bytes, not"),
        (lambda text: b64encode(b64decode(text) + b"x"), "bytes, not"),
        (lambda text: text[:5], "cannot be read"),
        (lambda _: b"\xff\x00 not base 64", "cannot be read"),
        (lambda text: b"-" + text[1:], "cannot be read"),
        (lambda text: text[:4] + b"!" + text[4:], "cannot be read"),
    ],
)
def test_a_damaged_key_is_named(folder: Path, name: str, change: object, says: str) -> None:
    path = folder / name
    path.write_bytes(change(path.read_bytes()))  # type: ignore[operator]  # one of the functions above
    message = problem(folder)
    assert name in message
    assert says in message


def test_a_folder_in_the_place_of_a_key_is_named(folder: Path) -> None:
    (folder / "site.key").unlink()
    (folder / "site.key").mkdir()
    assert "site.key cannot be read" in problem(folder)


def test_a_public_key_that_is_none_is_named(folder: Path) -> None:
    (folder / "operator.key").unlink()
    (folder / "operator.pub").write_bytes(b64encode(b"\xff" * 1216))
    assert "operator.pub is damaged: it holds no public key" in problem(folder)
    with pytest.raises(KeyFileError, match="it holds no public key"):
        load_public(folder)


def test_halves_of_two_instances_are_refused_before_anything_is_sealed(folder: Path, tmp_path: Path) -> None:
    make_missing(tmp_path / "other")
    (folder / "operator.pub").write_bytes((tmp_path / "other" / "operator.pub").read_bytes())
    assert "operator.pub is not the public half of operator.key" in problem(folder)


def test_each_use_has_a_key_of_its_own() -> None:
    keys = (*astuple(site_keys(b"s" * 32)), *astuple(desk_keys(b"s" * 32)))
    assert all(len(key) == 32 for key in keys)
    assert len(set(keys)) == len(keys)
    assert not set(keys) & set(astuple(site_keys(b"S" * 32)))


def test_a_derived_key_is_hkdf_of_rfc_5869() -> None:
    """Test case 3 of the RFC: no salt, no info; the first 32 of its 42 bytes."""
    assert derive(b"\x0b" * 22, b"").hex() == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
    assert site_keys(b"s" * 32).journal == derive(b"s" * 32, b"kelisim/journal/1")


def test_no_key_shows_in_a_repr(folder: Path) -> None:
    keys = load(folder)
    assert repr(keys) == "Keys(...)"
    assert repr(keys.site) == "SiteKeys(...)"
    assert repr(keys.desk) == "DeskKeys(...)"


def test_an_interrupted_making_is_begun_anew(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    left = tmp_path / "keys.unfinished"
    left.mkdir()
    (left / "operator.key").write_text("half a k")
    make_missing(folder)
    load(folder)
    assert not left.exists()


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    folder.mkdir()
    (folder / "note.txt").write_text("mine")
    with pytest.raises(KeyFileError, match="move what is in it away"):
        make_missing(folder)
    assert [path.name for path in folder.iterdir()] == ["note.txt"]


def test_an_import_that_was_cut_off_between_its_steps_is_finished_by_hand_and_nothing_is_made(
    folder: Path, tmp_path: Path
) -> None:
    make_missing(coming(folder))
    whole = load(coming(folder)).site
    before = contents(folder)
    make_missing(folder)
    assert contents(folder) == before
    folder.rename(tmp_path / "before")
    for start in (make_missing, load, load_public):
        with pytest.raises(KeyFileError, match=f"was cut off: .* Finish it: mv {coming(folder)} {folder}$"):
            start(folder)
    assert not folder.exists()
    coming(folder).rename(folder)
    make_missing(folder)
    assert load(folder).site == whole


def test_an_import_that_cannot_be_done_leaves_all_as_it_was(folder: Path, tmp_path: Path) -> None:
    make_missing(coming(folder))
    before, brought = contents(folder), contents(coming(folder))
    with pytest.raises(FileNotFoundError):
        exchange(folder, tmp_path / "nowhere" / "before")
    assert (contents(folder), contents(coming(folder))) == (before, brought)


def test_a_process_keeps_the_keys_it_began_with_when_one_is_lost(folder: Path) -> None:
    ring = KeyRing(folder, load)
    began = ring()
    for name in ("operator.key", "desk.key"):
        (folder / name).rename(folder.parent / name)
    assert (ring().desk, ring().privates) == (began.desk, began.privates)
    assert unreadable(folder, ring()) == ("operator.key", "desk.key")
    for name in ("operator.key", "desk.key"):
        (folder.parent / name).rename(folder / name)
    assert unreadable(folder, ring()) == ()

"""Keys under a passphrase: they come back whole, or nothing does."""

import json
from pathlib import Path

import pytest

from kelisim.vault.keys import KeyFileError, load, make_missing
from kelisim.vault.passphrase import BundleBroken, exported, imported

PHRASE = "семь тихих лошадей"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made: Path = tmp_path_factory.mktemp("instance") / "keys"
    make_missing(made)
    return made


@pytest.fixture(scope="module")
def bundle(folder: Path) -> bytes:
    return exported(folder, PHRASE)


def test_what_was_exported_comes_back_for_this_user_alone(folder: Path, bundle: bytes, tmp_path: Path) -> None:
    assert not any(path.read_bytes().strip() in bundle for path in folder.iterdir())
    imported(bundle, PHRASE, tmp_path / "back")
    assert {path.name: path.read_bytes() for path in (tmp_path / "back").iterdir()} == {
        path.name: path.read_bytes() for path in folder.iterdir()
    }
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "back").iterdir()} == {0o600}
    assert load(tmp_path / "back").site == load(folder).site


def test_another_passphrase_or_an_altered_file_opens_nothing(bundle: bytes, tmp_path: Path) -> None:
    document = json.loads(bundle)
    for content, phrase, why in (
        (bundle, PHRASE + " ", "another one"),
        (bundle, "", "another one"),
        (json.dumps({**document, "sealed": document["sealed"][:-8]}).encode(), PHRASE, "altered"),
        (json.dumps({**document, "kind": "else"}).encode(), PHRASE, "no file of"),
        (bundle[:-30], PHRASE, "was cut"),
        (b"[]", PHRASE, "no file of"),
    ):
        with pytest.raises(BundleBroken, match=why):
            imported(content, phrase, tmp_path / "back")
        assert not (tmp_path / "back").exists()


def test_keys_that_are_not_whole_are_not_exported(tmp_path: Path) -> None:
    make_missing(tmp_path / "keys")
    (tmp_path / "keys" / "site.key").unlink()
    with pytest.raises(KeyFileError, match=r"site\.key"):
        exported(tmp_path / "keys", PHRASE)

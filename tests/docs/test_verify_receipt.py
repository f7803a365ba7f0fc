"""docs/verify_receipt.py, as a person runs it: a program of its own, with nothing of the site."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

from kelisim.vault import signing
from kelisim.vault.keys import site_keys
from tests.support.people import Person
from tests.support.visitor import Visitor

PROGRAM = Path(__file__).resolve().parents[2] / "docs" / "verify_receipt.py"
Change = Callable[[dict[str, bytes]], None]


class Kept:
    """What a person saved: the receipt, the bundle, the site's key; each in a folder of its own."""

    def __init__(self, folder: Path, visitor: Visitor, person: Person) -> None:
        link = visitor.send(person).headers["Location"]
        (folder / "receipt").mkdir()
        self.receipt = folder / "receipt" / "kelisim-receipt.json"
        self.receipt.write_bytes(visitor.get(f"{link}/receipt.json").data)
        self.bundle = folder / "evidence.zip"
        self.bundle.write_bytes(visitor.get(f"{link}/evidence.zip").data)
        self.key = folder / "site.json"
        self.key.write_bytes(visitor.get("/.well-known/kelisim-receipts.json").data)
        self.pem = folder / "site.pem"
        self.pem.write_text(json.loads(self.key.read_text())["keys"][0]["pem"])

    def change(self, change: Change) -> None:
        """Pack the bundle again with something changed."""
        with ZipFile(self.bundle) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        change(files)
        with ZipFile(self.bundle, "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content)


@pytest.fixture
def kept(tmp_path: Path, visitor: Visitor, person: Person) -> Kept:
    return Kept(tmp_path, visitor, person)


def run(*words: Path | str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-I", PROGRAM, *words], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_a_genuine_receipt_is_told_in_words(kept: Kept) -> None:
    for key in (kept.key, kept.pem):
        status, said = run(kept.receipt, "--key", key)
        assert status == 0
        assert said.startswith("GENUINE: receipt ")
        assert "The consent was given at 2026-11-22T10:00:00Z." in said
        assert "https://localhost:8443/receipts/check" in said


def test_a_genuine_bundle_is_checked_whole_with_the_key_inside_or_the_published_one(kept: Kept) -> None:
    status, said = run(kept.bundle)
    assert status == 0
    assert "All 8 files of the bundle are as the signed manifest states them." in said
    assert "The texts in it are, word for word, the ones the receipt names." in said
    assert "collection by person" in said
    assert "The key came with the file" in said
    status, said = run(kept.bundle, "--key", kept.key)
    assert status == 0
    assert "The key came with the file" not in said


def test_a_bundle_that_was_unpacked_is_checked_by_the_program_in_it(kept: Kept, tmp_path: Path) -> None:
    with ZipFile(kept.bundle) as archive:
        archive.extractall(tmp_path / "unpacked")
        receipt = next(name for name in archive.namelist() if name.startswith("kelisim-receipt-"))
    assert (tmp_path / "unpacked" / "verify_receipt.py").read_bytes() == PROGRAM.read_bytes()
    assert run(tmp_path / "unpacked" / receipt)[0] == 0


def test_a_changed_receipt_does_not_hold(kept: Kept) -> None:
    kept.receipt.write_bytes(kept.receipt.read_bytes().replace(b"2026-11-22T", b"2025-11-22T"))
    status, said = run(kept.receipt, "--key", kept.key)
    assert status == 1
    assert said.startswith("DOES NOT HOLD: the receipt was changed")


def test_another_sites_key_is_named(kept: Kept, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    other.write_text(signing.public_key(site_keys(bytes(32)).receipt_signature).pem)
    status, said = run(kept.receipt, "--key", other)
    assert status == 1
    assert "another site made it" in said


def changed_text(files: dict[str, bytes]) -> None:
    name = next(name for name in files if name.startswith("texts/consent"))
    files[name] += b"."


def lost_text(files: dict[str, bytes]) -> None:
    del files[next(name for name in files if name.startswith("texts/consent"))]


def added(files: dict[str, bytes]) -> None:
    files["letter.txt"] = b"x"


def no_manifest(files: dict[str, bytes]) -> None:
    del files["manifest.json"]


def changed_manifest(files: dict[str, bytes]) -> None:
    files["manifest.json"] = files["manifest.json"].replace(b'"consent.json": "', b'"consent.json": "0')


@pytest.mark.parametrize("change", [changed_text, lost_text, added, no_manifest, changed_manifest])
def test_a_changed_bundle_does_not_hold(kept: Kept, change: Change) -> None:
    kept.change(change)
    status, said = run(kept.bundle)
    assert status == 1
    assert said.startswith("DOES NOT HOLD: ")


@pytest.mark.parametrize(
    "raw", [b"", b"x", b"PK\x03\x04", b"[" * 100_000, b'{"receipt": 1, "signature": 2}', b"\xff\xfe{", b"9" * 10_000]
)
def test_what_is_no_receipt_has_one_line_and_no_trace(kept: Kept, raw: bytes) -> None:
    kept.receipt.write_bytes(raw)
    status, said = run(kept.receipt, "--key", kept.key)
    assert status == 2
    assert said.startswith("COULD NOT BE CHECKED: ")
    assert said.count("\n") == 1


def test_a_missing_file_and_a_missing_key_are_said(kept: Kept, tmp_path: Path) -> None:
    assert run(tmp_path / "nothing.json", "--key", kept.key)[0] == 2
    status, said = run(kept.receipt)
    assert (status, "--key" in said) == (2, True)
    kept.key.write_text("{}")
    assert run(kept.receipt, "--key", kept.key)[0] == 2

"""The documents in their files."""

from datetime import date
from pathlib import Path

import pytest

from kelisim.core import ROOT
from kelisim.domain.documents import DocumentError, Kind
from kelisim.storage.library import read_library

SOURCE = (
    '+++\nkind = "{}"\nrevision = "{}"\nin_force = 2023-07-20\nlanguage = "en"\ntitle = "T"\n+++\n\nBy $operator.\n'
)


def write(folder: Path, name: str, source: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, encoding="utf-8")
    return path


def test_each_file_is_a_document(tmp_path: Path) -> None:
    write(tmp_path, "consent/1.en.md", SOURCE.format("consent", "1"))
    write(tmp_path, "policy/1.en.md", SOURCE.format("policy", "1"))
    write(tmp_path, "policy/notes.txt", "not a document")
    found = read_library(tmp_path, {"en": {"operator": "Artsofte"}})
    assert [(document.kind, document.revision) for document in found] == [(Kind.CONSENT, "1"), (Kind.POLICY, "1")]
    assert all(document.text == "By Artsofte.\n" for document in found)


def test_two_files_for_one_place_are_refused_by_name(tmp_path: Path) -> None:
    write(tmp_path, "consent/1.en.md", SOURCE.format("consent", "1"))
    second = write(tmp_path, "consent/2.en.md", SOURCE.format("consent", "1"))
    with pytest.raises(DocumentError, match=r"repeats the consent 1 \(en\)") as caught:
        read_library(tmp_path, {"en": {"operator": "Artsofte"}})
    assert str(second) in str(caught.value)


def test_a_wrong_file_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, "consent/1.en.md", SOURCE.format("consent", "1"))
    with pytest.raises(DocumentError, match="'operator' is not stated or not a known fact") as caught:
        read_library(tmp_path, {})
    assert str(path) in str(caught.value)


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, "consent/1.en.md", "")
    path.write_bytes("Согласие".encode("cp1251"))
    with pytest.raises(DocumentError, match="cannot be read as UTF-8") as caught:
        read_library(tmp_path, {})
    assert str(path) in str(caught.value)


def test_the_consent_of_20_july_2023_is_where_its_revision_says() -> None:
    path = ROOT / "templates" / "documents" / "consent" / "2023-07-20.en.md"
    assert 'revision = "2023-07-20"' in path.read_text(encoding="utf-8")
    assert date.fromisoformat(path.name.partition(".")[0]) == date(2023, 7, 20)

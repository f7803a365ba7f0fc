"""ZIP files: large ones go through a file without a name, whole or not at all."""

import tempfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest

from kelisim.services.archives import Packing, packed


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where files without a name would be seen, if they had one."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("in_memory", [1, 1_000_000])
def test_what_went_in_part_by_part_comes_out_and_leaves_nothing(folder: Path, in_memory: int) -> None:
    parts, hashes = [b"row %d\n" % number for number in range(5000)], {}

    def write(packing: Packing) -> None:
        packing.add("rows.csv", iter(parts))
        packing.add("empty.txt", [])
        hashes.update(packing.hashes)

    with packed(write, in_memory=in_memory) as file, ZipFile(file) as archive:
        assert archive.testzip() is None
        assert archive.read("rows.csv") == b"".join(parts)
        assert archive.namelist() == ["rows.csv", "empty.txt"]
        assert hashes == {name: sha256(archive.read(name)).hexdigest() for name in archive.namelist()}
        assert list(folder.iterdir()) == []
    assert list(folder.iterdir()) == []


def test_one_that_cannot_be_finished_is_closed(folder: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"begun" * 100
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        packed(
            lambda packing: packing.add("rows.csv", broken()), in_memory=1
        )  # a file left open is a warning, an error
    assert list(folder.iterdir()) == []

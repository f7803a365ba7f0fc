"""Names of backups, and which of them are too many."""

from datetime import UTC, datetime

import pytest

from kelisim.domain.backups import BackupBroken, Manifest, Table, is_name, mac_of, manifest_of, name_of, too_many

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
MANIFEST = Manifest(NOW, "0018", {"journal": Table(3, "ab")}, 3, bytes(32), 1)


def test_the_oldest_of_the_workers_own_are_too_many() -> None:
    names = [name_of(NOW.replace(day=day)) for day in (3, 1, 2)]
    assert all(is_name(name) for name in names)
    assert too_many([*names, "kelisim-2026.backup", "mine"], 2) == ["kelisim-20261101-100000.backup"]
    assert too_many(names, 3) == []
    assert not is_name("kelisim-20269999-100000.backup")


def test_a_manifest_is_read_as_it_was_written_and_its_mac_is_of_all_of_it() -> None:
    assert manifest_of(MANIFEST.document()) == MANIFEST
    assert mac_of(MANIFEST, b"k") != mac_of(Manifest(NOW, "0018", {"journal": Table(4, "ab")}, 3, bytes(32), 1), b"k")
    assert mac_of(MANIFEST, b"k") != mac_of(MANIFEST, b"l")


@pytest.mark.parametrize(
    "document", [None, [], {}, {**MANIFEST.document(), "journal": []}, {**MANIFEST.document(), "tables": 1}]
)
def test_what_is_no_manifest_is_refused(document: object) -> None:
    with pytest.raises(BackupBroken):
        manifest_of(document)

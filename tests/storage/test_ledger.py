"""The ledger's file: a line is written whole, checked when it is read, and a crash leaves nothing that is taken for one."""

import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from kelisim.domain.destructions import DestructionGround
from kelisim.domain.erasures import Erasure, Kind, restored
from kelisim.storage.ledger import Ledger, LedgerBroken

KEY = bytes(range(32))
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def erasure(number: int) -> Erasure:
    return Erasure(number, Kind.DESTRUCTION, UUID(int=number), DestructionGround.WITHDRAWN, NOW)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """Three lines, written at two times."""
    made = Ledger(tmp_path / "erasures", KEY)
    with made.held() as book:
        book.add([erasure(1), replace(erasure(2), kind=Kind.DEPERSONALIZATION)])
    with made.held() as book:
        book.add([restored(2, NOW)])
    return made


def test_what_was_written_is_read(ledger: Ledger) -> None:
    assert [line.number for line in ledger.lines()] == [1, 2, 2]
    assert next(ledger.lines()) == erasure(1)
    assert ledger.last() == restored(2, NOW)
    assert stat.S_IMODE(ledger.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(ledger.path.parent.stat().st_mode) == 0o700


def test_where_nothing_was_written_nothing_is_read(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, KEY)
    assert (list(ledger.lines()), ledger.last()) == ([], None)


@pytest.mark.parametrize("cut", [1, 20, 100])
def test_a_line_that_a_crash_cut_off_is_none_and_the_next_takes_its_place(ledger: Ledger, cut: int) -> None:
    whole = ledger.path.read_bytes()
    ledger.path.write_bytes(whole[:-cut])
    assert [line.number for line in ledger.lines()] == [1, 2]
    last = ledger.last()
    assert last is not None
    assert last.kind is Kind.DEPERSONALIZATION
    with ledger.held() as book:
        book.add([restored(2, NOW)])
    assert ledger.path.read_bytes() == whole


def test_a_changed_moved_or_missing_line_is_named(ledger: Ledger) -> None:
    first, second, third = ledger.path.read_bytes().splitlines(keepends=True)
    for lines, number in (
        ((first.replace(b"withdrawn", b"requested"), second, third), 1),
        ((first, third), 2),
        ((second, first, third), 1),
        ((first, b"{}\n", third), 2),
        ((first, second, b'{"number":1}\n'), 3),
    ):
        ledger.path.write_bytes(b"".join(lines))
        with pytest.raises(LedgerBroken, match=f"does not hold from line {number} on"):
            list(ledger.lines())


def test_lines_of_another_site_are_not_taken(ledger: Ledger) -> None:
    with pytest.raises(LedgerBroken, match="line 1"):
        list(Ledger(ledger.path.parent, bytes(32)).lines())


def test_a_file_that_is_no_ledger_is_never_written_in(ledger: Ledger) -> None:
    for content in (b"something else\n", b"x" * 5000):
        ledger.path.write_bytes(content)
        with pytest.raises(LedgerBroken), ledger.held() as book:
            book.add([erasure(1)])
        assert ledger.path.read_bytes() == content

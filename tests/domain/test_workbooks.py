"""XLSX: whatever a cell holds comes back as that text, and nothing in it is calculated."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from kelisim.domain import workbooks
from kelisim.domain.workbooks import xlsx

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
TEXT = st.text(st.characters(codec="utf-8"), max_size=20) | st.sampled_from(
    [
        "+77015553137",
        "=1+1",
        "@A1",
        "-1",
        "https://x.example",
        "_x0041_",
        " <b>&amp;\r\n\t",
        "007",
        "TRUE",
        "1e9",
        "\x00",
    ]
)


def read(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """The sheet below its head, as openpyxl reads it."""
    book = load_workbook(io.BytesIO(b"".join(xlsx("Submissions", head, rows, now=NOW))))
    cells = list(book.worksheets[0].iter_rows())
    assert [str(cell.value) for cell in cells[0]] == list(head)
    for row in cells:
        assert {cell.data_type for cell in row} <= {"s", "inlineStr"}, "a cell is not text"
        assert {cell.number_format for cell in row} == {"@"}
    return [[unescape(str(cell.value or "")) for cell in row] for row in cells[1:]]


@given(st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=6))
def test_every_text_comes_back_and_is_text(rows: list[tuple[str, str, str]]) -> None:
    assert read(("phone", "name", "topic"), rows) == [list(row) for row in rows]


def test_the_rows_go_out_as_they_come_and_every_part_is_sound() -> None:
    seen = []

    def rows() -> object:
        for number in range(1000):
            seen.append(number)
            yield [str(number), "Айгерім"]

    parts = xlsx("Submissions", ("number", "name"), rows(), now=NOW)  # type: ignore[arg-type]  # a generator of rows
    first, counts = next(parts), []
    for part in parts:
        counts.append((len(part), len(seen)))
        first += part
    assert len({count for _, count in counts}) > 4, "all rows were read before the first went out"
    with ZipFile(io.BytesIO(first)) as archive:
        assert archive.testzip() is None


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_ROWS", 3)
    assert len(read(("a",), [["x"]] * 3)) == 3
    with pytest.raises(ValueError, match="3 rows"):
        read(("a",), [["x"]] * 4)

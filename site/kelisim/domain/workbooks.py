"""A table as XLSX, piece by piece: each cell is text, so that nothing is calculated and no ``+7...`` loses its plus.

XlsxWriter makes the workbook around one empty sheet, in memory. The rows are put into that sheet while it goes out:
the library would keep all of them in memory or write them, unsealed, to a temporary file.
"""

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_SHEET = "xl/worksheets/sheet1.xml"
_WIDTH = 22
_ROWS_AT_ONCE = 200
# The most rows and signs of a cell that the format takes (ECMA-376, and Excel's own limits).
MOST_ROWS, _MOST_SIGNS = 1_048_575, 32_767
_DIMENSION = re.compile(rb"<dimension [^>]*/>")
_END_OF_ROWS = b"</sheetData>"
_TEXT_STYLE = 1
# What XML cannot hold is written as _xHHHH_, and so is what only looks like that (ECMA-376, 22.4.2.4).
_NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_DAY_OF_ZIP = (1980, 1, 1, 0, 0, 0)


class _Outgoing(io.RawIOBase):
    """What is written and not fetched yet. It cannot be sought in: the archive is written from front to back."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, part: bytes) -> int:  # type: ignore[override]  # only bytes are written here
        self._parts.append(bytes(part))
        return len(part)

    def fetched(self) -> bytes:
        """What came since the last time."""
        parts, self._parts = self._parts, []
        return b"".join(parts)


def xlsx(title: str, head: Sequence[str], rows: Iterable[Sequence[str]], *, now: datetime) -> Iterator[bytes]:
    """The file, in pieces. ``title`` names the sheet (up to 31 signs). Raises ValueError beyond ``MOST_ROWS``."""
    out = _Outgoing()
    with ZipFile(io.BytesIO(_empty(title, head, now))) as empty, ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name in empty.namelist():
            info = ZipInfo(name, _DAY_OF_ZIP)
            info.compress_type = ZIP_DEFLATED
            with archive.open(info, "w") as part:
                if name == _SHEET:
                    yield from _sheet(empty.read(name), part, rows, out)
                else:
                    part.write(empty.read(name))
            yield out.fetched()
    yield out.fetched()


def _empty(title: str, head: Sequence[str], now: datetime) -> bytes:
    """The workbook without its rows."""
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    from xlsxwriter import Workbook  # noqa: PLC0415  # a megabyte and a half that only an export needs

    with Workbook(file, options) as book:
        book.set_properties({"title": title, "created": now.astimezone(UTC).replace(tzinfo=None)})
        text, bold = book.add_format({"num_format": "@"}), book.add_format({"num_format": "@", "bold": True})
        sheet = book.add_worksheet(title)
        # The first format that is used becomes style 1: that of the rows below.
        sheet.set_column(0, max(0, len(head) - 1), _WIDTH, text)
        sheet.freeze_panes(1, 0)
        for place, words in enumerate(head):
            sheet.write_string(0, place, words, bold)
    return file.getvalue()


def _sheet(empty: bytes, part: IO[bytes], rows: Iterable[Sequence[str]], out: _Outgoing) -> Iterator[bytes]:
    before, end, after = _DIMENSION.sub(b"", empty).partition(_END_OF_ROWS)
    part.write(before)
    numbered = enumerate(rows, start=2)
    while some := list(islice(numbered, _ROWS_AT_ONCE)):
        if some[-1][0] > MOST_ROWS + 1:
            raise ValueError(f"a sheet holds {MOST_ROWS} rows and no more")
        part.write("".join(_row(number, cells) for number, cells in some).encode())
        yield out.fetched()
    part.write(end + after)


def _row(number: int, cells: Sequence[str]) -> str:
    return f'<row r="{number}">{"".join(_cell(cell) for cell in cells)}</row>'


def _cell(text: str) -> str:
    escaped = _NOT_IN_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", text[:_MOST_SIGNS]).translate(_ESCAPED)
    return f'<c s="{_TEXT_STYLE}" t="inlineStr"><is><t xml:space="preserve">{escaped}</t></is></c>'

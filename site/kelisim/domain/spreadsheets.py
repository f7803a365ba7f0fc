"""Rows as CSV that a spreadsheet opens as text: UTF-8 with its mark, nothing in a cell is run as a formula."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

# Without it spreadsheets take UTF-8 for another encoding.
MARK = "\ufeff"
# What makes a spreadsheet calculate, its full-width twins too. A text that looks guarded already is guarded once more,
# so that each cell leads back to its text. A phone number is a plus and figures only: it stays as it is.
_FORMULA = re.compile(r"'*[=+\-@＝＋－＠\t\r\n]")  # the twins are meant
_GUARDED = re.compile(r"''*[=+\-@＝＋－＠\t\r\n]")  # the twins are meant
_PHONE = re.compile(r"\+[0-9]+")


def safe_cell(text: str) -> str:
    """A cell's text that no spreadsheet runs: what would be a formula gets an apostrophe in front."""
    return f"'{text}" if _FORMULA.match(text) and not _PHONE.fullmatch(text) else text


def cell_text(cell: str) -> str:
    """The text a cell was made of: the other way of ``safe_cell``."""
    return cell[1:] if _GUARDED.match(cell) else cell


def csv_text(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The file, line by line: the mark and the names of the columns first. Lines end as RFC 4180 says."""
    line = io.StringIO()
    writer = csv.writer(line)
    for number, row in enumerate(chain([head], rows)):
        writer.writerow([safe_cell(cell) for cell in row])
        yield (MARK if number == 0 else "") + line.getvalue()
        line.seek(0)
        line.truncate()

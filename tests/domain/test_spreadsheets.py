"""CSV that a spreadsheet opens as text."""

import csv

import pytest

from kelisim.domain.spreadsheets import MARK, csv_text, safe_cell


@pytest.mark.parametrize(
    "text", ["=1+1", "+1+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "+7 701=1", "+", "=cmd|' /C calc'!A0"]
)
def test_what_a_spreadsheet_would_run_is_text(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "+77015553137", "Айгерім", "O’Connor", "a=b", "1", "2026-11-22T15:00:00+05:00"])
def test_all_else_stays_as_it_is(text: str) -> None:
    assert safe_cell(text) == text


def test_the_file_begins_with_the_mark_and_reads_back() -> None:
    rows = [("+77015553137", 'a "b", c'), ("=1+1", "two\nlines")]
    text = "".join(csv_text(("phone", "name"), rows))
    assert text.startswith(f"{MARK}phone,name\r\n")
    assert text.encode().startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(text.removeprefix(MARK).splitlines(keepends=True)))
    assert read == [["phone", "name"], ["+77015553137", 'a "b", c'], ["'=1+1", "two\nlines"]]


def test_a_file_without_rows_has_its_columns() -> None:
    assert list(csv_text(("number",), ())) == [f"{MARK}number\r\n"]

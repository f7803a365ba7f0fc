"""CSV that a spreadsheet opens as text."""

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelisim.domain.spreadsheets import MARK, cell_text, csv_text, safe_cell


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


@given(st.text(max_size=20) | st.sampled_from(["'=1", "''+1", "'+77015553137", "＝1"]))  # the twin is meant
def test_no_cell_begins_a_formula_and_each_leads_back_to_its_text(text: str) -> None:
    cell = safe_cell(text)
    assert cell[:1] not in set("=+-@\t\r\n＝＋－＠") or re.fullmatch(r"\+[0-9]+", cell)  # the twins are meant
    line = "".join(csv_text(("a", "b"), [(text, text)])).removeprefix(MARK)
    read = list(csv.reader(io.StringIO(line, newline="")))[1]
    assert [cell_text(one) for one in read] == [text, text]

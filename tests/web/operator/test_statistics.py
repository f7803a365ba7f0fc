"""The statistics page: pictures with a table behind each, small counts kept small, the same as a file."""

import csv
import io
import re
from datetime import date, timedelta

import pytest
from flask import Flask

from kelisim.domain.choices import ChoiceMethod, decide, everything
from kelisim.domain.visits import Batch, Count, Device, Event, Kind, Visit
from kelisim.services import choices, visits
from kelisim.storage.db import db
from tests.conftest import FixedClock
from tests.support.pages import Page
from tests.support.people import Person
from tests.web.conftest import Prepared
from tests.web.desk import Desk

pytestmark = pytest.mark.usefixtures("prepared")

TODAY = date(2026, 11, 22)


@pytest.fixture
def signed_in(desk: Desk, prepared: Prepared) -> Desk:
    """Somebody at the desk."""
    desk.secret = prepared.secret
    return desk.sign_in()


@pytest.fixture
def counted(app: Flask, clock: FixedClock) -> None:
    """Ten days: nine with eight visits, one with two; three languages, one of them rare."""
    batch = Batch()
    for ago in range(10):
        day = TODAY - timedelta(days=ago)
        for number in range(2 if ago == 9 else 8):
            language = "en" if ago in {3, 4} and number == 0 else "kk" if number % 3 else "ru"
            source = "=1+1.example" if number == 7 else "google.com" if number % 3 else ""
            key = (ago * 100 + number).to_bytes(16)
            batch.add([Visit(day, key, source, language, Device.PHONE, number == 1, None)], {})
        batch.add((), {Count(day, Kind.EVENT, Event.OPENED): 9, Count(day, Kind.EVENT, Event.SENT): 1})
        batch.add((), {Count(day, Kind.PAGE, "form"): 9})
    with app.app_context():
        visits.record(db.session(), batch)
        for number, answer in enumerate([True] * 20 + [False] * 2):
            choice = decide(
                everything(answer),
                receipt_id=f"{number:032x}",
                method=ChoiceMethod.BANNER,
                language="ru",
                now=clock.at,
                days=182,
            )
            choices.record(db.session(), choice, key=app.extensions["kelisim"].keys.site.choice_record)


def numbers(page: Page, chart: str) -> dict[str, str]:
    """The table behind a chart: the first cell and the last."""
    figure = next(element for element in page.elements("figure") if element.get("id") == chart)
    rows = [[" ".join("".join(cell.itertext()).split()) for cell in row] for row in figure.iter("tr")]
    return {row[0]: row[1] for row in rows[1:]}


def test_without_a_number_the_page_says_what_to_do(signed_in: Desk) -> None:
    page = signed_in.page("/operator/statistics")
    assert "Nothing was counted in this range" in page.text
    assert "say yes to statistics in the cookie banner" in page.text


def test_the_numbers_of_a_range(signed_in: Desk, counted: None, person: Person) -> None:
    signed_in.send(person)
    page = signed_in.page("/operator/statistics?first=2026-11-13&last=2026-11-22")
    days = numbers(page, "time")
    assert days["13 Nov 2026"] == "<5"
    # The other days are equally large: one of them is a range, so is the whole, and no breakdown tells it.
    assert sorted(days.values())[1:3] == ["8", "8"]
    assert "8–11" in days.values()
    assert "73–79" in page.text
    assert "Too few in this range to tell them apart" in page.text
    page = signed_in.page("/operator/statistics?first=2026-11-14&last=2026-11-22")
    assert numbers(page, "language") == {"Қазақша": "43–46", "Русский": "25", "English": "<5"}
    assert numbers(page, "purpose-statistics") == {"Yes": "18–21", "No": "<5", "Not asked": "0"}
    assert numbers(page, "page") == {"The form": "81"}


def test_a_picture_is_named_described_and_drawn_without_style(signed_in: Desk, counted: None) -> None:
    page = signed_in.page("/operator/statistics?first=2026-11-14&last=2026-11-22")
    pictures = [svg for svg in page.elements("svg") if svg.get("role") == "img"]
    assert len(pictures) == 10
    ids = {element.get("id"): "".join(element.itertext()) for element in page.root.iter() if element.get("id")}
    for picture in pictures:
        assert all(ids[name].strip() for name in picture.get("aria-labelledby").split())
        assert picture[0].tag == "title"
        assert picture[1].tag == "desc"
    assert len(page.elements("details")) >= len(pictures)
    for element in page.elements("rect"):
        assert all(float(str(element.get(name, "0")).rstrip("%")) >= 0 for name in ("x", "y", "width", "height"))


def test_the_file_says_what_the_page_says_and_no_cell_is_a_formula(signed_in: Desk, counted: None) -> None:
    answer = signed_in.get("/operator/statistics.csv?first=2026-11-14&last=2026-11-22")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="statistics-2026-11-14-2026-11-22.csv"'
    text = answer.data.decode("utf-8")
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert ["Range", "Visits", "72"] in rows
    assert ["Language", "English", "<5"] in rows
    assert ["Where visits came from", "'=1+1.example", "9"] in rows
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2026-11-22", "2026-11-21", "not after the last"),
        ("1999-01-01", "2026-11-22", "at most 1100 days"),
        ("22.11.2026", "2026-11-22", "write it as 2026-11-22"),
        ("2026-11-01", "9999-99-99", "write it as 2026-11-22"),
    ],
)
def test_a_range_that_cannot_be_shown_is_said(signed_in: Desk, first: str, last: str, words: str) -> None:
    for path in ("/operator/statistics", "/operator/statistics.csv"):
        answer = signed_in.get(f"{path}?first={first}&last={last}")
        assert answer.status_code == 422
        text = answer.get_data(as_text=True)
        assert words in text
        assert f'value="{first}"' in text


def test_a_long_range_is_told_by_week_and_by_month(signed_in: Desk, counted: None) -> None:
    for first, words in (("2026-08-01", "by week"), ("2024-11-22", "by month")):
        page = signed_in.page(f"/operator/statistics?first={first}&last=2026-11-22")
        assert words in page.text
        assert len(numbers(page, "time")) <= 60
        assert re.search(r"\b7[34](–79)?\b", page.text)

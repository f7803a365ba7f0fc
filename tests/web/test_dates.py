"""Days as natives write them, and in a sentence of theirs."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import force_locale, format_date

from kelisim.web.dates import control_for, day_words, machine_words, moment_words

TRANSLATIONS = Path(__file__).resolve().parents[2] / "site" / "kelisim" / "translations"
WORDS = {"en": "23\u00a0November 2026", "ru": "23\u00a0ноября 2026\u00a0г.", "kk": "2026\u00a0ж. 23\u00a0қараша"}


@pytest.mark.parametrize("language", WORDS)
def test_a_day_and_a_moment_in_each_language(app: Flask, language: str) -> None:
    with app.test_request_context(base_url="https://localhost:8443"), force_locale(language):
        assert day_words(date(2026, 11, 23)) == WORDS[language]
        assert moment_words(datetime(2026, 11, 22, 19, 30, tzinfo=UTC)) == f"{WORDS[language]}, 00:30"


def test_a_machine_reads_no_more_than_three_digits_of_a_second() -> None:
    assert machine_words(datetime(2026, 11, 22, 19, 30, 1, 901260, tzinfo=UTC)) == "2026-11-22T19:30:01.901+00:00"
    assert machine_words(date(2026, 11, 22)) == "2026-11-22"


@pytest.mark.parametrize("language", WORDS)
def test_the_months_are_those_of_the_language(app: Flask, language: str) -> None:
    with app.test_request_context(base_url="https://localhost:8443"), force_locale(language):
        for month in range(1, 13):
            assert format_date(date(2026, month, 1), "MMMM") in day_words(date(2026, month, 1)).split()


@pytest.mark.parametrize(
    ("typed", "kind", "shown"),
    [
        ("2026-11-22", "date", "date"),
        ("", "date", "date"),
        (None, "date", "date"),
        ("22.11.2026", "date", "text"),
        ("20261122", "date", "text"),
        ("2026-02-30", "date", "text"),
        ("14:30", "time", "time"),
        ("noon", "time", "text"),
        ("14:30:59", "time", "text"),
        ("anything", "tel", "tel"),
    ],
)
def test_what_is_no_day_or_hour_is_shown_back_as_text(typed: str | None, kind: str, shown: str) -> None:
    assert control_for(typed, kind) == shown


def test_no_russian_sentence_puts_a_second_stop_after_a_day() -> None:
    with (TRANSLATIONS / "ru" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        words = [
            text
            for message in read_po(file)
            for text in ([message.string] if isinstance(message.string, str) else message.string)
        ]
    assert [text for text in words if re.search(r"%\(day\)s\.(?!\w)", text)] == []

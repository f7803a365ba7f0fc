"""docs/data-register.md names each personal field and each column, and nothing that is not there (promise P4)."""

from pathlib import Path

from flask import Flask
from sqlalchemy import inspect

from kelisim.domain.exports import PERSONAL_COLUMNS
from kelisim.domain.submissions import PERSONAL_FIELDS
from kelisim.storage.db import db
from kelisim.storage.schema import APPEND_ONLY

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "data-register.md"
CLASSES = {"sealed", "key", "hash", "record", "evidence", "choice", "staff", "visit", "work"}


def lines() -> list[list[str]]:
    """The lines of both tables, as cells."""
    found = [line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in found]


FIELDS = [cells for cells in lines() if "." not in cells[0]]
COLUMNS = {cells[0]: cells[1] for cells in lines() if "." in cells[0]}


def test_the_personal_fields_are_the_three_that_are_sealed_each_with_its_reason_and_term() -> None:
    assert tuple(cells[0] for cells in FIELDS) == PERSONAL_FIELDS
    assert all(len(cells) == 5 and all(cells) for cells in FIELDS)
    assert all(cells[4].startswith("submissions.sealed_content") for cells in FIELDS)
    assert tuple(PERSONAL_COLUMNS) == PERSONAL_FIELDS, "an export has these three and no others"


def test_every_column_of_the_migrated_database_has_its_line(app: Flask) -> None:
    with app.app_context():
        found = inspect(db.engine)
        there = {
            f"{table}.{column['name']}"
            for table in found.get_table_names()
            if table != "alembic_version"
            for column in found.get_columns(table)
        }
    assert set(COLUMNS) == there
    assert set(COLUMNS.values()) == CLASSES
    assert len(lines()) == len(FIELDS) + len(COLUMNS), "a column stands twice"


def test_only_sealed_columns_hold_what_a_visitor_typed() -> None:
    sealed = [column for column, kind in COLUMNS.items() if kind == "sealed"]
    assert sealed == [
        "submissions.sealed_content",
        "changes.sealed",
        "deliveries.sealed",
        "export_pieces.sealed",
    ]
    own_words = {"name", "second_name", "phone", "email", "address", "ip", "user_agent", "comment"}
    named = {column for column in COLUMNS if column.partition(".")[2] in own_words}
    assert named == {"operators.name", "passkeys.name", "jobs.name", "recipients.name"}


def test_what_is_evidence_or_a_choice_is_written_once() -> None:
    written_once = {column.partition(".")[0] for column, kind in COLUMNS.items() if kind in {"evidence", "choice"}}
    assert written_once == set(APPEND_ONLY)

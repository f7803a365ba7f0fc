"""What lies in the database shows nobody: not a name, not a number, not a key to them (promise P4)."""

import json
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select, text

from kelisim.domain.consents import Category
from kelisim.domain.submissions import PERSONAL_FIELDS, secret_from_text
from kelisim.storage.db import db
from kelisim.storage.tables.submissions import ReceiptRow, SubmissionRow
from kelisim.vault.sealing import Sealed, open_as_operator, open_as_person
from kelisim.web.public.submissions import SubmissionForm
from tests.services.given import TABLES, house_of, send
from tests.support.people import PEOPLE, Person

FORM = b"a form's own id "
NOT_PERSONAL = {"topic", "consent", "mailing", "website"}


@pytest.fixture
def site(app_on_each: Flask) -> Iterator[Flask]:
    with app_on_each.app_context():
        yield app_on_each


def stored_bytes(app: Flask) -> bytes:
    """Every byte the database keeps: SQLite's files as they lie there, PostgreSQL's rows with binary values decoded."""
    db.session.rollback()
    if db.engine.dialect.name == "sqlite":
        return b"\n".join(path.read_bytes() for path in house_of(app).settings.instance.glob("kelisim.sqlite3*"))
    found = []
    for table in TABLES:
        for row in db.session.execute(text(f"SELECT * FROM {table}")):
            found += [value if isinstance(value, bytes) else str(value).encode() for value in row]
    return b"\n".join(found)


def test_neither_a_name_nor_a_number_nor_a_key_to_them_is_stored(site: Flask, person: Person) -> None:
    people = (person, *PEOPLE[:4])
    secrets = [send(site, one, form_id=FORM[:-1] + bytes([number])).secret for number, one in enumerate(people)]
    stored = stored_bytes(site)
    hidden: list[bytes] = [FORM[:-1]]
    for one, secret in zip(people, secrets, strict=True):
        raw = secret_from_text(secret)
        assert raw is not None
        words = [one.second_name, one.e164, one.e164[-10:], one.phone, secret, raw.hex()]
        # One letter alone is found in any bytes.
        words += [one.name] if len(one.name) > 1 else []
        hidden += [
            raw,
            *(word.encode(code) for word in words for code in ("utf-8", "utf-16-le", "utf-16-be")),
        ]
        hidden += [json.dumps(word)[1:-1].encode() for word in words]
    assert [found for found in hidden if found in stored] == []
    references = list(db.session.scalars(select(ReceiptRow.reference)))
    assert all(reference.encode() in stored for reference in references), "the search itself must find what is there"


def test_each_stored_seal_opens_with_both_keyholes_to_the_three_fields(site: Flask, person: Person) -> None:
    accepted = send(site, person)
    row = db.session.scalars(select(SubmissionRow)).one()
    sealed = Sealed(row.sealed_content, row.key_for_operator, row.key_for_person)
    secret, private = secret_from_text(accepted.secret), house_of(site).keys.operator_private
    assert secret is not None
    assert private is not None
    opened = open_as_person(sealed, record=row.id.bytes, secret=secret)
    assert opened == open_as_operator(sealed, record=row.id.bytes, private=private)
    assert json.loads(opened) == {"name": person.name, "second_name": person.second_name, "phone": person.e164}


def test_form_stored_fields_and_categories_are_one_list(app: Flask) -> None:
    with app.test_request_context("/", base_url="https://localhost:8443"):
        asked = [field.name for field in SubmissionForm() if field.name not in {*NOT_PERSONAL, "token"}]
    assert tuple(asked) == PERSONAL_FIELDS == tuple(category.value for category in Category)

"""What the tests of the services begin with: a form somebody sent, an operator who can sign in, a fault in the database."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from flask import Flask
from pyotp import TOTP
from sqlalchemy import text

from kelisim.domain.consents import Consent, Method, Statements
from kelisim.domain.documents import Document, Kind
from kelisim.domain.operators import Operator, Role
from kelisim.domain.purposes import Purpose, purposes_of
from kelisim.domain.statements import Stated
from kelisim.domain.submissions import Draft, PersonalData
from kelisim.services import operators, staff, submissions
from kelisim.services.records import SITE_ACTOR, By
from kelisim.services.submissions import Accepted
from kelisim.storage.db import Base, db, writing
from kelisim.web.house import House
from tests.support.people import Person

TABLES = tuple(sorted(Base.metadata.tables))
OF_ONE_FORM = {"submissions": 1, "consents": 1, "receipts": 1, "journal": 2, "shown_texts": 2}
PASSWORD = "seven quiet horses cross the Ishim"
STATEMENTS = Statements(("1.1. My own.", "1.2. Read."), ("Kept for three years.",))


def house_of(app: Flask) -> House:
    """The settings, keys, documents and clock of an application."""
    found = app.extensions["kelisim"]
    assert isinstance(found, House)
    return found


def counts(*tables: str) -> dict[str, int]:
    """How many rows each table has; of all tables when none is named."""
    db.session.rollback()
    return {name: int(db.session.scalar(text(f"SELECT count(*) FROM {name}")) or 0) for name in tables or TABLES}


def shown(app: Flask, now: datetime) -> tuple[Document, Document]:
    """The consent and the policy in force."""
    library = house_of(app).library
    return library.in_force(Kind.CONSENT, "en", now.date()), library.in_force(Kind.POLICY, "en", now.date())


def consent(app: Flask, now: datetime, topic: Purpose | None = None, mailing: bool = False) -> Consent:
    """A consent to the texts in force."""
    text_shown, policy = shown(app, now)
    return Consent(
        revision=text_shown.revision,
        sha256=text_shown.sha256,
        policy_revision=policy.revision,
        policy_sha256=policy.sha256,
        language="en",
        statements=STATEMENTS,
        purposes=purposes_of(topic, mailing),
        given_at=now,
        method=Method.SITE_FORM,
    )


def send(
    app: Flask,
    person: Person,
    *,
    form_id: bytes | None = None,
    topic: Purpose | None = None,
    mailing: bool = False,
    randomness: Callable[[int], bytes] = secrets.token_bytes,
    stated: Stated | None = None,
) -> Accepted:
    """A form with a person's data, accepted at this moment of the application's clock."""
    house = house_of(app)
    return submissions.accept(
        db.session(),
        Draft(PersonalData(person.name, person.second_name, person.e164), topic, mailing, ()),
        consent(app, house.now, topic, mailing),
        shown=shown(app, house.now),
        form_id=form_id or secrets.token_bytes(16),
        keys=house.keys,
        now=house.now,
        randomness=randomness,
        stated=stated,
    )


def by_site(app: Flask) -> By:
    """The site itself, now: a command."""
    return By(SITE_ACTOR, house_of(app).keys.site.journal, house_of(app).now)


def invited(app: Flask, name: str, role: Role = Role.OPERATOR) -> str:
    """The token of a new person's set-up link."""
    return staff.invite(
        db.session(),
        name,
        role,
        settings=house_of(app).settings,
        keys=house_of(app).keys,
        by=by_site(app),
        randomness=secrets.token_bytes,
    ).token


def reset(app: Flask, name: str) -> str:
    """The token of a new set-up link, after the way in was taken away."""
    number = staff.number_of(db.session(), name)
    return staff.reset(
        db.session(),
        number,
        settings=house_of(app).settings,
        keys=house_of(app).keys,
        by=by_site(app),
        randomness=secrets.token_bytes,
    ).token


def add_operator(app: Flask, name: str = "aigerim") -> tuple[Operator, TOTP, tuple[str, ...]]:
    """An operator who has finished the set-up: who, the app with the codes, the recovery codes."""
    house = house_of(app)
    token = invited(app, name)
    invitation = operators.invitation(db.session(), token, keys=house.keys, now=house.now)
    one_time = TOTP(invitation.secret)
    return invitation.operator, one_time, set_up(app, token, one_time.at(house.now))


def set_up(app: Flask, token: str, code: str, password: str = PASSWORD) -> tuple[str, ...]:
    """The end of a set-up: the recovery codes."""
    house = house_of(app)
    return operators.set_up(
        db.session(),
        token,
        password=password,
        code=code,
        passwords=house.passwords,
        settings=house.settings,
        keys=house.keys,
        now=house.now,
        randomness=secrets.token_bytes,
    )


@contextmanager
def failing_insert(table: str) -> Iterator[None]:
    """While it lasts, the database itself refuses each row of a table right after it was written."""
    postgres = db.engine.dialect.name == "postgresql"
    on = f"CREATE TRIGGER fault AFTER INSERT ON {table}"
    with writing(db.session()):
        if postgres:
            body = "BEGIN RAISE EXCEPTION 'injected fault'; END"
            db.session.execute(
                text(
                    f"CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS '{body.replace(chr(39), chr(39) * 2)}'"
                )
            )
            db.session.execute(text(f"{on} FOR EACH ROW EXECUTE FUNCTION fault()"))
        else:
            db.session.execute(text(f"{on} BEGIN SELECT RAISE(ABORT, 'injected fault'); END"))
    try:
        yield
    finally:
        with writing(db.session()):
            db.session.execute(text(f"DROP TRIGGER fault ON {table}" if postgres else "DROP TRIGGER fault"))
            if postgres:
                db.session.execute(text("DROP FUNCTION fault()"))

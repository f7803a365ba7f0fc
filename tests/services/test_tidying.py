"""What is over at the desk goes, what still counts stays."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from kelisim.domain.operators import SessionTerms
from kelisim.services.tidying import tidy
from kelisim.storage.db import db, writing
from kelisim.storage.tables.operators import OperatorRow, OperatorSessionRow, SetUpLinkRow, SignInTriesRow
from tests.conftest import FixedClock

TERMS = SessionTerms(idle=timedelta(minutes=15), whole=timedelta(hours=10), at_once=3)


def test_what_is_over_goes_and_what_counts_stays(app_on_each: Flask, clock: FixedClock) -> None:
    second = timedelta(seconds=1)
    with app_on_each.app_context():
        session = db.session()
        with writing(session):
            session.add_all(OperatorRow(id=n, name=f"o{n}", created_at=clock.at) for n in (1, 2))
            session.flush()
            for key, created, seen in ((b"idle", 1, 0.25), (b"old", 10, 0), (b"fresh", 9, 0.1)):
                created_at, seen_at = (clock.at - timedelta(hours=hours) for hours in (created, seen))
                session.add(
                    OperatorSessionRow(
                        id_hash=key, operator_id=1, stage="full", created_at=created_at, seen_at=seen_at, data={}
                    )
                )
            session.add(SetUpLinkRow(operator_id=1, token_hash=b"a", expires_at=clock.at))
            session.add(SetUpLinkRow(operator_id=2, token_hash=b"b", expires_at=clock.at + second))
            day = timedelta(days=1)
            session.add(SignInTriesRow(key_hash=b"a", tries=3, last_try=clock.at - day - second))
            session.add(SignInTriesRow(key_hash=b"b", tries=3, last_try=clock.at - day))
        assert tidy(session, terms=TERMS, now=clock.at) == ""
        assert session.scalars(select(OperatorSessionRow.id_hash)).all() == [b"fresh"]
        assert session.scalars(select(SetUpLinkRow.operator_id)).all() == [2]
        assert session.scalars(select(SignInTriesRow.key_hash)).all() == [b"b"]

"""The head of the journal, published once a day: whatever is done to the journal afterwards does not fit it."""

import json
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from kelisim.domain.acts import Act
from kelisim.domain.heads import HeadProblem, Misfit
from kelisim.domain.mails import Mail, MailKind
from kelisim.services import heads, journal, mails
from kelisim.services.heads import Published, Unfit
from kelisim.services.journal import Deed
from kelisim.storage.db import db
from tests.services.given import counts, house_of
from tests.services.test_journal import SUBJECT, append, behind_our_back, key

DAYS = tuple(date(2026, 11, 22) + timedelta(days=number) for number in range(3))
SITE = "https://consent.kz"


@pytest.fixture
def site(app_on_each: Flask) -> Iterator[Flask]:
    """Three days with two acts and a head each."""
    with app_on_each.app_context():
        for day in DAYS:
            append(app_on_each, *[Deed(Act.ACCESS, SUBJECT, "site", {})] * 2)
            assert publish(app_on_each, day) is not None
        yield app_on_each


def publish(app: Flask, day: date, seed: bytes | None = None) -> Published | None:
    return heads.publish(
        db.session(),
        today=day,
        seed=seed or seed_of(app),
        site=SITE,
        mail=lambda published: Mail(MailKind.JOURNAL_HEAD, str(published.head.entries), published.file),
        now=house_of(app).now,
    )


def seed_of(app: Flask) -> bytes:
    return house_of(app).keys.site.receipt_signature


def unfit(app: Flask) -> Unfit | None:
    return heads.first_unfit(db.session(), seed=seed_of(app))


def cut(*, number: int) -> None:
    behind_our_back(f"DELETE FROM journal WHERE number > {number}")
    db.session.commit()


def forget_heads() -> None:
    if db.engine.dialect.name == "sqlite":
        db.session.execute(text("DROP TRIGGER heads_no_delete"))
    else:
        db.session.execute(text("ALTER TABLE heads DISABLE TRIGGER USER"))
    db.session.execute(text("DELETE FROM heads"))
    db.session.commit()


def test_a_day_has_one_head_and_its_mail_is_written_with_it(site: Flask) -> None:
    assert (heads.is_due(db.session(), DAYS[2]), publish(site, DAYS[2])) == (False, None)
    assert counts("heads", "mails") == {"heads": 3, "mails": 3}
    assert unfit(site) is None
    assert mails.newest(db.session(), MailKind.JOURNAL_HEAD) is not None
    (newest, older), earlier = heads.page(db.session(), before=None, rows=2)
    assert ([newest.head.entries, older.head.entries], earlier) == ([6, 4], DAYS[1])
    assert [one.head.day for one in heads.page(db.session(), before=earlier, rows=2)[0]] == [DAYS[0]]
    document = json.loads(newest.file)["journal-head"]
    assert sorted(document) == ["at", "day", "entries", "mac", "site"]
    assert (document["entries"], document["day"], document["site"]) == ("6", "2026-11-24", SITE)


def test_an_empty_journal_has_a_head_too(app: Flask) -> None:
    with app.app_context():
        published = publish(app, DAYS[0])
        assert published is not None
        assert published.head.entries == 0
        append(app, Deed(Act.ACCESS, SUBJECT, "site", {}))
        assert unfit(app) is None


def test_a_cut_tail_names_the_first_day_that_does_not_fit_although_the_chain_holds(site: Flask) -> None:
    cut(number=3)
    assert journal.verify(db.session(), key=key(site)) is None
    assert unfit(site) == Unfit(DAYS[1], 4, Misfit.GONE)


def test_a_tail_that_was_cut_and_written_anew_does_not_fit(site: Flask) -> None:
    cut(number=3)
    append(site, *[Deed(Act.USE, SUBJECT, "site", {})] * 3)
    assert journal.verify(db.session(), key=key(site)) is None
    assert unfit(site) == Unfit(DAYS[1], 4, Misfit.OTHER)


def test_a_head_that_was_changed_here_shows(site: Flask) -> None:
    if db.engine.dialect.name == "sqlite":
        db.session.execute(text("DROP TRIGGER heads_no_update"))
    else:
        db.session.execute(text("ALTER TABLE heads DISABLE TRIGGER USER"))
    for change in ("entries = 2", "file = '{}'"):
        db.session.execute(text(f"UPDATE heads SET {change} WHERE entries = 4"))
        db.session.commit()
        assert unfit(site) == Unfit(DAYS[1], 2, Misfit.ALTERED)


def test_a_head_that_somebody_kept_shows_a_cut_although_ours_are_gone(site: Flask) -> None:
    kept = heads.page(db.session(), before=None, rows=9)[0]
    page = json.dumps({"heads": [json.loads(one.file) for one in kept], "earlier": None}).encode()
    for file in (page, kept[0].file.encode()):
        assert heads.first_unfit_of_file(db.session(), file, seed=seed_of(site)) is None
    cut(number=5)
    forget_heads()
    assert unfit(site) is None
    for file in (page, kept[0].file.encode()):
        assert heads.first_unfit_of_file(db.session(), file, seed=seed_of(site)) == Unfit(DAYS[2], 6, Misfit.GONE)


def test_a_file_that_is_no_head_of_this_site_is_not_compared(site: Flask) -> None:
    forged = heads.page(db.session(), before=None, rows=1)[0][0].file.replace('"6"', '"2"')
    for raw, words in (
        (b"", "no head"),
        (b"[]", "no head"),
        (b'{"heads": []}', "no head"),
        (b'{"heads": [1]}', "no head"),
        (b"\xff", "no head"),
        (forged.encode(), "not signed by this site"),
    ):
        with pytest.raises(HeadProblem, match=words):
            heads.first_unfit_of_file(db.session(), raw, seed=seed_of(site))

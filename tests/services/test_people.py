"""People are counted once, however often they write; who is not told apart yet counts as one each."""

from flask import Flask

from kelisim.domain.acts import State
from kelisim.domain.destructions import DestructionGround
from kelisim.domain.people import People
from kelisim.services import people, records, search
from kelisim.services.records import By
from kelisim.storage.db import db, writing
from kelisim.storage.tables.submissions import SubmissionRow
from tests.services.given import house_of, send
from tests.support.people import PEOPLE


def counted() -> tuple[int, int]:
    found = people.count(db.session(), small=1, medium=2)
    assert found == People(found.known, found.uncounted, 1, 2)
    return found.known, found.uncounted


def enter(app: Flask) -> None:
    house = house_of(app)
    search.enter(db.session(), keys=house.keys, least=house.settings.search_least, rows=100)


def test_equal_phones_are_one_person_and_what_is_destroyed_is_nobody(app_on_each: Flask) -> None:
    house = house_of(app_on_each)
    with app_on_each.app_context():
        assert counted() == (0, 0)
        for person in (PEOPLE[0], PEOPLE[0], PEOPLE[1]):
            send(app_on_each, person)
        assert counted() == (0, 3), "nobody is told apart yet: never too low"
        enter(app_on_each)
        send(app_on_each, PEOPLE[1])
        assert counted() == (2, 1)
        enter(app_on_each)
        assert counted() == (2, 0)
        by = By("operator:1", house.keys.site.journal, house.now)
        (token,) = db.session.query(SubmissionRow.phone_token).order_by(SubmissionRow.id).first() or (None,)
        with writing(db.session()):
            for row in db.session.query(SubmissionRow).filter_by(phone_token=token):
                records.destroy(db.session(), row, by, {}, ground=DestructionGround.REQUESTED)
        assert counted() == (1, 0)
        assert people.records(db.session()) == dict.fromkeys(State, 0) | {State.ACTIVE: 2, State.DESTROYED: 2}


def test_so_many_are_counted_and_one_more_and_no_further(app_on_each: Flask) -> None:
    with app_on_each.app_context():
        for person in PEOPLE[:4]:
            send(app_on_each, person)
        assert people.count(db.session(), small=1, medium=2, most=2) == People(0, 3, 1, 2)
        assert people.records_at_all(db.session(), most=2) == 3
        assert people.records_at_all(db.session(), most=4) == 4
        enter(app_on_each)
        assert people.count(db.session(), small=1, medium=2, most=2) == People(3, 0, 1, 2)
        assert people.count(db.session(), small=1, medium=2, most=4) == People(4, 0, 1, 2)

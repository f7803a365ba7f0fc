"""Who may come in, and as what: roles, disabling, the last administrator, the journal of it."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select, update

from kelisim.domain.journal import SITE
from kelisim.domain.operators import Role
from kelisim.services import journal, staff
from kelisim.services.records import By
from kelisim.services.staff import StaffProblem, StaffRefused
from kelisim.storage.db import db, writing
from kelisim.storage.tables.operators import OperatorRow
from tests.services.given import by_site, counts, invited


@pytest.fixture
def site(app_on_each: Flask) -> Iterator[Flask]:
    with app_on_each.app_context():
        yield app_on_each


def ready(site: Flask, name: str, role: Role) -> int:
    """The number of somebody whose way in is set up; hashing a password for it would take a second."""
    invited(site, name, role)
    number = staff.number_of(db.session(), name)
    with writing(db.session()):
        db.session.execute(update(OperatorRow).where(OperatorRow.id == number).values(password_hash="x"))
    return number


def by(site: Flask, number: int) -> By:
    return By(f"operator:{number}", by_site(site).key, by_site(site).now)


def refused(verb: Callable[[], object]) -> StaffProblem:
    with pytest.raises(StaffRefused) as problem:
        verb()
    db.session.rollback()
    return problem.value.problem


def roles() -> dict[str, str]:
    db.session.rollback()
    return {row.name: row.role for row in db.session.scalars(select(OperatorRow))}


def test_the_first_is_an_administrator_and_the_others_what_they_were_invited_as(site: Flask) -> None:
    for name, role in (("a", Role.VIEWER), ("b", Role.VIEWER), ("c", Role.AUDITOR), ("d", Role.OPERATOR)):
        invited(site, name, role)
    assert roles() == {"a": "administrator", "b": "viewer", "c": "auditor", "d": "operator"}


def test_the_last_administrator_stays_one_whoever_asks(site: Flask) -> None:
    chief, other = ready(site, "chief", Role.ADMINISTRATOR), ready(site, "other", Role.OPERATOR)
    invited(site, "not set up", Role.ADMINISTRATOR)
    for asks in (by_site(site), by(site, chief)):
        assert refused(partial(staff.disable, db.session(), chief, by=asks)) is StaffProblem.LAST
        problem = refused(partial(staff.change_role, db.session(), chief, Role.VIEWER, by=asks))
        assert problem is StaffProblem.LAST
    staff.change_role(db.session(), other, Role.ADMINISTRATOR, by=by(site, chief))
    staff.disable(db.session(), chief, by=by(site, other))
    assert refused(lambda: staff.disable(db.session(), other, by=by_site(site))) is StaffProblem.LAST


def test_of_two_administrators_who_take_the_role_from_each_other_at_once_one_stays(app_on_each: Flask) -> None:
    with app_on_each.app_context():
        two = [ready(app_on_each, name, Role.ADMINISTRATOR) for name in ("one", "two")]
    together = Barrier(2)

    def take(mine: int) -> bool:
        with app_on_each.app_context():
            together.wait()
            try:
                staff.change_role(db.session(), two[1 - mine], Role.VIEWER, by=by(app_on_each, two[mine]))
            except StaffRefused:
                return False
            return True

    with ThreadPoolExecutor(2) as threads:
        assert sum(threads.map(take, range(2))) == 1
    with app_on_each.app_context():
        assert sorted(roles().values()) == ["administrator", "viewer"]


def test_only_an_administrator_decides_about_people(site: Flask) -> None:
    chief = ready(site, "chief", Role.ADMINISTRATOR)
    for role in (Role.VIEWER, Role.OPERATOR, Role.AUDITOR):
        number = ready(site, role.value, role)
        assert refused(partial(staff.disable, db.session(), chief, by=by(site, number))) is StaffProblem.MAY_NOT
    assert refused(lambda: staff.disable(db.session(), chief, by=by(site, 99))) is StaffProblem.MAY_NOT
    gone = ready(site, "gone", Role.ADMINISTRATOR)
    staff.disable(db.session(), gone, by=by(site, chief))
    assert refused(lambda: staff.disable(db.session(), chief, by=by(site, gone))) is StaffProblem.MAY_NOT


def test_each_decision_is_an_entry_of_the_journal(site: Flask) -> None:
    chief, other = ready(site, "chief", Role.ADMINISTRATOR), ready(site, "other", Role.OPERATOR)
    staff.change_role(db.session(), other, Role.AUDITOR, by=by(site, chief))
    staff.change_role(db.session(), other, Role.AUDITOR, by=by(site, chief))
    staff.disable(db.session(), other, by=by(site, chief))
    assert refused(lambda: staff.disable(db.session(), other, by=by(site, chief))) is StaffProblem.DISABLED
    entries = journal.of_subject(db.session(), SITE)
    person = {"register": "people", "person": str(other)}
    assert [(entry.actor, entry.details) for entry in entries[1:]] == [
        ("site", {**person, "what": "invited", "role": "operator"}),
        (f"operator:{chief}", {**person, "what": "role", "from": "operator", "role": "auditor"}),
        (f"operator:{chief}", {**person, "what": "disabled"}),
    ]
    assert journal.verify(db.session(), key=by_site(site).key) is None


def test_who_is_disabled_has_nothing_left_and_is_let_in_by_a_new_link_alone(site: Flask) -> None:
    ready(site, "chief", Role.ADMINISTRATOR)
    other = ready(site, "other", Role.OPERATOR)
    staff.disable(db.session(), other, by=by_site(site))
    found = staff.member(db.session(), other)
    assert found is not None
    assert (found.ready, found.disabled_at) == (False, by_site(site).now)
    assert counts("set_up_links") == {"set_up_links": 1}, "only the chief's own"
    assert refused(partial(let_in, site, other, by(site, other))) is StaffProblem.MAY_NOT
    let_in(site, other, by_site(site))
    found = staff.member(db.session(), other)
    assert found is not None
    assert (found.ready, found.disabled_at) == (False, None)


def let_in(site: Flask, number: int, asks: By) -> None:
    house = site.extensions["kelisim"]
    staff.reset(db.session(), number, settings=house.settings, keys=house.keys, by=asks, randomness=house.randomness)

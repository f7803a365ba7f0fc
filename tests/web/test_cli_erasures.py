"""``flask erasures``: one line each, and an exit code that a script can ask."""

from contextlib import closing

import pytest
from flask import Flask

from kelisim.domain.desk_acts import DeskAct
from kelisim.serve import opening
from kelisim.services import desk_acts
from kelisim.services.erasures import LedgerAhead
from kelisim.services.records import By
from kelisim.storage.db import db
from tests.support.people import Person
from tests.support.visitor import Visitor
from tests.web.operator.test_records import newest_first
from tests.web.rows import connect, house_of, rows
from tests.web.test_cli import failed, run

BACK = (
    "DROP TRIGGER destructions_no_delete",
    "DELETE FROM destructions",
    "UPDATE submissions SET state = 'active', sealed_content = x'0102'",
)


def test_what_a_copied_file_brought_back_stops_the_start_until_it_is_destroyed_again(
    app: Flask, visitor: Visitor, person: Person
) -> None:
    assert run(app, "erasures", "verify").output == "The ledger holds: 0 lines. Nothing it names is in the database.\n"
    visitor.send(person)
    house = house_of(app)
    (reference,) = newest_first(app)
    with app.app_context():
        by = By("operator:3", house.keys.site.journal, house.now)
        desk_acts.carry_out(db.session(), reference, DeskAct.DESTROY, "court", by=by)
    opening.check_erasures(app)
    assert "The ledger holds: 1 lines" in run(app, "erasures", "verify").output
    with closing(connect(app)) as connection:
        for statement in BACK:
            connection.execute(statement)
    assert "1 records of the ledger are in the database again" in failed(run(app, "erasures", "verify"))
    with pytest.raises(LedgerAhead):
        opening.check_erasures(app)
    assert run(app, "erasures", "apply").output == "1 records were destroyed again.\n"
    opening.check_erasures(app)
    assert rows(app, "SELECT state, length(sealed_content) FROM submissions") == [("destroyed", 0)]
    assert run(app, "erasures", "verify").exit_code == run(app, "journal", "verify").exit_code == 0


def test_what_is_wrong_with_the_ledger_is_said_in_one_line(app: Flask) -> None:
    path = house_of(app).ledger.path
    path.parent.mkdir()
    path.write_text("something else\n", encoding="utf-8")
    assert "does not hold from line 1" in failed(run(app, "erasures", "verify"))
    path.unlink()
    path.mkdir()
    assert "set erasures_folder" in failed(run(app, "erasures", "apply"))

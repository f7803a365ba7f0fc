"""Decisions about a record through the pages: asked twice where nobody can take it back; the act, at the desk and for
the person.
"""

import pytest

from tests.support.people import PEOPLE
from tests.support.visitor import Visitor
from tests.web.conftest import Prepared
from tests.web.desk import NAME, Desk
from tests.web.operator.test_records import newest_first
from tests.web.operator.test_uses import filled, links
from tests.web.strict import page_of

pytestmark = pytest.mark.usefixtures("prepared")


@pytest.fixture
def link(visitor: Visitor) -> str:
    """The secret link of one submission."""
    return str(visitor.send(PEOPLE[0], topic="support").headers["Location"])


@pytest.fixture
def desk(desk: Desk, prepared: Prepared, link: str) -> Desk:
    """At the desk, with one submission."""
    assert link
    desk.secret = prepared.secret
    return desk.sign_in()


def test_destruction_is_asked_twice_and_proven_to_both(desk: Desk, visitor: Visitor, link: str) -> None:
    (reference,) = newest_first(desk.app)
    record = f"/operator/submissions/{reference}"
    page = desk.page(record)
    first = links(page)["Destroy the data"]
    assert "The data are not blocked." in page.text
    asked = filled(desk, first, code="court")
    confirm = desk.post(first, asked)
    assert confirm.status_code == 200
    assert "A decision of a court has come into force" in confirm.text
    assert f"Destroy submission {reference}" in confirm.text
    assert confirm.text.index(">Cancel<") < confirm.text.index(f"<button>Destroy submission {reference}")
    assert PEOPLE[0].name in desk.page(record).text, "asking changes nothing"
    again = page_of(confirm)
    wrong = desk.post(f"{first}/do", asked | {"password": "not mine", "app_code": "000000"})
    assert (wrong.status_code, "Password or code is wrong" in wrong.text) == (422, True)
    assert PEOPLE[0].name in desk.page(record).text, "who decides is asked once more"
    assert {"password", "app_code"} <= {field.get("name") for field in again.elements("input")}
    assert desk.post(f"{first}/do", asked | desk.again()).headers["Location"] == record
    after = desk.page(record)
    assert PEOPLE[0].name not in after.text
    act = links(after)["Act of destruction No. 1"]
    shown = desk.page(act)
    assert NAME.lower() in shown.text
    assert "A decision of a court has come into force (Article 18 of Law No. 94-V)" in shown.text
    assert desk.get(f"{act}.json").headers["Content-Disposition"].endswith('kelisim-destruction-1.json"')
    own = visitor.page(link.replace("/receipt/", "/my/"))
    to_person = visitor.page(links(own)["The act that was written of it"])
    assert NAME.lower() not in to_person.text
    assert "the Operator" in to_person.text
    for language, words in (("ru", "Акт об уничтожении № 1"), ("kk", "Жою туралы № 1 акт")):
        path = links(own)["The act that was written of it"]
        assert words in visitor.page(f"/{language}{path}").text
    assert desk.post(f"{first}/do", asked).status_code == 422


def test_a_block_is_asked_once_with_its_reason(desk: Desk) -> None:
    (reference,) = newest_first(desk.app)
    record = f"/operator/submissions/{reference}"
    way = f"{record}/acts/block"
    assert desk.post(way, filled(desk, way, code="because")).status_code == 422
    assert desk.post(way, filled(desk, way, code="report")).headers["Location"] == record
    blocked = desk.page(record)
    assert "Destroy the data" not in links(blocked)
    shut = desk.page(f"{record}/acts/destroy")
    assert (links(shut)["Back to the submission"], "See what follows" in shut.text) == (record, False)
    assert desk.post(f"{record}/acts/destroy/do", filled(desk, way, code="court")).status_code == 422
    assert desk.post(f"{way}/do", filled(desk, way, code="report")).status_code == 404
    way = links(blocked)["Unblock the data"]
    assert desk.post(way, filled(desk, way, code="mended")).headers["Location"] == record
    assert "Destroy the data" in links(desk.page(record))


def test_purposes_are_declared_achieved(desk: Desk) -> None:
    (reference,) = newest_first(desk.app)
    way = f"/operator/submissions/{reference}/acts/achieve"
    asked = filled(desk, way)
    assert f"End the consent of submission {reference}" in desk.post(way, asked).text
    assert desk.post(f"{way}/do", asked).status_code == 303
    assert "the purposes are achieved" in desk.page(f"/operator/submissions/{reference}").text


def test_what_is_not_there_is_not_found(desk: Desk, visitor: Visitor, link: str) -> None:
    (reference,) = newest_first(desk.app)
    for path in ("acts/eat", "destruction", "destruction.json"):
        assert desk.get(f"/operator/submissions/{reference}/{path}").status_code == 404
    assert desk.get("/operator/submissions/22222222/acts/block").status_code == 404
    own = link.replace("/receipt/", "/my/")
    assert visitor.get(f"{own}/destruction").status_code == 404
    assert visitor.get(f"{own}/destruction.json").status_code == 404

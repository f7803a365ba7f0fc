"""A recipient at the desk, fit to be handed a record: entered through the pages."""

from pyrage import x25519

from tests.support.pages import Page
from tests.support.visitor import ORIGIN, Visitor
from tests.web.desk import Desk
from tests.web.strict import page_of

NEW = "/operator/recipients/new"
FACTS = {
    "name": "Call Centre LLP",
    "country": "KZ",
    "number": "220540900218",
    "contact": "privacy@callcentre.example",
    "purposes": "feedback",
}
UNDERTAKING = {"signed": "2026-11-20", "expires": "2027-11-20", "scope": "feedback"}
IDENTITY = x25519.Identity.generate()
KEY = str(IDENTITY.to_public())


def post(desk: Desk, path: str, fields: dict[str, str], *, page: str = "") -> str:
    """Send a form of the desk with the token of its page; where it leads to."""
    token = desk.page(page or path).value("csrf_token", -1)
    answer = desk.post(path, {"csrf_token": token, **fields})
    assert answer.status_code == 303, page_of(answer).text
    return str(answer.headers["Location"]).removeprefix(ORIGIN)


def recipient(desk: Desk, **facts: str) -> str:
    """Enter a recipient that may get data by file: the path of its page."""
    path = post(desk, NEW, {**FACTS, **facts})
    post(desk, f"{path}/undertakings", UNDERTAKING, page=path)
    post(desk, path, {"contact": FACTS["contact"], "age_key": KEY})
    return path


def webhook(desk: Desk, path: str, address: str = "https://crm.example/in") -> Page:
    """Give the recipient at a path an address: the page with its secret."""
    token = desk.page(path).value("csrf_token", -1)
    answer = desk.post(f"{path}/webhook", {"csrf_token": token, "webhook": address})
    assert answer.status_code == 200, page_of(answer).text
    return page_of(answer)


def chosen(path: str, **others: str) -> dict[str, str]:
    """The fields of a transfer to the recipient at a path."""
    return {"recipient": path.rpartition("/")[2].replace("-", ""), "purpose": "feedback", "way": "file", **others}


def transfer(desk: Desk, reference: str, path: str, **others: str) -> str:
    """Hand a record over: the path of the transfer."""
    return post(desk, f"/operator/submissions/{reference}/transfer", chosen(path, **others))


def correct(owner: Visitor, secret: str) -> None:
    """The person corrects their own record: whoever was handed it has to be told."""
    path = f"/my/{secret}/correct"
    fields = {"name": "Айнұр", "second_name": "Серікқызы", "phone": "+7 701 555 31 37"}
    assert owner.post(path, {"token": owner.page(path).value("token"), **fields}).status_code == 303

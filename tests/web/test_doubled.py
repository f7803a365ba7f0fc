"""A parameter that is sent twice is read in one known way: the first counts. A method nobody needs is refused."""

from flask import Flask
from werkzeug.datastructures import MultiDict

from tests.support.people import Person
from tests.support.visitor import ORIGIN, Visitor
from tests.web.rows import count


def test_the_first_of_two_values_counts(app: Flask, visitor: Visitor, person: Person) -> None:
    fields = visitor.filled(person)
    doubled = MultiDict([*fields.items(), ("name", "Another"), ("consent", ""), ("phone", "1")])
    receipt = visitor.post("/", doubled).headers["Location"]
    own = visitor.get(receipt.replace("/receipt/", "/my/")).get_data(as_text=True)
    assert person.name in own
    assert "Another" not in own
    emptied = MultiDict([("consent", ""), *visitor.filled(person).items()])
    assert visitor.post("/", emptied).status_code == 422
    assert count(app, "submissions") == 1


def test_trace_and_its_like_are_refused(visitor: Visitor) -> None:
    for path in ("/", "/operator/sign-in", "/static/site.css"):
        for method in ("TRACE", "PUT", "DELETE", "PATCH"):
            answer = visitor.client.open(path, method=method, base_url=ORIGIN, data=b"x" if method != "TRACE" else None)
            assert answer.status_code in {405, 411}, (method, path)

"""A parameter that comes twice is read in one way: a field takes exactly one value, and a box ticked twice is not ticked."""

import pytest
from flask import Flask

from tests.support.people import Person
from tests.support.visitor import Visitor
from tests.web.conftest import strict_client
from tests.web.rows import rows


@pytest.mark.parametrize("second", ["yes", "no", "", "+77010000001"])
@pytest.mark.parametrize("name", ["name", "second_name", "phone", "consent"])
def test_what_is_sent_twice_is_not_taken(app: Flask, person: Person, name: str, second: str) -> None:
    visitor = Visitor(strict_client(app))
    fields = visitor.filled(person)
    assert visitor.post("/", {**fields, name: [fields[name], second]}).status_code == 422
    assert rows(app, "SELECT count(*) FROM submissions") == [(0,)]

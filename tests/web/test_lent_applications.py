"""An application that one test after another uses shows none of them what another did."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import DictLoader

from kelisim.settings import Settings
from kelisim.vault.keys import make_missing
from kelisim.web.house import House
from kelisim.web.shelf import Shelf
from tests.conftest import FixedClock, dispose, lent, migrated
from tests.support.apps import Lender
from tests.support.people import Person
from tests.support.visitor import Visitor
from tests.web.conftest import strict_client
from tests.web.rows import count, house_of

# What is the same for each: functions and names without a memory.
WITHOUT_MEMORY = {"randomness", "job_names"}


@pytest.fixture
def lender() -> Lender:
    return Lender()


@pytest.fixture
def others(tmp_path: Path) -> Settings:
    """Another instance with keys of its own."""
    make_missing(tmp_path / "others" / "keys")
    return Settings(instance=tmp_path / "others", form_limit="2 per hour")


def shelf_of(app: Flask) -> Shelf:
    shelves = (getattr(function, "__self__", None) for function in app.after_request_funcs[None])
    return next(shelf for shelf in shelves if isinstance(shelf, Shelf))


def use(app: Flask, person: Person) -> str:
    """Leave something everywhere. Gives the token of a form of this instance."""
    visitor = Visitor(strict_client(app))
    answer = {"answer": "accept", "token": visitor.page("/cookies").value("token", -1), "next": "/"}
    assert visitor.post("/cookies", answer).status_code == 303
    token = visitor.filled(person)["token"]
    assert [visitor.send(person).status_code for _ in range(3)] == [303, 303, 429]
    for _ in range(2):
        visitor.get("/readyz")
        app.test_client().get("/", base_url="https://localhost:8443")
    assert shelf_of(app)._shelved
    assert count(app, "submissions") == 2
    app.config["PREFERRED_URL_SCHEME"] = "gopher"
    return token


def test_nothing_of_one_loan_is_there_in_the_next(
    lender: Lender, settings: Settings, others: Settings, clock: FixedClock, person: Person
) -> None:
    later = FixedClock(clock.at + timedelta(hours=1))
    with lent(replace(settings, form_limit="2 per hour"), later, lender=lender) as first:
        token, secret = use(first, person), first.secret_key
        before = {field.name: getattr(house_of(first), field.name) for field in fields(House)}
    with lent(others, clock, lender=lender) as second:
        assert second is first
        after = {field.name: getattr(house_of(second), field.name) for field in fields(House)}
        assert {name for name in after if after[name] is before[name]} <= WITHOUT_MEMORY
        assert (after["settings"], after["clock"]) == (others, clock)
        assert house_of(second).keys != before["keys_now"]()
        assert second.secret_key not in {secret, None}
        assert second.config["PREFERRED_URL_SCHEME"] == "http"
        assert second.config["SQLALCHEMY_DATABASE_URI"] == others.database
        assert not shelf_of(second)._shelved
        assert count(second, "submissions") == 0
        visitor = Visitor(second.test_client())
        assert type(visitor.client) is not type(strict_client(second))
        assert "Accept cookies" in visitor.page("/").text
        assert visitor.post("/", {**visitor.filled(person), "token": token}).status_code == 422, "of other keys"
        assert visitor.send(person).status_code == 303, "its limits are its own"
        assert count(second, "submissions") == 1


def change_a_view(app: Flask) -> None:
    app.view_functions["probes.alive"] = lambda: "changed"


def change_the_templates(app: Flask) -> None:
    app.jinja_env.loader = DictLoader({})


def change_what_templates_know(app: Flask) -> None:
    app.jinja_env.globals["static"] = str


def change_the_language(app: Flask) -> None:
    app.extensions["babel"].translation_directories = []


def change_who_hears(app: Flask) -> None:
    app.extensions["kelisim.listener"] = print


def change_what_comes_first(app: Flask) -> None:
    app.before_request_funcs[None][0] = lambda: None


def change_the_outermost(app: Flask) -> None:
    app.wsgi_app = app.wsgi_app.__call__  # type: ignore[method-assign]  # as an application is wrapped


@pytest.mark.parametrize(
    "change",
    [
        change_a_view,
        change_the_templates,
        change_what_templates_know,
        change_the_language,
        change_who_hears,
        change_what_comes_first,
        change_the_outermost,
    ],
)
def test_one_that_was_changed_is_not_lent_again(
    lender: Lender, settings: Settings, clock: FixedClock, change: Callable[[Flask], None]
) -> None:
    with lent(settings, clock, lender=lender) as first:
        change(first)
    with lent(settings, clock, lender=lender) as second:
        assert second is not first


def test_other_settings_get_another_and_two_at_once_as_well(
    lender: Lender, settings: Settings, others: Settings, clock: FixedClock
) -> None:
    with lent(settings, clock, lender=lender) as one, lent(settings, clock, lender=lender) as two:
        assert one is not two
    with lent(others, clock, lender=lender) as other:
        assert other not in {one, two}


def test_one_that_counts_is_not_lent_again(lender: Lender, settings: Settings, clock: FixedClock) -> None:
    counting = replace(settings, metrics_port=9100)
    with lent(counting, clock, lender=lender) as first:
        pass
    with lent(counting, clock, lender=lender) as second:
        assert second is not first


def test_one_that_is_built_looks_like_one_that_is_lent(
    lender: Lender, settings: Settings, others: Settings, clock: FixedClock
) -> None:
    with lent(others, clock, lender=lender):
        pass
    built = migrated(replace(settings, form_limit="2 per hour"), clock=clock)
    with lent(others, clock, lender=lender) as again:
        assert vars(again).keys() - vars(built).keys() <= {"test_client_class"}
        own = {name for name, value in again.config.items() if built.config[name] != value}
        assert own == {"SQLALCHEMY_DATABASE_URI", "SECRET_KEY"}
    dispose(built)

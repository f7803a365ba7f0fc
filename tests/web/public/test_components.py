"""The page of components is for a trial alone."""

from dataclasses import replace

from flask import Flask

from kelisim.core import ROOT
from tests.conftest import FixedClock, dispose, migrated
from tests.support.visitor import Visitor
from tests.web.conftest import strict_client
from tests.web.rows import house_of

MACROS = ("fields.text", "fields.choice", "fields.checkbox", "summary(", "notice(", "draft(")


def test_a_trial_shows_every_component(visitor: Visitor) -> None:
    page = visitor.page("/components")
    assert page.text.count("Say what to do about: A field with a hint") == 2, "in the summary and beside the field"
    assert "200 rows" in page.text
    template = (ROOT / "templates" / "public" / "components" / "page.html").read_text(encoding="utf-8")
    assert [macro for macro in MACROS if macro not in template] == []


def test_outside_of_a_trial_there_is_no_such_page(app: Flask, clock: FixedClock) -> None:
    real = replace(house_of(app).settings, trial=False, operator_email="consent@artsofte.kz", trusted_proxies=1)
    served = migrated(real, clock=clock)
    assert Visitor(strict_client(served)).get("/components").status_code == 404
    dispose(served)

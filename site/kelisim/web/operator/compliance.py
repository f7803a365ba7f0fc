"""The compliance pack at the desk: what is in it, and the one download."""

from functools import cache
from pathlib import Path

from flask import Blueprint, Response, abort, render_template
from flask_babel import gettext, lazy_gettext

from kelisim.domain.deadlines import local_day
from kelisim.domain.documents import Kind
from kelisim.domain.languages import LANGUAGES
from kelisim.domain.people import People, SizeClass
from kelisim.services import compliance, people, staff
from kelisim.services.compliance import Material
from kelisim.storage.db import db
from kelisim.web.compliance_pages import AccessRow, CompliancePage, PeoplePage
from kelisim.web.frame import render
from kelisim.web.house import house
from kelisim.web.issuer import issuer
from kelisim.web.operator.request_forms import DeskForm
from kelisim.web.operator.who import by_operator
from kelisim.web.public.receipts import sent_from
from kelisim.web.staff_words import ROLES
from kelisim.web.words import STATES, Words

blueprint = Blueprint("compliance", __name__, url_prefix="/operator/compliance")

_REGISTER = Path(__file__).resolve().parents[4] / "docs" / "data-register.md"
SIZES: Words = {
    SizeClass.SMALL: lazy_gettext("within the small class"),
    SizeClass.MEDIUM: lazy_gettext("over the small class: other duties begin here"),
    SizeClass.LARGE: lazy_gettext("over the medium class: other duties begin here"),
}
_CONTENTS = (
    ("documents/", lazy_gettext("The documents in force, in every language, with their SHA-256")),
    ("registers/", lazy_gettext("The data register, requests, consent terms, incidents, recipients, border and publication")),
    ("persons-with-access.csv", lazy_gettext("Who may sign in at this desk")),
    ("counts.json", lazy_gettext("Records and consents by state, people against the limits of the classes")),
    ("journal/", lazy_gettext("The check of the journal, made for the pack, and all published heads")),
    ("manifest.json", lazy_gettext("The SHA-256 of every file, signed by the site")),
)  # fmt: skip  # a line for each


@blueprint.get("")
def page() -> str:
    """What the pack holds, and what stands in it now."""
    session = db.session()
    shown = CompliancePage(
        contents=tuple((name, str(words)) for name, words in _CONTENTS),
        people=people_page(counted_people()),
        records=tuple((str(STATES[state]), many) for state, many in people.records(session).items()),
        access=tuple(
            AccessRow(one.operator.name, str(ROLES[one.operator.role]), one.since, one.ready)
            for one in staff.members(session)
            if one.disabled_at is None
        ),
    )
    return render("operator/compliance/page.html", compliance=shown, form=DeskForm())


@blueprint.post("")
def pack() -> Response:
    """The pack. Making it is journalled."""
    if not DeskForm().validate():
        abort(400)
    content = compliance.pack(
        db.session(), _material(), most=house().settings.journal_check_entries, issuer=issuer(), by=by_operator()
    )
    return sent_from(content, f"kelisim-compliance-{local_day(house().now).isoformat()}.zip", "application/zip")


def counted_people(most: int | None = None) -> People:
    """How many people's data are held, against the limits of the settings; no more than ``most`` and one of a kind."""
    settings = house().settings
    return people.count(db.session(), small=settings.small_class_people, medium=settings.medium_class_people, most=most)


def whether_many() -> PeoplePage:
    """How many people up to the limit of the small class; beyond, only that there are more: it is all a glance needs."""
    limit = house().settings.small_class_people
    counted = counted_people(limit)
    if counted.size is SizeClass.SMALL:
        return people_page(counted)
    return PeoplePage(counted.at_most, 0, None, str(SIZES[SizeClass.MEDIUM]), more=limit)


def people_page(counted: People) -> PeoplePage:
    """The count in words. ``limit``: of the class that it is in, None for the largest."""
    limits = {SizeClass.SMALL: counted.small, SizeClass.MEDIUM: counted.medium}
    return PeoplePage(counted.at_most, counted.uncounted, limits.get(counted.size), str(SIZES[counted.size]))


def _material() -> Material:
    settings, today = house().settings, local_day(house().now)
    library = house().library
    return Material(
        documents=[library.in_force(kind, language, today) for kind in Kind for language in LANGUAGES],
        data_register=_data_register(),
        readme=render_template("operator/compliance/readme.txt", contents=_CONTENTS, site=settings.site_name),
        declared={
            "operator": settings.operator_name,
            "bin": settings.operator_bin,
            "retention_years": settings.retention_years,
            "cross_border": settings.cross_border,
            "public_sources": settings.public_sources,
            "responsible_person": settings.responsible_person or gettext("the head of the Operator"),
        },
        terms=settings.terms,
        small=settings.small_class_people,
        medium=settings.medium_class_people,
    )


@cache
def _data_register() -> bytes:
    return _REGISTER.read_bytes()

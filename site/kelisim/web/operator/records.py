"""The list of submissions, and one of them opened."""

from uuid import UUID

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext

from kelisim.domain.acts import Act
from kelisim.domain.documents import Kind
from kelisim.domain.journal import Entry
from kelisim.domain.operators import Operator, Stage
from kelisim.domain.phones import spaced_phone
from kelisim.domain.purposes import Purpose
from kelisim.services import operators, submissions
from kelisim.services.submissions import Listed, Record
from kelisim.storage.db import db
from kelisim.web import desk_session
from kelisim.web.frame import render
from kelisim.web.house import house
from kelisim.web.pages import RecordPage, SubmissionRow, SubmissionsPage, TimelineRow
from kelisim.web.words import ACT_DETAILS, ACTS, METHODS, PURPOSES, STATES, SUSPICIONS, TOPICS

blueprint = Blueprint("records", __name__, url_prefix="/operator")


@blueprint.get("")
def index() -> str:
    """The submissions, newest first."""
    before = _before(request.args.get("before"))
    page = submissions.page(db.session(), keys=house().keys, before=before, rows=house().settings.page_rows)
    shown = SubmissionsPage(
        rows=tuple(_row(listed) for listed in page.listed),
        total=page.total,
        older_url=url_for("records.index", before=page.older.hex) if page.older is not None else None,
        newest_url=url_for("records.index") if before is not None else None,
    )
    return render("operator/submissions/list.html", submissions=shown)


@blueprint.get("/submissions/<reference>")
def record(reference: str) -> str:
    """One submission. Opening it is the act of access and is journalled."""
    found = submissions.open_record(db.session(), reference, operator=_operator(), keys=house().keys, now=house().now)
    if found is None:
        abort(404)
    return render("operator/submissions/record.html", record=_record_page(found))


def _operator() -> Operator:
    found = desk_session.signed_in(Stage.FULL)
    if found is None:
        raise RuntimeError("the guard lets nobody come here without both factors")
    return found.operator


def _before(text: str | None) -> UUID | None:
    if text is None:
        return None
    try:
        return UUID(hex=text)
    except ValueError:
        abort(404)


def _row(listed: Listed) -> SubmissionRow:
    return SubmissionRow(
        reference=listed.reference,
        url=url_for("records.record", reference=listed.reference),
        name=listed.masked_name,
        phone=listed.masked_phone,
        topic=_topic(listed.topic),
        received_at=listed.received_at,
        state=str(STATES[listed.state]),
        mailing=listed.mailing,
        suspect=bool(listed.suspicions),
    )


def _record_page(found: Record) -> RecordPage:
    submission, consent = found.submission, found.consent
    names = operators.names(db.session())
    kept = house().library.find(Kind.CONSENT, consent.revision, consent.language)
    return RecordPage(
        reference=submission.reference,
        received_at=submission.received_at,
        state=str(STATES[submission.state]),
        name=submission.personal.name,
        second_name=submission.personal.second_name,
        phone=spaced_phone(submission.personal.phone),
        phone_link=f"tel:{submission.personal.phone}",
        topic=_topic(submission.topic),
        mailing=submission.mailing,
        suspicions=tuple(str(SUSPICIONS[suspicion]) for suspicion in submission.suspicions),
        consent_title=kept.title if kept is not None else gettext("Consent"),
        consent_url=url_for("documents.revision", kind=Kind.CONSENT, revision=consent.revision),
        revision=consent.revision,
        sha256=consent.sha256,
        language=consent.language,
        method=str(METHODS[consent.method]),
        purposes=tuple(str(PURPOSES[purpose]) for purpose in consent.purposes),
        statements=consent.statements.person + consent.statements.operator,
        timeline=tuple(_timeline_row(entry, names) for entry in found.entries),
        back_url=url_for("records.index"),
    )


def _timeline_row(entry: Entry, names: dict[int, str]) -> TimelineRow:
    return TimelineRow(
        at=entry.at,
        act=str(ACTS[entry.act]),
        who=_who(entry.actor, names),
        detail=str(ACT_DETAILS.get(Act(entry.act), "")),
    )


def _who(actor: str, names: dict[int, str]) -> str:
    role, _, number = actor.partition(":")
    if role == "operator":
        return names.get(int(number), gettext("an operator who has left"))
    return gettext("the person") if role == "person" else gettext("the site")


def _topic(topic: Purpose | None) -> str:
    return str(TOPICS[topic]) if topic is not None else gettext("not chosen")

"""The list of submissions, and one of them opened."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, url_for
from flask_babel import gettext

from kelisim.domain.acts import Act, State, why_not
from kelisim.domain.deadlines import local_day
from kelisim.domain.documents import Kind
from kelisim.domain.phones import spaced_phone
from kelisim.domain.purposes import Purpose
from kelisim.domain.rights import RequestKind
from kelisim.services import days, keepings, operators, request_reading, submissions, transfers
from kelisim.services.submissions import Record
from kelisim.storage.db import db
from kelisim.web.desk_pages import KeepingPage, RecordPage
from kelisim.web.frame import render
from kelisim.web.house import house
from kelisim.web.languages import LANGUAGE_NAMES
from kelisim.web.operator.acts import record_acts
from kelisim.web.operator.beside import beside
from kelisim.web.operator.broken_seals import noted
from kelisim.web.operator.filters import asked
from kelisim.web.operator.listing import list_page, place
from kelisim.web.operator.recipient_values import transfer_row
from kelisim.web.operator.request_pages import row_page
from kelisim.web.operator.timeline import timeline
from kelisim.web.operator.who import operator_here, who
from kelisim.web.own_words import CONSENT_MEANS
from kelisim.web.paper_words import paper_at_desk
from kelisim.web.public.documents import url_of_shown
from kelisim.web.request_words import with_article
from kelisim.web.words import METHODS, PURPOSES, REQUEST_KINDS, STATES, SUSPICIONS, TOPICS

blueprint = Blueprint("records", __name__, url_prefix="/operator")

WITHOUT_DATA = frozenset({State.DEPERSONALIZED, State.DESTROYED})


@blueprint.get("/submissions")
def index() -> str:
    """The submissions a filter lets through."""
    return render("operator/submissions/list.html", submissions=list_page(asked(), place()))


@blueprint.get("/submissions/<reference>")
def record(reference: str) -> str:
    """One submission. Opening it is the act of access and is journalled."""
    found = submissions.open_record(
        db.session(), reference, operator=operator_here(), keys=house().keys, now=house().now
    )
    if found is None:
        abort(404)
    return render(
        "operator/submissions/record.html",
        record=_record_page(found),
        beside=beside(found),
        acts=record_acts(reference),
    )


def _record_page(found: Record) -> RecordPage:
    submission, consent, personal = found.submission, found.consent, found.submission.personal
    session, today = db.session(), local_day(house().now)
    names = operators.names(session)
    kept = house().library.find(Kind.CONSENT, consent.revision, consent.language)
    return RecordPage(
        reference=submission.reference,
        received_at=submission.received_at,
        state=str(STATES[submission.state]),
        name=personal.name if personal is not None else None,
        second_name=personal.second_name if personal is not None else None,
        phone=spaced_phone(personal.phone) if personal is not None else None,
        phone_link=f"tel:{personal.phone}" if personal is not None else None,
        topic=_topic(submission.topic),
        mailing=submission.mailing,
        suspicions=tuple(str(SUSPICIONS[suspicion]) for suspicion in submission.suspicions),
        consent_title=kept.title if kept is not None else gettext("Consent"),
        consent_url=url_of_shown(consent),
        revision=consent.revision,
        sha256=consent.sha256,
        language=LANGUAGE_NAMES[consent.language],
        method=str(METHODS[consent.method]),
        purposes=tuple(str(PURPOSES[purpose]) for purpose in consent.purposes),
        person_stated=consent.statements.person,
        operator_stated=consent.statements.operator,
        timeline=timeline(found, names),
        requests=tuple(
            row_page(kept, days.calendar(session), today)
            for kept in request_reading.of_submission(session, submission.id)
        ),
        keeping=_keeping(submission.id, names, today),
        keep_url=None if submission.state in WITHOUT_DATA else url_for("keepings.page", reference=submission.reference),
        transfers=tuple(transfer_row(one) for one in transfers.of_submission(session, submission.id)),
        transfer_url=_transfer_url(found),
        damaged=noted(submission),
        consent_state=str(CONSENT_MEANS[found.consent_state]),
        consent_ended_at=found.consent_ended_at,
        statements_version=consent.statements.version,
        given=consent.given,
        paper=paper_at_desk(submission.reference, consent, names),
        ask_urls=tuple(_ask_urls(found)),
    )


def _transfer_url(found: Record) -> str | None:
    """Where the record is handed over, while it has data that may be; what else may refuse it is said there."""
    closed = found.submission.state is not State.ACTIVE or found.submission.personal is None
    return None if closed else url_for("transfers.new", reference=found.submission.reference)


def _ask_urls(found: Record) -> list[tuple[str, str]]:
    """Ways into a request to correct or complete the data: from the desk there is no other way to change them."""
    kinds = {Act.CHANGE: RequestKind.CORRECT, Act.ADDITION: RequestKind.COMPLETE}
    permitted = (
        kind for act, kind in kinds.items() if why_not(found.submission.state, act, found.consent_state) is None
    )
    given: dict[str, Any] = {"reference": found.submission.reference, "language": found.consent.language}
    return [(str(REQUEST_KINDS[kind]), url_for("requests.intake", kind=kind.value, **given)) for kind in permitted]


def _keeping(submission_id: UUID, names: dict[int, str], today: date) -> KeepingPage | None:
    found = keepings.of_submission(db.session(), submission_id)
    if found is None:
        return None
    return KeepingPage(
        ground=with_article(found.ground),
        who=who(found.author, names),
        decided=found.decided,
        until=found.until,
        stands=found.stands(today),
    )


def _topic(topic: Purpose | None) -> str:
    return str(TOPICS[topic]) if topic is not None else gettext("not chosen")

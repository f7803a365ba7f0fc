"""The page value of My data."""

from datetime import date

from flask import url_for
from flask_babel import gettext

from kelisim.domain.acts import ConsentState
from kelisim.domain.documents import Kind
from kelisim.domain.journal import Entry
from kelisim.domain.own_acts import OwnAct, why_not_own
from kelisim.domain.phones import spaced_phone
from kelisim.services import retention
from kelisim.services.my import Own
from kelisim.services.records import PERSON
from kelisim.services.request_reading import Kept
from kelisim.storage.db import db
from kelisim.web.desk_pages import TimelineRow
from kelisim.web.house import house
from kelisim.web.my_pages import MyActLink, MyPage, MyRequestRow
from kelisim.web.own_words import CONSENT_MEANS, DAMAGED, OWN_ACTS, STATE_MEANS, what_was_done, who_did
from kelisim.web.paper_words import paper_words
from kelisim.web.public.documents import url_of_shown
from kelisim.web.recipient_pages import MyTransferRow
from kelisim.web.recipient_words import to_the_person
from kelisim.web.request_words import objection_words, with_article
from kelisim.web.words import ACTS, METHODS, PURPOSES, REQUEST_KINDS, REQUEST_STATES, STATES, TOPICS


def my_page(own: Own, secret: str, said: str | None) -> MyPage:
    """Everything about a record, for the person it is about."""
    receipt, standing, personal = own.receipt, own.standing, own.personal
    consent = receipt.consent
    kept = house().library.find(Kind.CONSENT, consent.revision, consent.language)
    return MyPage(
        said=said,
        reference=receipt.reference,
        received_at=receipt.received_at,
        receipt_url=url_for("submissions.receipt", secret=secret),
        evidence_url=url_for("receipts.evidence", secret=secret),
        state=str(STATES[standing.state]),
        state_means=str(STATE_MEANS[standing.state]),
        kept_until=_kept_until(own),
        destruction_url=url_for("destructions.page", secret=secret) if own.destroyed else None,
        kept_on_ground=with_article(own.keeping.ground) if own.keeping is not None else "",
        kept_on_ground_until=own.keeping.until if own.keeping is not None else None,
        name=personal.name if personal is not None else None,
        second_name=personal.second_name if personal is not None else None,
        phone=spaced_phone(personal.phone) if personal is not None else None,
        topic=str(TOPICS[receipt.topic]) if receipt.topic is not None else None,
        mailing=receipt.mailing,
        consent=str(CONSENT_MEANS[standing.consent]),
        consent_ended_at=own.ended_at,
        consent_given_at=consent.given,
        consent_title=kept.title if kept is not None else gettext("Consent"),
        consent_url=url_of_shown(consent),
        timeline=tuple(_timeline_row(entry) for entry in own.entries),
        requests=tuple(_request_row(request, secret) for request in own.requests),
        transfers=tuple(
            MyTransferRow(one.recipient, one.at, str(PURPOSES[one.purpose]), to_the_person(one))
            for one in own.transfers
        ),
        acts=tuple(
            MyActLink(act.value, str(OWN_ACTS[act].title), url_for("my.form", secret=secret, act=act.value))
            for act in OwnAct
            if why_not_own(act, standing) is None
        ),
        statements=consent.statements.operator,
        statements_version=consent.statements.version,
        method=str(METHODS[consent.method]),
        paper=paper_words(receipt),
        damaged=str(DAMAGED) if own.damaged else "",
    )


def _kept_until(own: Own) -> date | None:
    if (own.personal is None and not own.damaged) or own.standing.consent is not ConsentState.GIVEN:
        return None
    return retention.last_day(db.session(), own.receipt.reference, house().settings.retention)


def _timeline_row(entry: Entry) -> TimelineRow:
    return TimelineRow(at=entry.at, act=str(ACTS[entry.act]), who=who_did(entry), detail=what_was_done(entry))


def _request_row(kept: Kept, secret: str) -> MyRequestRow:
    request = kept.request
    return MyRequestRow(
        kind=str(REQUEST_KINDS[request.kind]),
        received=request.received,
        due=request.due if request.is_open else None,
        state=str(REQUEST_STATES[request.state]),
        ground=with_article(request.ground) if request.ground is not None else "",
        objection=objection_words(request.objection),
        answer_url=url_for("answers.page", secret=secret, request_id=kept.id) if _is_answered(kept) else None,
    )


def _is_answered(kept: Kept) -> bool:
    """True where the Operator has decided; what the person ended needs no answer."""
    return not kept.request.is_open and kept.request.author != PERSON

"""What stands beside an open record: the ways on within the filter, submissions with the same number, tags."""

from typing import Any

from flask import url_for

from kelisim.domain.acts import Act
from kelisim.domain.deadlines import local_day
from kelisim.domain.filters import Filter
from kelisim.domain.search import phone_mark
from kelisim.services import listing, records, search, tags
from kelisim.services.listing import Neighbour
from kelisim.services.submissions import Record
from kelisim.storage.db import db
from kelisim.web.house import house
from kelisim.web.operator.filters import asked
from kelisim.web.operator.listing import where_asked
from kelisim.web.record_pages import BesidePage

_MOST = 100


def beside(found: Record) -> BesidePage:
    """The page value beside a record that was opened."""
    session, given, keys = db.session(), asked(), house().keys
    submission, today = found.submission, local_day(house().now)
    near = listing.neighbours(session, submission.reference, given.filter, order=given.order, keys=keys, today=today)
    where = where_asked(given)
    borne = tags.of_record(session, submission.id)
    uses = records.reason(session, submission.id, Act.USE) is None
    personal = submission.personal
    return BesidePage(
        previous_url=_record(near.previous, given.but()),
        next_url=_record(near.next, given.but()),
        back_url=url_for("records.index", _anchor=submission.reference, **where),
        # The record itself is one of those found, once it is entered in the index.
        same_phone=max(0, with_phone(personal.phone) - 1) if personal is not None else 0,
        same_phone_url=phone_url(personal.phone) if personal is not None else "",
        tags=tuple(tag.words for tag in tags.every(session) if tag.id in borne),
        tags_url=url_for("uses.choose", reference=submission.reference, **where) if uses else None,
        contact_url=url_for("uses.contact", reference=submission.reference, **where) if uses else None,
    )


def _record(near: Neighbour | None, parts: dict[str, Any]) -> str | None:
    """A neighbour, from which the way back leads to the page that begins with it."""
    if near is None:
        return None
    return url_for("records.record", reference=near.reference, **parts | {"from": near.id.hex})


def with_phone(phone: str) -> int:
    """How many submissions with this number the search finds."""
    found = listing.counts(
        db.session(),
        Filter(sought=phone_mark(phone)),
        keys=house().keys,
        today=local_day(house().now),
        most=_MOST,
    )
    return found.everything


def phone_url(phone: str) -> str:
    """The list of them; the number is sealed in its address."""
    sealed = search.sealed_text(phone, keys=house().keys, randomness=house().randomness)
    return url_for("records.index", sought=sealed)

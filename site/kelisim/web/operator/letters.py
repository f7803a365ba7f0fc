"""The letter of a request as the desk prints it."""

from flask import url_for

from kelisim.services import submissions, transfers
from kelisim.services.request_reading import Kept
from kelisim.storage.db import db
from kelisim.web.desk_pages import LetterPage
from kelisim.web.house import house
from kelisim.web.issuer import stated_to
from kelisim.web.letters import Facts, Known, facts_of, letter_page
from kelisim.web.operator.who import operator_here


def letter_at_desk(kept: Kept) -> LetterPage:
    """The letter for where the request stands now. Opening the data for an answer is journalled."""
    return letter_page(kept, lambda: _facts(kept), url_for("requests.one", request_id=kept.id))


def _facts(kept: Kept) -> Facts:
    if kept.reference is None:
        return ()
    found = submissions.open_record(
        db.session(), kept.reference, operator=operator_here(), keys=house().keys, now=house().now, what="letter"
    )
    if found is None:
        return ()
    handed = transfers.of_submission(db.session(), found.submission.id)
    known = Known(found.consent, stated_to(found.consent), found.submission.personal, found.entries, handed)
    return facts_of(kept, known)

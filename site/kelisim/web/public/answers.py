"""The answer to a person's request, where they can read it: the site knows no address to send it to."""

from uuid import UUID

from flask import Blueprint, abort, url_for
from flask_babel import gettext

from kelisim.services import holders, my, request_reading
from kelisim.services.holders import Holder
from kelisim.services.request_reading import Kept
from kelisim.storage.db import db
from kelisim.web.frame import render
from kelisim.web.house import house
from kelisim.web.issuer import stated_to
from kelisim.web.letters import Facts, Known, facts_of, letter_page
from kelisim.web.own_words import DAMAGED

blueprint = Blueprint("answers", __name__)


@blueprint.get("/my/<secret>/answers/<uuid:request_id>")
def page(secret: str, request_id: UUID) -> str:
    """The letter of a request that has come to its end. Data in it are opened with the person's own key."""
    who, kept = holders.holder(db.session(), secret), request_reading.find(db.session(), request_id)
    if who is None or kept is None or kept.submission_id != who.submission_id or kept.request.is_open:
        abort(404)
    letter = letter_page(kept, lambda: _facts(who, kept), url_for("my.page", secret=secret))
    return render("public/my/answer.html", letter=letter)


def _facts(who: Holder, kept: Kept) -> Facts:
    own = my.open_own(db.session(), who, by=my.person(house().keys.site.journal, house().now))
    if own.damaged:
        return ((gettext("Personal data"), str(DAMAGED)),)
    consent = own.receipt.consent
    return facts_of(kept, Known(consent, stated_to(consent), own.personal, own.entries, own.transfers))

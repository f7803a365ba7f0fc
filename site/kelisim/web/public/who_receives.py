"""Who receives data: the recipients in the register with an undertaking that stands, or that there are none."""

from flask import Blueprint

from kelisim.domain.deadlines import local_day
from kelisim.domain.recipients import Told
from kelisim.services import recipients
from kelisim.storage.db import db
from kelisim.web.frame import render, render_kept
from kelisim.web.house import house
from kelisim.web.statement_pages import ToldPage, ToldRow
from kelisim.web.statement_words import country_name, cross_border, recipients_sentence
from kelisim.web.words import PURPOSES

blueprint = Blueprint("who_receives", __name__)
_PAGE = "public/recipients.html"


@blueprint.get("/recipients")
def page() -> str:
    """The list that is stated beside the form, with what may happen to it."""
    if not house().revisions.has_looked:
        # Not a word about nobody while the register cannot be read: this ends in the page that says so.
        recipients.stand(db.session())
    number = house().statements_number
    if number is None:
        return render(_PAGE, banner=True, told=_page(None))
    return render_kept(_PAGE, number, lambda: {"told": _page(number)})


def _page(number: int | None) -> ToldPage:
    stated = house().stated
    return ToldPage(
        rows=tuple(_row(told) for told in stated.recipients),
        sentence=recipients_sentence(stated.recipients),
        cross_border=cross_border(abroad=stated.abroad),
        day=local_day(house().now),
        version=number,
    )


def _row(told: Told) -> ToldRow:
    return ToldRow(told.name, country_name(told), tuple(str(PURPOSES[purpose]) for purpose in told.purposes))

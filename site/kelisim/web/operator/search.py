"""Searching: the typed text comes in a body, and goes on sealed in the address of the list."""

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from kelisim.services import search
from kelisim.storage.db import db
from kelisim.web.forms import typed
from kelisim.web.house import house
from kelisim.web.operator.filters import asked

blueprint = Blueprint("search", __name__, url_prefix="/operator/search")

_LONGEST = 200


@blueprint.post("")
def send() -> Response:
    """Enter what is not in the index yet, and lead to what is found."""
    given, text = asked(), typed("text").strip()[:_LONGEST]
    if not text:
        return redirect(url_for("records.index", **given.but(sought=None)), 303)
    settings, keys = house().settings, house().keys
    search.enter(db.session(), keys=keys, least=settings.search_least, rows=settings.search_batch)
    sought = search.sealed_text(text, keys=keys, randomness=house().randomness)
    return redirect(url_for("records.index", **given.but(sought=sought)), 303)

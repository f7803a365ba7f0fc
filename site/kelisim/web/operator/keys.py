"""The help sheet of the keyboard: the shortcuts are in the markup of the pages, ``static/desk.js`` makes them act."""

from flask import Blueprint

from kelisim.web.frame import render

blueprint = Blueprint("keys", __name__, url_prefix="/operator/keys")


@blueprint.get("")
def page() -> str:
    """Which key does what, and where."""
    return render("operator/keys.html")

"""The bundle of evidence of one record, for the desk."""

from flask import Blueprint, Response, abort

from kelisim.domain.operators import Stage
from kelisim.services import bundles, operators
from kelisim.storage.db import db
from kelisim.web import desk_session
from kelisim.web.house import house
from kelisim.web.issuer import issuer, papers
from kelisim.web.public.receipts import attachment

blueprint = Blueprint("evidence", __name__, url_prefix="/operator")


@blueprint.get("/submissions/<reference>/evidence.zip")
def bundle(reference: str) -> Response:
    """Everything that proves the consent, with the names of who did what. Taking it is journalled."""
    person = desk_session.signed_in(Stage.FULL)
    if person is None:
        raise RuntimeError("the guard lets nobody come here without both factors")
    found = bundles.for_desk(
        db.session(),
        reference,
        operator=person.operator,
        names=operators.names(db.session()),
        issuer=issuer(),
        papers=papers(desk=True),
        keys=house().keys,
        now=house().now,
    )
    if found is None:
        abort(404)
    return attachment(found.content, f"kelisim-evidence-{found.reference}.zip", "application/zip")

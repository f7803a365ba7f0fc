"""What other programs ask to know whether the site lives and may be sent visitors: yes or no, never why.

The why is for the Operator: ``flask doctor``, and the listener for metrics on the loopback.
"""

from flask import Blueprint, Response, jsonify

from kelisim.domain.readiness import Check, Seen
from kelisim.services import readiness
from kelisim.storage.db import db
from kelisim.web.house import house
from kelisim.web.readiness import certificate_of, least_of

blueprint = Blueprint("probes", __name__)


@blueprint.get("/healthz")
def alive() -> Response:
    """This process answers. Nothing else is asked, the database least of all."""
    return jsonify(alive=True)


@blueprint.get("/readyz")
def ready() -> tuple[Response, int]:
    """This process can do what the site is for."""
    is_ready = not failed_checks()
    return jsonify(ready=is_ready), 200 if is_ready else 503


def failed_checks() -> tuple[Check, ...]:
    """What keeps this process from serving; none where it may."""
    here = house()
    certificate = certificate_of(here.settings)

    def look() -> Seen:
        return readiness.look(
            db.session(), folder=here.settings.instance, certificate=certificate, keys=here.keys, now=here.now
        )

    return here.readiness.failed(look, least_of(here.settings))

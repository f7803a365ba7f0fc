"""Handing the ticked submissions over to one recipient, and saving their files together."""

from datetime import datetime, timedelta
from uuid import UUID

from flask import Blueprint, abort
from werkzeug.wrappers import Response

from kelisim.domain.bulk import Outcome
from kelisim.domain.purposes import Purpose
from kelisim.domain.transfers import Way
from kelisim.services import bulk_transfers
from kelisim.services.bulk_transfers import Handing
from kelisim.storage.db import db
from kelisim.web.bulk_pages import FilesPage
from kelisim.web.forms import typed
from kelisim.web.house import house
from kelisim.web.issuer import transfer_paper
from kelisim.web.operator.recipient_forms import TransferForm
from kelisim.web.operator.who import by_operator
from kelisim.web.public.receipts import attachment

blueprint = Blueprint("bulk_transfers", __name__, url_prefix="/operator/transfers")


@blueprint.post("/files")
def save() -> Response:
    """The files of one handing over, in one ZIP."""
    try:
        recipient, at = UUID(hex=typed("recipient")), datetime.fromisoformat(typed("at"))
    except ValueError:
        abort(404)
    if at.tzinfo is None:
        abort(404)
    content = bulk_transfers.files(db.session(), recipient, at, keys=house().keys, by=by_operator())
    if content is None:
        abort(404)
    return attachment(content, f"kelisim-transfers-{at:%Y%m%dT%H%M%S}.zip", "application/zip")


def handed_over(references: list[str], form: TransferForm) -> Outcome:
    """Hand each of them over as a valid form says."""
    handing = Handing(
        recipient=UUID(hex=form.recipient.data),
        purpose=Purpose(form.purpose.data),
        way=Way(form.way.data),
        paper=transfer_paper(),
        file_term=timedelta(hours=house().settings.transfer_file_hours),
    )
    return bulk_transfers.hand_over(
        db.session(), references, handing, keys=house().keys, by=by_operator(), randomness=house().randomness
    )


def files_page(recipient: str, at: str) -> FilesPage:
    """What the button that saves them sends."""
    return FilesPage(recipient, at, house().settings.transfer_file_hours)

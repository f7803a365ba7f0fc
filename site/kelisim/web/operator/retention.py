"""What will be destroyed when, and whether the job that does it runs."""

from datetime import timedelta

from flask import Blueprint, url_for

from kelisim.services import retention
from kelisim.storage.db import db
from kelisim.web.act_words import ground_words
from kelisim.web.frame import render
from kelisim.web.house import house
from kelisim.web.retention_pages import RetentionPage, RetentionRow
from kelisim.web.statement_words import stated_term

blueprint = Blueprint("retention", __name__, url_prefix="/operator")

_LATE = timedelta(hours=1)


@blueprint.get("/retention")
def page() -> str:
    """The list, the counts by day, the last run and the next."""
    session, now, settings = db.session(), house().now, house().settings
    found = retention.shown(session, rows=settings.page_rows)
    schedule = retention.schedule(session, now=now, slack=_LATE)
    value = RetentionPage(
        term=stated_term(settings),
        warning=settings.retention.warning,
        total=found.total,
        days=found.days,
        rows=tuple(
            RetentionRow(
                reference=line.reference,
                url=url_for("records.record", reference=line.reference),
                goes=line.goes,
                ground=ground_words(line.ground),
            )
            for line in found.lines
        ),
        last=schedule.last,
        next=schedule.next,
        late=schedule.late,
    )
    return render("operator/retention.html", retention=value)

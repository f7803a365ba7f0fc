"""What is due, in words and with its address."""

from collections.abc import Callable, Mapping
from uuid import UUID

from flask import url_for
from flask_babel import lazy_gettext, ngettext
from flask_babel.speaklater import LazyString

from kelisim.domain.deadlines import Calendar
from kelisim.domain.due import DueItem, DueNoun
from kelisim.domain.incidents import IncidentKind
from kelisim.domain.operators import Area, Operator
from kelisim.domain.recipient_tasks import TaskKind
from kelisim.domain.rights import RequestKind
from kelisim.services.due import Asked
from kelisim.web.home_pages import DueRow
from kelisim.web.incident_words import KINDS
from kelisim.web.recipient_words import TASKS
from kelisim.web.request_words import left
from kelisim.web.words import REQUEST_KINDS

NOUNS: Mapping[DueNoun, LazyString] = {
    DueNoun.REQUEST: lazy_gettext("Request"),
    DueNoun.INCIDENT: lazy_gettext("Incident: tell the authority"),
    DueNoun.RECIPIENT_TASK: lazy_gettext("Recipient to be told"),
    DueNoun.RETENTION: lazy_gettext("Term over: look before they go"),
}
_WORDS: Mapping[DueNoun, Callable[[str], str]] = {
    DueNoun.REQUEST: lambda kind: str(REQUEST_KINDS[RequestKind(kind)]),
    DueNoun.INCIDENT: lambda kind: str(KINDS[IncidentKind(kind)]),
    DueNoun.RECIPIENT_TASK: lambda kind: str(TASKS[TaskKind(kind)]),
    DueNoun.RETENTION: lambda kind: ngettext(
        "%(num)s record will be destroyed", "%(num)s records will be destroyed", int(kind)
    ),
}
_ADDRESSES: Mapping[DueNoun, Callable[[str], str]] = {
    DueNoun.REQUEST: lambda key: url_for("requests.one", request_id=UUID(hex=key)),
    DueNoun.INCIDENT: lambda key: url_for("incidents.one", incident_id=UUID(hex=key)),
    DueNoun.RECIPIENT_TASK: lambda key: url_for("recipient_tasks.one", number=int(key)),
    DueNoun.RETENTION: lambda _: url_for("retention.page"),
}


def item_words(item: DueItem) -> str:
    """What is to be done, and about what."""
    return f"{NOUNS[item.noun]}: {_WORDS[item.noun](item.kind)}"


# Who reads the desk's home opens what is due there, but for these.
_NEEDS: Mapping[DueNoun, Area] = {DueNoun.INCIDENT: Area.REGISTERS}


def due_row(item: DueItem, asked: Asked, calendar: Calendar, operator: Operator) -> DueRow:
    """One line. Without an address where the operator's role does not open it."""
    return DueRow(
        url=_ADDRESSES[item.noun](item.key) if operator.may(_NEEDS.get(item.noun, Area.RECORDS)) else "",
        what=_WORDS[item.noun](item.kind),
        noun=str(NOUNS[item.noun]),
        due=item.due,
        left=left(calendar.days_left(asked.today, item.due)),
        overdue=item.due < asked.today,
    )

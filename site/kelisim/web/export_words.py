"""The words of exports: columns, formats, states, why a record is left out."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from kelisim.domain.acts import ConsentState, Reason, State
from kelisim.domain.exports import Cause, Column, ExportState, Format, LeftOut, Value
from kelisim.domain.purposes import Purpose
from kelisim.web.own_words import CONSENT_MEANS
from kelisim.web.words import STATES, TOPICS

COLUMNS: Mapping[Column, LazyString] = {
    Column.REFERENCE: lazy_gettext("Reference"),
    Column.RECEIVED: lazy_gettext("Received"),
    Column.NAME: lazy_gettext("Name"),
    Column.SECOND_NAME: lazy_gettext("Second name"),
    Column.PHONE: lazy_gettext("Phone number"),
    Column.TOPIC: lazy_gettext("Topic"),
    Column.MAILING: lazy_gettext("Mailing"),
    Column.STATE: lazy_gettext("State"),
    Column.CONSENT_STATE: lazy_gettext("Consent"),
    Column.REVISION: lazy_gettext("Revision of the Consent"),
    Column.TAGS: lazy_gettext("Tags"),
}
FORMATS: Mapping[Format, LazyString] = {
    Format.CSV: lazy_gettext("CSV, for any spreadsheet"),
    Format.XLSX: lazy_gettext("XLSX, for Excel: every cell is text"),
    Format.JSON: lazy_gettext("JSON, for programs: codes instead of words"),
}
EXPORT_STATES: Mapping[ExportState, LazyString] = {
    ExportState.ASKED: lazy_gettext("waits to be made"),
    ExportState.MAKING: lazy_gettext("is being made"),
    ExportState.READY: lazy_gettext("ready to be saved"),
    ExportState.REMOVED: lazy_gettext("removed"),
    ExportState.ENDED: lazy_gettext("removed, its time is over"),
    ExportState.FAILED: lazy_gettext("could not be made"),
}
CAUSES: Mapping[Cause, LazyString] = {
    Cause.BLOCKED: lazy_gettext(
        "A submission in it was blocked or its consent withdrawn since. Make a new export: it goes without that one."
    ),
    Cause.DESTROYED: lazy_gettext(
        "A submission in it was destroyed since. Make a new export: it goes without that one."
    ),
    Cause.NOT_PERMITTED: lazy_gettext(
        "A submission in it may not be exported any more. Make a new export: it goes without that one."
    ),
    Cause.CHANGED: lazy_gettext(
        "A submission in it was corrected or completed since. Make a new export: it has what is right now."
    ),
    Cause.BY_HAND: lazy_gettext("You removed it."),
}
LEFT_OUT: Mapping[str, LazyString] = {
    Reason.BLOCKED: lazy_gettext("blocked"),
    Reason.RESTRICTED: lazy_gettext("only kept on a ground of the law"),
    Reason.NOTHING_PERSONAL: lazy_gettext("nothing personal is left"),
    Reason.DESTROYED: lazy_gettext("destroyed"),
    Reason.CONSENT_OVER: lazy_gettext("the consent is over"),
    LeftOut.NOT_CONSENTED: lazy_gettext("the consent does not cover this purpose"),
    LeftOut.DAMAGED: lazy_gettext("the seal does not open"),
}
_HOME = ZoneInfo("Asia/Almaty")
_CODED = frozenset({Column.TOPIC, Column.MAILING, Column.STATE, Column.CONSENT_STATE})


def cell_words(column: Column, value: Value) -> str:
    """A value as a spreadsheet shows it: codes in words, moments in the time of Almaty."""
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    return _text(column, value) if value is not None else ""


def words_of_one_file() -> Callable[[Column, Value], str]:
    """The same for all cells of one file, in one language: the words of a code are looked up once and not in each row."""
    of_a_code = cache(cell_words)

    def words(column: Column, value: Value) -> str:
        if isinstance(value, list) or column not in _CODED:
            return cell_words(column, value)
        return of_a_code(column, value)

    return words


def _text(column: Column, value: str) -> str:
    if column is Column.RECEIVED:
        return f"{datetime.fromisoformat(value).astimezone(_HOME):%Y-%m-%d %H:%M}"
    if column is Column.TOPIC:
        return str(TOPICS[Purpose(value)])
    if column is Column.STATE:
        return str(STATES[State(value)])
    return str(CONSENT_MEANS[ConsentState(value)]) if column is Column.CONSENT_STATE else value

"""What an entry of the journal says at the desk: the act, told apart by the codes of its details."""

from collections.abc import Mapping

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from kelisim.domain.acts import Act
from kelisim.domain.consents import Method
from kelisim.domain.journal import Entry
from kelisim.services.records import PERSON
from kelisim.web.recipient_words import transfer_step
from kelisim.web.words import ACT_DETAILS, END_WORDS

EVIDENCE = "evidence"
_OPENED_FOR: Mapping[str, LazyString] = {
    "record": lazy_gettext("The record was opened at the desk."),
    "letter": lazy_gettext("The data were put into a letter."),
    "export": lazy_gettext("The data were put into an export."),
    EVIDENCE: lazy_gettext("The evidence was downloaded."),
}


def entry_words(entry: Entry) -> str:
    """One sentence."""
    if entry.act is Act.BLOCKING:
        lifted = "lifted" in entry.details
        return gettext("The block was lifted.") if lifted else gettext("Everything but storing stopped.")
    if entry.act is Act.ACCESS and entry.actor == PERSON:
        return gettext("The person opened their own data.")
    if entry.act is Act.STORAGE and "end" in entry.details:
        return gettext("The consent ended: %(end)s", end=END_WORDS[entry.details["end"]])
    if entry.act is Act.TRANSFER:
        return transfer_step(entry)
    what = entry.details.get("what", "")
    if entry.act is Act.ACCESS or what == EVIDENCE:
        return str(_OPENED_FOR.get(what, ACT_DETAILS[Act.ACCESS]))
    return (
        str(ACT_DETAILS.get(Act(entry.act), "")) if not is_of_paper(entry) else gettext("A signed paper was entered.")
    )


def is_of_paper(entry: Entry) -> bool:
    """True where a consent was collected from paper."""
    return entry.act is Act.COLLECTION and entry.details.get("method") == Method.PAPER

"""One timeline of a record: the acts of the journal and the steps of its requests, by time."""

from flask_babel import gettext

from kelisim.domain.acts import Act
from kelisim.domain.journal import Entry
from kelisim.services import tags
from kelisim.services.request_reading import Taken
from kelisim.services.submissions import Record
from kelisim.services.timeline import RequestStep, request_steps
from kelisim.storage.db import db
from kelisim.web.desk_pages import TimelineRow
from kelisim.web.entry_words import entry_words
from kelisim.web.operator.who import who
from kelisim.web.request_words import EVENTS, with_article
from kelisim.web.use_words import use_words
from kelisim.web.words import ACTS, REQUEST_KINDS


def timeline(found: Record, names: dict[int, str]) -> tuple[TimelineRow, ...]:
    """Oldest first. ``names``: of the operators."""
    session = db.session()
    words = {tag.id: tag.words for tag in tags.every(session)}
    acts = [_act_row(entry, names, words) for entry in found.entries]
    steps = [_step_row(step, names) for step in request_steps(session, found.submission.id)]
    return tuple(sorted(acts + steps, key=lambda row: row.at))


def _step_row(step: RequestStep, names: dict[int, str]) -> TimelineRow:
    taken = step.taken
    return TimelineRow(
        at=taken.at,
        act=gettext("Request"),
        who=who(taken.author, names),
        detail=" ".join((f"{REQUEST_KINDS[step.kind]}: {EVENTS[taken.event]}.", *_ground(taken))),
    )


def _ground(taken: Taken) -> tuple[str, ...]:
    return (with_article(taken.ground),) if taken.ground is not None else ()


def _act_row(entry: Entry, names: dict[int, str], tag_words: dict[int, str]) -> TimelineRow:
    return TimelineRow(
        at=entry.at, act=str(ACTS[entry.act]), who=who(entry.actor, names), detail=_detail(entry, tag_words)
    )


def _detail(entry: Entry, tag_words: dict[int, str]) -> str:
    return use_words(entry.details, tag_words) if entry.act is Act.USE else entry_words(entry)

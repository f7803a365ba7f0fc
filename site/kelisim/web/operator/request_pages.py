"""Requests as the pages of the desk show them."""

from datetime import date
from typing import get_args

from flask import url_for
from flask_babel import gettext

from kelisim.domain.acts import State
from kelisim.domain.deadlines import Calendar
from kelisim.domain.requests import OPEN, RequestState
from kelisim.domain.rights import RIGHTS, End, Moment, RequestKind
from kelisim.services.request_reading import Counts, Kept, Tab, Taken
from kelisim.web.desk_pages import RequestPage, RequestRowPage, RequestsPage, StepRow
from kelisim.web.languages import LANGUAGE_NAMES
from kelisim.web.operator.who import who
from kelisim.web.pages import DecisionPage, TabLink
from kelisim.web.request_words import CHANNELS, EVENTS, IDENTITIES, RIGHT_WORDS, left, objection_words, with_article
from kelisim.web.words import REQUEST_KINDS, REQUEST_STATES, STATES

_CHANGED = frozenset({RequestKind.CORRECT, RequestKind.COMPLETE})


def requests_page(
    found: tuple[Kept, ...], counts: Counts, tab: Tab, skip: int, rows: int, calendar: Calendar, today: date
) -> RequestsPage:
    """One tab of the queue. ``found`` has one row more than ``rows`` where there is a page after this one."""
    words = {"due": gettext("Due"), "overdue": gettext("Overdue"), "done": gettext("Done")}
    tabs = tuple(
        TabLink(words[name], getattr(counts, name), url_for("requests.queue", tab=name), name == tab)
        for name in get_args(Tab)
    )
    return RequestsPage(
        tabs=tabs,
        rows=tuple(row_page(kept, calendar, today) for kept in found[:rows]),
        before_url=_page_url(tab, max(0, skip - rows)) if skip else None,
        after_url=_page_url(tab, skip + rows) if len(found) > rows else None,
    )


def row_page(kept: Kept, calendar: Calendar, today: date) -> RequestRowPage:
    """A request in a list."""
    asked = kept.request
    return RequestRowPage(
        url=url_for("requests.one", request_id=kept.id),
        kind=str(REQUEST_KINDS[asked.kind]),
        channel=str(CHANNELS[asked.channel]),
        received=asked.received,
        due=asked.due,
        left=left(calendar.days_left(today, asked.due)) if asked.is_open else None,
        overdue=asked.is_open and asked.due < today,
        reference=kept.reference or "",
        state=str(REQUEST_STATES[asked.state]),
    )


def request_page(
    kept: Kept, taken: tuple[Taken, ...], names: dict[int, str], calendar: Calendar, today: date
) -> RequestPage:
    """One request and what is permitted now."""
    asked, words = kept.request, RIGHT_WORDS[kept.request.kind]
    return RequestPage(
        row=row_page(kept, calendar, today),
        title=str(REQUEST_KINDS[asked.kind]),
        gives=str(words.gives),
        happens=str(words.happens),
        identity=str(IDENTITIES[asked.identity]) if asked.identity is not None else None,
        language=LANGUAGE_NAMES[kept.language],
        ground=with_article(asked.ground) if asked.ground is not None else "",
        objection=objection_words(asked.objection),
        record_url=url_for("records.record", reference=kept.reference) if kept.reference else None,
        record_state=str(STATES[kept.record]) if kept.record is not None else "",
        steps=tuple(_step(step, names) for step in taken),
        can_take_up=asked.state is RequestState.RECEIVED,
        can_identify=asked.state in OPEN and (asked.identity is None or kept.reference is None),
        can_decide=asked.state is RequestState.IN_WORK,
        meet_words=_meet_words(kept),
        url=url_for("requests.one", request_id=kept.id),
        meet_url=url_for("requests.meet", request_id=kept.id),
        refuse_url=url_for("requests.refuse", request_id=kept.id),
        letter_url=url_for("requests.letter", request_id=kept.id),
        back_url=url_for("requests.queue"),
    )


def meeting_page(kept: Kept) -> DecisionPage:
    """What follows if a request is met."""
    return DecisionPage(
        title=_meet_words(kept),
        consequences=tuple(_consequences(kept)),
        button=_meet_words(kept),
        url=url_for("requests.meet", request_id=kept.id),
        back_url=url_for("requests.one", request_id=kept.id),
    )


def refusal_page(kept: Kept, keeps: bool, *, destroys: bool) -> DecisionPage:
    """What follows if a request is refused. ``keeps``: a ground that keeps the data can be chosen; ``destroys``: the
    data go with the block.
    """
    follows = [gettext("The letter names the ground, its article and how to complain.")]
    if keeps:
        follows.append(
            gettext("Where the ground keeps the data, they are restricted up to the last day, and the person sees it.")
        )
    elif RIGHTS[kept.request.kind].at_once is State.BLOCKED:
        follows.append(gettext("The block that this request brought is lifted, unless another request holds it."))
    if destroys:
        follows.append(
            gettext(
                "The consent is over and nothing keeps the data: with the block gone they and both of their keys are "
                "destroyed. Nothing can restore them."
            )
        )
    return DecisionPage(
        title=gettext("Refuse the request"),
        consequences=tuple(follows),
        button=gettext("Refuse the request"),
        url=url_for("requests.refuse", request_id=kept.id),
        back_url=url_for("requests.one", request_id=kept.id),
    )


def _page_url(tab: Tab, skip: int) -> str:
    return url_for("requests.queue", tab=tab, skip=skip or None)


def _step(step: Taken, names: dict[int, str]) -> StepRow:
    return StepRow(
        words=str(EVENTS[step.event]),
        at=step.at,
        who=who(step.author, names),
        detail=with_article(step.ground) if step.ground is not None else "",
    )


def _meet_words(kept: Kept) -> str:
    kind = kept.request.kind
    if RIGHTS[kind].end is End.ANSWERED:
        return gettext("Answer the request")
    if RIGHTS[kind].done is State.DESTROYED:
        return gettext("Destroy the record")
    if RIGHTS[kind].done is State.BLOCKED:
        return gettext("Confirm the block")
    if kind in _CHANGED:
        return gettext("Correct the record") if kind is RequestKind.CORRECT else gettext("Complete the record")
    return gettext("Unblock the record")


def _consequences(kept: Kept) -> list[str]:
    kind = kept.request.kind
    reference = kept.reference or gettext("not found yet")
    follows = [gettext("The record: submission %(reference)s.", reference=reference)]
    if RIGHTS[kind].done is State.DESTROYED:
        follows.append(gettext("Its data and both of its keys are destroyed. Nothing can restore them."))
        if RIGHTS[kind].withdraws is Moment.DONE:
            follows.append(gettext("The consent that was given with it ends."))
    elif RIGHTS[kind].done is State.BLOCKED:
        follows.append(gettext("Its data are only stored until the person asks to unblock them."))
    elif kind is RequestKind.UNBLOCK:
        follows.append(gettext("With its consent given it is active again."))
        follows.append(gettext("With its consent over it is restricted where a ground keeps it, else destroyed."))
    elif kind in _CHANGED:
        follows.append(gettext("What was there before stays sealed beside it."))
    else:
        follows.append(gettext("The letter carries the data where the state of the record lets them be opened."))
    follows.append(gettext("The request comes to its end, and its letter is ready."))
    return follows

"""Notices to the Operator: from what the site has written anyway, each mail queued with the mark that it was told.

A new submission, and a check that found the journal broken, are entries of the journal, written in the transaction of the
event itself: the journal is the outbox they wait in, and nothing is added to the way of a form. Clocks and jobs are
states: they are looked at, and what was told of them is remembered.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kelisim.domain.acts import Act
from kelisim.domain.due import DueNoun
from kelisim.domain.mails import Mail, MailKind
from kelisim.domain.notices import Listed, Running, may_have_been_told, running
from kelisim.services import days, due, jobs, journal, journal_reading, mails, request_reading
from kelisim.services.due import Asked
from kelisim.services.journal_reading import Checked
from kelisim.storage.db import writing
from kelisim.storage.tables.journal import JournalRow
from kelisim.storage.tables.notices import NoticeRow
from kelisim.storage.tables.submissions import ReceiptRow

_BY_THE_PERSON = "person"
_ONE = ""  # the key of a kind of which one mark is enough


def submissions(
    session: Session, *, every: timedelta, most: int, write: Callable[[Listed], Mail], now: datetime
) -> int:
    """Tell of forms that came since the last mail about them, unless that was less than ``every`` ago.

    ``most``: how many references the mail names. The first call only marks where the journal stands: what came before
    notices were sent is not news. How many were told.
    """
    key = (MailKind.SUBMISSIONS.value, _ONE)
    mark, last = session.get(NoticeRow, key), journal.count(session)
    if mark is None:
        with writing(session):
            session.add(NoticeRow(kind=key[0], key=_ONE, told_at=now - every, reached=last))
        return 0
    if now - mark.told_at < every or mark.reached == last:
        return 0
    found = _came(session, mark.reached or 0, last, most)
    with writing(session):
        mark = session.get_one(NoticeRow, key)
        mark.reached = last
        if found.count:
            mark.told_at = now
            mails.queue(session, write(found), now=now)
    return found.count


def clocks(
    session: Session, asked: Asked, *, near: int, write: Callable[[Sequence[Running]], Mail], now: datetime
) -> int:
    """Tell of what is due in ``near`` working days or less, and of what is overdue: each once. How many were told."""
    found = due.everything(session, asked).items
    staged = running(found, today=asked.today, calendar=days.calendar(session), near=near)
    told = _told(session, MailKind.CLOCKS)
    new = [_with_reference(session, one) for one in staged if one.key not in told]
    # Where there are more than were asked for, what is not among them may still run.
    gone = told.difference(*map(may_have_been_told, staged)) if len(found) < asked.rows else frozenset()
    _note(session, MailKind.CLOCKS, [one.key for one in new], gone, lambda: write(new), now)
    return len(new)


def late_jobs(
    session: Session,
    names: Collection[str],
    *,
    patience: timedelta,
    write: Callable[[Sequence[str]], Mail],
    now: datetime,
) -> int:
    """Tell of jobs that are late: each once until it has run well. How many were told."""
    late, told = jobs.late(session, names, now=now, patience=patience), _told(session, MailKind.LATE_JOBS)
    new = [name for name in late if name not in told]
    _note(session, MailKind.LATE_JOBS, new, told.difference(late), lambda: write(new), now)
    return len(new)


def broken_journal(
    session: Session, watched: Checked | None, *, write: Callable[[Checked], Mail], now: datetime
) -> bool:
    """Tell that the journal does not hold, by the last check that was noted or by what this process ``watched``.

    Once for each break, until a check finds none.
    """
    found = (journal_reading.last_check(session), watched)
    breaks = {_break(one): one for one in found if one is not None and not one.holds}
    told = _told(session, MailKind.BROKEN_JOURNAL)
    new = [key for key in breaks if key not in told][:1]
    _note(session, MailKind.BROKEN_JOURNAL, new, told.difference(breaks), lambda: write(breaks[new[0]]), now)
    return bool(new)


def forget(session: Session, kinds: Iterable[MailKind]) -> None:
    """Of these kinds nothing is told now: once they are told again, they begin anew."""
    known = NoticeRow.kind.in_([kind.value for kind in kinds])
    if session.scalar(select(NoticeRow.kind).where(known).limit(1)) is not None:
        with writing(session):
            session.execute(delete(NoticeRow).where(known))


def _came(session: Session, after: int, last: int, most: int) -> Listed:
    """Forms that were taken by entries of the journal after one, up to another."""
    came = (
        JournalRow.number > after,
        JournalRow.number <= last,
        JournalRow.act == Act.COLLECTION.value,
        JournalRow.actor == _BY_THE_PERSON,
    )
    count = session.scalar(select(func.count()).select_from(JournalRow).where(*came)) or 0
    query = (
        select(ReceiptRow.reference)
        .join(JournalRow, JournalRow.subject == ReceiptRow.submission_id)
        .where(*came)
        .order_by(JournalRow.number)
        .limit(most)
    )
    return Listed(tuple(session.scalars(query)) if count else (), count)


def _with_reference(session: Session, one: Running) -> Running:
    if one.item.noun is not DueNoun.REQUEST:
        return one
    found = request_reading.find(session, UUID(hex=one.item.key))
    return replace(one, reference=found.reference if found is not None else None)


def _break(checked: Checked) -> str:
    return f"entry:{checked.broken}" if checked.broken is not None else f"head:{checked.unfit}"


def _told(session: Session, kind: MailKind) -> frozenset[str]:
    return frozenset(session.scalars(select(NoticeRow.key).where(NoticeRow.kind == kind.value)))


def _note(
    session: Session,
    kind: MailKind,
    new: Sequence[str],
    gone: Collection[str],
    write: Callable[[], Mail],
    now: datetime,
) -> None:
    """Mark what is told and queue its mail, and forget what is over."""
    if not new and not gone:
        return
    with writing(session):
        session.execute(delete(NoticeRow).where(NoticeRow.kind == kind.value, NoticeRow.key.in_(gone)))
        session.add_all(NoticeRow(kind=kind.value, key=key, told_at=now) for key in new)
        if new:
            mails.queue(session, write(), now=now)

"""The Operator's tags: the list, and putting them on records, which is the act of use. A change of either is journalled."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kelisim.domain.acts import Act, State, state_after
from kelisim.domain.journal import SITE
from kelisim.domain.submissions import is_reference
from kelisim.domain.tags import Tag, TagProblem, parse_tag
from kelisim.services import journal
from kelisim.services.records import By, NoRecord, consent_of, held
from kelisim.storage.db import is_unique_conflict, writing
from kelisim.storage.tables.submissions import ReceiptRow, SubmissionRow
from kelisim.storage.tables.tags import RecordTagRow, TagRow

REGISTER = "tags"


def every(session: Session) -> tuple[Tag, ...]:
    """The list, those in use first, by their words."""
    rows = session.scalars(select(TagRow).order_by(TagRow.retired, TagRow.words))
    return tuple(Tag(row.id, row.words, row.retired) for row in rows)


def add(session: Session, words: str, *, by: By) -> None:
    """A new tag. Raises TagProblem."""
    _write(session, None, words, by)


def rename(session: Session, tag_id: int, words: str, *, by: By) -> None:
    """Other words for a tag, on every record that bears it. Raises TagProblem."""
    _write(session, tag_id, words, by)


def retire(session: Session, tag_id: int, *, retired: bool, by: By) -> None:
    """Put a tag on no further record, or bring it back. Raises TagProblem ``unknown``."""
    with writing(session):
        row = _tag(session, tag_id)
        if row.retired is not retired:
            row.retired = retired
            _note(session, row, "retired" if retired else "brought_back", by)


def of_record(session: Session, submission_id: UUID) -> frozenset[int]:
    """The tags a record bears."""
    query = select(RecordTagRow.tag_id).where(RecordTagRow.submission_id == submission_id)
    return frozenset(session.scalars(query))


def of_reference(session: Session, reference: str) -> frozenset[int]:
    """The tags of the record with this reference. Raises NoRecord."""
    query = select(ReceiptRow.submission_id).where(ReceiptRow.reference == reference)
    found = session.scalar(query) if is_reference(reference) else None
    if found is None:
        raise NoRecord
    return of_record(session, found)


def put_on(session: Session, reference: str, wanted: Collection[int], *, by: By) -> None:
    """Let a record bear these tags and no others. Raises NoRecord, ActRefused, TagProblem ``unknown``."""
    with writing(session):
        put(session, held(session, reference), wanted, by)


def put(session: Session, row: SubmissionRow, wanted: Collection[int], by: By) -> None:
    """Inside the caller's transaction, on a row held there: let a record bear these tags and no others.

    A retired tag stays where it is and is put nowhere. Raises ActRefused, TagProblem ``unknown``.
    """
    state_after(State(row.state), Act.USE, consent_of(row))
    borne = of_record(session, row.id)
    for tag_id in sorted(set(wanted) - borne):
        if _tag(session, tag_id).retired:
            raise TagProblem("unknown")
        session.add(RecordTagRow(tag_id=tag_id, submission_id=row.id))
    gone = sorted(borne - set(wanted))
    if gone:
        session.execute(delete(RecordTagRow).where(RecordTagRow.submission_id == row.id, RecordTagRow.tag_id.in_(gone)))
    session.flush()
    told = [("tag", tag_id) for tag_id in sorted(set(wanted) - borne)] + [("untag", tag_id) for tag_id in gone]
    deeds = [journal.Deed(Act.USE, row.id, by.actor, {what: str(tag_id)}) for what, tag_id in told]
    if deeds:
        journal.append(session, deeds, key=by.key, now=by.now)


def _write(session: Session, tag_id: int | None, text: str, by: By) -> None:
    words = parse_tag(text)
    try:
        with writing(session):
            row = TagRow(words=words, retired=False) if tag_id is None else _tag(session, tag_id)
            if tag_id is not None and row.words == words:
                return
            row.words = words
            session.add(row)
            session.flush()
            _note(session, row, "added" if tag_id is None else "renamed", by)
    except IntegrityError as problem:
        if not is_unique_conflict(problem):
            raise
        raise TagProblem("taken") from None


def _tag(session: Session, tag_id: int) -> TagRow:
    row = session.get(TagRow, tag_id, populate_existing=True)
    if row is None:
        raise TagProblem("unknown")
    return row


def _note(session: Session, row: TagRow, step: str, by: By) -> None:
    """Its number and never its words: what a person typed may say anything."""
    session.flush()
    deed = journal.Deed(Act.STORAGE, SITE, by.actor, {"register": REGISTER, "step": step, "tag": str(row.id)})
    journal.append(session, [deed], key=by.key, now=by.now)

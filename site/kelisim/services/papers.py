"""The evidence of consents on paper: where the sheet lies, written with its submission, found again later."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kelisim.domain.papers import Paper, PaperPlace
from kelisim.storage.db import add_rows
from kelisim.storage.tables.papers import PaperRow
from kelisim.storage.tables.submissions import ReceiptRow


class PaperEnteredBefore(Exception):
    """This sheet is entered already. ``reference``: of its submission."""

    def __init__(self, reference: str) -> None:
        super().__init__(reference)
        self.reference = reference


def keep(session: Session, submission_id: UUID, paper: Paper) -> None:
    """Inside the caller's transaction: write where the sheet lies. Raises PaperEnteredBefore."""
    same = (PaperRow.place == paper.place.value, PaperRow.number == paper.number)
    entered = session.scalar(
        select(ReceiptRow.reference).join(PaperRow, PaperRow.submission_id == ReceiptRow.submission_id).where(*same)
    )
    if entered is not None:
        raise PaperEnteredBefore(entered)
    row = {
        "submission_id": submission_id,
        "place": paper.place.value,
        "number": paper.number,
        "signed": paper.signed,
        "author": paper.author,
    }
    add_rows(session, PaperRow, [row])


def of_record(session: Session, submission_id: UUID) -> Paper | None:
    """The paper behind a submission; None for one that came through the form."""
    row = session.get(PaperRow, submission_id)
    return None if row is None else _paper(row)


def of_reference(session: Session, reference: str) -> Paper | None:
    """The same, by the reference of its receipt."""
    query = select(PaperRow).join(ReceiptRow, ReceiptRow.submission_id == PaperRow.submission_id)
    row = session.scalar(query.where(ReceiptRow.reference == reference))
    return None if row is None else _paper(row)


def _paper(row: PaperRow) -> Paper:
    return Paper(PaperPlace(row.place), row.number, row.signed, row.author)

"""Taking a record out of the search index: anybody can, with or without a key."""

from struct import iter_unpack

from sqlalchemy import delete
from sqlalchemy.orm import Session

from kelisim.storage.tables.search import SearchTokenRow
from kelisim.storage.tables.submissions import SubmissionRow


def take_out(session: Session, row: SubmissionRow) -> None:
    """Take a record out, inside the caller's transaction: its data changed or are gone.

    What is still readable is entered anew by the next search.
    """
    tokens = [token for (token,) in iter_unpack(">q", row.search_tokens or b"")]
    if tokens:
        session.execute(
            delete(SearchTokenRow).where(SearchTokenRow.token.in_(tokens), SearchTokenRow.submission_id == row.id)
        )
    row.search_version = row.search_tokens = row.phone_token = None

"""What tells whether the texts a visitor reads are still those of the database: documents, approvals, recipients."""

from sqlalchemy.orm import Session

from kelisim.services import documents, recipients

Stand = tuple[int, ...]


def texts_stand(session: Session) -> Stand:
    """Equal numbers are equal texts: all that is counted only grows."""
    return (*documents.stand(session), *recipients.stand(session))

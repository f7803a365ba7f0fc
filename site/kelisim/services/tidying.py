"""What is over at the desk is not kept: ended sessions, links that opened nothing, tries and challenges of long ago."""

from datetime import datetime

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from kelisim.domain.operators import TRIES_KEPT, SessionTerms
from kelisim.storage.db import writing
from kelisim.storage.tables.operators import OperatorSessionRow, SetUpLinkRow, SignInTriesRow
from kelisim.storage.tables.passkeys import SpentChallengeRow


def tidy(session: Session, *, terms: SessionTerms, now: datetime) -> str:
    """Delete it. Nothing of it could be used any more."""
    ended = or_(OperatorSessionRow.seen_at <= now - terms.idle, OperatorSessionRow.created_at <= now - terms.whole)
    with writing(session):
        session.execute(delete(OperatorSessionRow).where(ended))
        session.execute(delete(SetUpLinkRow).where(SetUpLinkRow.expires_at <= now))
        session.execute(delete(SignInTriesRow).where(SignInTriesRow.last_try < now - TRIES_KEPT))
        session.execute(delete(SpentChallengeRow).where(SpentChallengeRow.over_at <= now))
    return ""

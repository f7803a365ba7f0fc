"""Recording a choice about cookies and the anonymised address."""

from sqlalchemy import insert
from sqlalchemy.orm import Session

from kelisim.domain.choices import Choice
from kelisim.storage.db import writing
from kelisim.storage.tables.choices import ChoiceRow


def record(session: Session, choice: Choice) -> None:
    """Append the choice: the proof of what was asked and answered."""
    values = {
        "receipt_id": choice.receipt_id,
        "answers": {purpose.value: answer for purpose, answer in choice.answers.items()},
        "versions": {purpose.value: version for purpose, version in choice.versions.items()},
        "method": choice.method.value,
        "language": choice.language,
        "decided_at": choice.decided_at,
        "expires_at": choice.expires_at,
    }
    with writing(session):
        session.execute(insert(ChoiceRow), [values])

"""What an accepted form leaves in the database: its rows and entries, written in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from kelisim.domain.acts import Act, State
from kelisim.domain.consents import Consent
from kelisim.domain.documents import Document
from kelisim.domain.papers import Paper
from kelisim.domain.statements import Stated
from kelisim.domain.submissions import Draft
from kelisim.services import journal, papers, statements
from kelisim.services.consent_rows import values_of
from kelisim.services.documents import keep_texts
from kelisim.services.texts import Stand, texts_stand
from kelisim.storage.db import add_rows
from kelisim.storage.tables.consents import ConsentRow
from kelisim.storage.tables.submissions import ReceiptRow, SubmissionRow
from kelisim.vault.sealing import Sealed

Values = Mapping[str, Any]


class TextsChanged(Exception):
    """Other texts are in force than those the form was read under."""


@dataclass(frozen=True)
class New:
    """A submission before it is written. ``stand``: None where the texts need not be looked at again."""

    consent: Consent
    values: Values
    deeds: Sequence[journal.Deed]
    shown: tuple[Document, ...]
    stated: Stated | None
    paper: Paper | None
    stand: Stand | None


def write(new: New, receipt: Values, session: Session, *, key: bytes, now: datetime) -> None:
    """Inside a transaction: everything, the receipt last but for a paper. Raises TextsChanged, PaperEnteredBefore."""
    if new.stand is not None and texts_stand(session) != new.stand:
        raise TextsChanged
    new_id, stated = receipt["submission_id"], new.stated
    number = statements.recorded(session, stated, key=key, now=now) if stated is not None else None
    journal.append(session, new.deeds, key=key, now=now)
    keep_texts(session, new.shown)
    add_rows(session, SubmissionRow, [new.values])
    add_rows(session, ConsentRow, [values_of(new_id, new.consent, number)])
    add_rows(session, ReceiptRow, [receipt])
    # After the receipt: of the same form sent again the form is what is known first.
    if new.paper is not None:
        papers.keep(session, new_id, new.paper)


def deeds_of_sending(subject: UUID, consent: Consent, paper: Paper | None) -> list[journal.Deed]:
    """Two of the eleven acts: by the person and the site, or by the operator who entered a paper."""
    collector, keeper = ("person", "site") if paper is None else (paper.author, paper.author)
    return [
        journal.Deed(Act.COLLECTION, subject, collector, {"method": consent.method, "revision": consent.revision}),
        journal.Deed(Act.ACCUMULATION, subject, keeper, {"register": "submissions"}),
    ]


def submission_values(new_id: UUID, draft: Draft, sealed: Sealed, now: datetime) -> dict[str, object]:
    """The columns of a submission's row."""
    return {
        "id": new_id,
        "received_at": now,
        "state": State.ACTIVE.value,
        "topic": draft.topic.value if draft.topic else None,
        "mailing": draft.mailing,
        "suspicions": [suspicion.value for suspicion in draft.suspicions],
        "sealed_content": sealed.content,
        "key_for_operator": sealed.for_operator,
        "key_for_person": sealed.for_person,
    }

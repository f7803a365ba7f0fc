"""The acts of destruction: one is written with each record that goes, and shown signed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kelisim.domain.acts import Act
from kelisim.domain.consents import Category
from kelisim.domain.destructions import PERSONAL, ActOfDestruction, DestructionGround, act_document
from kelisim.domain.journal import Entry
from kelisim.domain.submissions import is_reference
from kelisim.services import bundles, journal
from kelisim.services.receipts import Issuer
from kelisim.storage.tables.destructions import DestructionRow
from kelisim.storage.tables.submissions import ReceiptRow

KIND = "destruction"
# Set in a session that wrote an act: the ledger outside the database lacks it until the transaction is committed.
NOTED = "kelisim_destruction"


@dataclass(frozen=True)
class Shown:
    """An act with the entries of the journal about its record, and its signed file."""

    made: ActOfDestruction
    entries: tuple[Entry, ...]
    file: bytes


def note(
    session: Session,
    submission_id: UUID,
    act: Act,
    ground: DestructionGround,
    *,
    author: str,
    now: datetime,
    number: int = 1,
) -> None:
    """Write the act, inside the transaction that took the data away and after its entry in the journal.

    Who appends to the journal holds the chain until the transaction ends, so that the numbers have no gap. ``number``:
    the least it may get; it had one already where the record came back with a backup.
    """
    number = max((session.scalar(select(func.max(DestructionRow.number))) or 0) + 1, number)
    session.info[NOTED] = True
    session.add(
        DestructionRow(
            number=number,
            submission_id=submission_id,
            act=act.value,
            ground=ground.value,
            at=now,
            author=author,
            categories=[category.value for category in PERSONAL],
            entry=journal.count(session),
        )
    )
    session.flush()


def of_reference(session: Session, reference: str) -> ActOfDestruction | None:
    """The act of a reference, or None: its data are there."""
    if not is_reference(reference):
        return None
    query = (
        select(DestructionRow)
        .join(ReceiptRow, ReceiptRow.submission_id == DestructionRow.submission_id)
        .where(ReceiptRow.reference == reference)
    )
    row = session.scalar(query)
    return _act(row, reference) if row is not None else None


def by_reference(
    session: Session,
    reference: str,
    *,
    issuer: Issuer,
    operator: Mapping[str, str],
    names: Mapping[int, str] | None,
) -> Shown | None:
    """The act of a reference, signed; None where the record was not destroyed. ``names``: of the operators, for the
    desk; None: they are a role. ``operator``: who the Operator is.
    """
    made = of_reference(session, reference)
    if made is None:
        return None
    extract = bundles.journal_document(session, made.record, reference, names)
    by = bundles.shown_actor(made.author, names)
    signed = issuer.signed(KIND, act_document(made, by=by, operator=operator, journal=extract))
    return Shown(made, journal.of_subject(session, made.record), signed)


def _act(row: DestructionRow, reference: str) -> ActOfDestruction:
    return ActOfDestruction(
        number=row.number,
        record=row.submission_id,
        reference=reference,
        act=Act(row.act),
        ground=DestructionGround(row.ground),
        at=row.at,
        author=row.author,
        categories=tuple(Category(code) for code in row.categories),
        entry=row.entry,
    )

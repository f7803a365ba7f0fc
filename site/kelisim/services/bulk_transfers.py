"""Handing several records to one recipient for one purpose: each is asked and entered by itself, and stands in the register.

What goes out is one file for each record, sealed under that record's own key until it is saved, so that it is destroyed
with it; those of one handing over are saved together.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kelisim.domain.bulk import Outcome, Refused
from kelisim.domain.purposes import Purpose
from kelisim.domain.transfers import TransferRefused, Way
from kelisim.services import deliveries, transfers
from kelisim.services.archives import zipped
from kelisim.services.records import By, NoRecord
from kelisim.services.transfers import Paper
from kelisim.storage.tables.recipients import TransferRow
from kelisim.storage.tables.submissions import ReceiptRow
from kelisim.vault.keys import Keys
from kelisim.vault.sealing import SealBroken

_DAMAGED, _GONE, _NOT_WAITING = "damaged", "gone", "not_waiting"


@dataclass(frozen=True)
class Handing:
    """To whom, for what, how. ``file_term``: how long a file can be saved."""

    recipient: UUID
    purpose: Purpose
    way: Way
    paper: Paper
    file_term: timedelta


def hand_over(
    session: Session,
    references: Sequence[str],
    handing: Handing,
    *,
    keys: Keys,
    by: By,
    randomness: Callable[[int], bytes],
) -> Outcome:
    """Hand each of the records over, in a transaction of its own; a refused one is named with its reason.

    Raises NoRecipient, NotReadable, before anything is done.
    """
    refused: list[Refused] = []
    asked = sorted(set(references))
    for reference in asked:
        try:
            transfers.hand_over(
                session,
                reference,
                handing.recipient,
                handing.purpose,
                handing.way,
                paper=handing.paper,
                keys=keys,
                file_term=handing.file_term,
                by=by,
                randomness=randomness,
            )
        except TransferRefused as problem:
            refused.append(Refused(reference, problem.reason.value))
        except NoRecord:
            refused.append(Refused(reference, _GONE))
        except SealBroken:
            refused.append(Refused(reference, _DAMAGED))
    return Outcome(len(asked) - len(refused), tuple(refused))


def files(session: Session, recipient: UUID, at: datetime, *, keys: Keys, by: By) -> bytes | None:
    """A ZIP of the files that ``by`` made for a recipient at one moment; None where there are none.

    Each saving is journalled and asked anew. ``left-out.txt`` in it names those that may not go out any more.
    """
    query = (
        select(TransferRow.id, ReceiptRow.reference)
        .join(ReceiptRow, ReceiptRow.submission_id == TransferRow.submission_id)
        .where(
            TransferRow.recipient_id == recipient,
            TransferRow.at == at,
            TransferRow.author == by.actor,
            TransferRow.way == Way.FILE.value,
        )
        .order_by(ReceiptRow.reference)
    )
    found = [(row[0], row[1]) for row in session.execute(query)]
    packed: dict[str, bytes] = {}
    left_out: list[str] = []
    for transfer_id, reference in found:
        try:
            content = deliveries.save_file(session, transfer_id, keys=keys, by=by)
        except TransferRefused as problem:
            left_out.append(f"{reference} {problem.reason.value}")
        except deliveries.NothingWaits:
            left_out.append(f"{reference} {_NOT_WAITING}")
        else:
            packed[f"kelisim-{reference}.json.age"] = content
    if left_out:
        packed["left-out.txt"] = "".join(f"{line}\n" for line in left_out).encode()
    return zipped(packed) if found else None

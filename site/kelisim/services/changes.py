"""Changing and completing a record, before and after kept sealed under the record's own key.

Each function works inside the caller's ``writing`` block on a row held there (``records.locked``).
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from sqlalchemy.orm import Session

from kelisim.domain.acts import Act, State, state_after
from kelisim.domain.exports import Cause
from kelisim.domain.purposes import Purpose
from kelisim.domain.recipient_tasks import TaskKind
from kelisim.domain.submissions import PersonalData
from kelisim.services import export_removal, journal, recipient_tasks
from kelisim.services.records import By, consent_of
from kelisim.services.search_index import take_out
from kelisim.storage.tables.changes import ChangeRow
from kelisim.storage.tables.submissions import SubmissionRow
from kelisim.vault.keys import Keys, NotReadable
from kelisim.vault.sealing import (
    SealBroken,
    Sealed,
    by_any,
    key_of_operator,
    key_of_person,
    open_small,
    resealed,
    seal_small,
)


class NothingChanged(Exception):
    """The record says this already."""


class DataDamaged(SealBroken):
    """What is stored of a record was changed or damaged behind the site's back, and does not open."""


def persons_key(row: SubmissionRow, secret: bytes) -> bytes:
    """The record's content key, by the person's secret. Raises DataDamaged."""
    with _whole():
        return key_of_person(sealed_of(row), record=row.id.bytes, secret=secret)


def operators_key(row: SubmissionRow, keys: Keys) -> bytes:
    """The record's content key, by the Operator's key. Raises NotReadable, DataDamaged."""
    if keys.operator_private is None:
        raise NotReadable("the Operator's private key is not on this machine")
    with _whole():
        sealed, record = sealed_of(row), row.id.bytes
        return by_any(keys.privates, lambda private: key_of_operator(sealed, record=record, private=private))


def personal_of(row: SubmissionRow, key: bytes) -> PersonalData:
    """The three personal fields, by the record's content key. Raises DataDamaged."""
    with _whole():
        return PersonalData.from_bytes(open_small(row.sealed_content, key=key, context=row.id.bytes))


@contextmanager
def _whole() -> Iterator[None]:
    """Bytes that no seal has are damage too: neither is the fault of who asks."""
    try:
        yield
    except (SealBroken, ValueError, TypeError) as problem:
        raise DataDamaged("what is stored does not open") from problem


def sealed_of(row: SubmissionRow) -> Sealed:
    """The seal of a record."""
    return Sealed(row.sealed_content, row.key_for_operator, row.key_for_person)


def rewrite(
    session: Session,
    row: SubmissionRow,
    act: Act,
    after: PersonalData,
    *,
    topic: Purpose | None = None,
    key: bytes,
    by: By,
    randomness: Callable[[int], bytes],
) -> tuple[str, ...]:
    """Write other personal fields, or a topic where there is none. The names of the fields that are new.

    ``act``: change or addition; ``key``: the record's content key. Raises ActRefused, NothingChanged, DataDamaged.
    """
    state_after(State(row.state), act, consent_of(row))
    was = asdict(personal_of(row, key)) | {"topic": row.topic}
    now = asdict(after) | {"topic": row.topic or topic}
    fields = tuple(name for name in was if was[name] != now[name])
    if not fields:
        raise NothingChanged
    seal = resealed(sealed_of(row), after.to_bytes(), key=key, record=row.id.bytes, randomness=randomness)
    row.sealed_content, row.topic = seal.content, now["topic"]
    kept = {"before": {name: was[name] for name in fields}, "after": {name: now[name] for name in fields}}
    take_out(session, row)
    session.add(
        ChangeRow(
            submission_id=row.id,
            at=by.now,
            act=act.value,
            actor=by.actor,
            sealed=seal_small(
                json.dumps(kept, ensure_ascii=False).encode(), key=key, context=_place(row), randomness=randomness
            ),
        )
    )
    recipient_tasks.open_for(session, row.id, TaskKind.CHANGE, by)
    export_removal.take_out(session, row.id, Cause.CHANGED, actor=by.actor, key=by.key, now=by.now)
    journal.append(session, [journal.Deed(act, row.id, by.actor, {"fields": ",".join(fields)})], key=by.key, now=by.now)
    return fields


def unsubscribe(session: Session, row: SubmissionRow, by: By) -> None:
    """End the mailing and leave the rest alone. Raises ActRefused, NothingChanged."""
    state_after(State(row.state), Act.CHANGE, consent_of(row))
    if not row.mailing:
        raise NothingChanged
    row.mailing = False
    recipient_tasks.open_for(session, row.id, TaskKind.UNSUBSCRIBE, by, purpose=Purpose.MAILING)
    deed = journal.Deed(Act.CHANGE, row.id, by.actor, {"fields": "mailing"})
    journal.append(session, [deed], key=by.key, now=by.now)


def opened(change: ChangeRow, row: SubmissionRow, key: bytes) -> dict[str, Any]:
    """A change as it was kept: ``before`` and ``after``, each a value by the name of its field. Raises SealBroken."""
    found: dict[str, Any] = json.loads(open_small(change.sealed, key=key, context=_place(row)))
    return found


def _place(row: SubmissionRow) -> bytes:
    return b"kelisim/change/1/" + row.id.bytes

"""A file of records for the Operator's own use: what is in it, what is left out, what becomes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from kelisim.domain.acts import Act, ConsentState, Reason, State, why_not
from kelisim.domain.purposes import Purpose
from kelisim.domain.submissions import PERSONAL_FIELDS, PersonalData
from kelisim.domain.transfers import Consented

Value = str | bool | list[str] | None


class Format(StrEnum):
    """What the file is."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


class Column(StrEnum):
    """What a row may hold: the three personal fields of the Consent and the record's own codes, and nothing else."""

    REFERENCE = "reference"
    RECEIVED = "received"
    NAME = "name"
    SECOND_NAME = "second_name"
    PHONE = "phone"
    TOPIC = "topic"
    MAILING = "mailing"
    STATE = "state"
    CONSENT_STATE = "consent_state"
    REVISION = "revision"
    TAGS = "tags"


PERSONAL_COLUMNS = tuple(Column(name) for name in PERSONAL_FIELDS)


class ExportState(StrEnum):
    """Where an export is.

    ``asked``: nobody has begun; ``making``: a part is there; ``ready``: it can be saved; ``removed``: taken away before
    its time, with a cause; ``ended``: its time is over; ``failed``: it could not be made.
    """

    ASKED = "asked"
    MAKING = "making"
    READY = "ready"
    REMOVED = "removed"
    ENDED = "ended"
    FAILED = "failed"


UNFINISHED = frozenset({ExportState.ASKED, ExportState.MAKING})
# The states in which there is something sealed to be removed.
KEPT = UNFINISHED | {ExportState.READY}


class Cause(StrEnum):
    """Why an export was taken away before its time: a record in it may not be exported any more or says other things now, or
    somebody did.
    """

    BLOCKED = "blocked"
    DESTROYED = "destroyed"
    NOT_PERMITTED = "not_permitted"
    CHANGED = "changed"
    BY_HAND = "by_hand"


class LeftOut(StrEnum):
    """Why a record within the scope is not in the file, beyond what the table of acts says."""

    NOT_CONSENTED = "not_consented"
    DAMAGED = "damaged"


@dataclass(frozen=True)
class Wanted:
    """What is asked for. ``scope``: the parts of a filter as they stand in an address; none: every record."""

    scope: Mapping[str, str]
    columns: tuple[Column, ...]
    format: Format
    purpose: Purpose


@dataclass(frozen=True)
class Exported:
    """One record as it goes into a file."""

    reference: str
    received_at: datetime
    personal: PersonalData
    topic: Purpose | None
    mailing: bool
    state: State
    consent_state: ConsentState
    revision: str
    tags: tuple[str, ...]

    def row(self, columns: Sequence[Column]) -> list[Value]:
        """The values of these columns: codes, and moments as ISO 8601 in UTC."""
        values: dict[Column, Value] = {
            Column.REFERENCE: self.reference,
            Column.RECEIVED: self.received_at.astimezone(UTC).isoformat(timespec="seconds"),
            **{column: getattr(self.personal, column) for column in PERSONAL_COLUMNS},
            Column.TOPIC: self.topic,
            Column.MAILING: self.mailing,
            Column.STATE: self.state,
            Column.CONSENT_STATE: self.consent_state,
            Column.REVISION: self.revision,
            Column.TAGS: list(self.tags),
        }
        return [values[column] for column in columns]


def why_left_out(record: Consented, purpose: Purpose) -> Reason | LeftOut | None:
    """Why a record may not be exported for a purpose, None where it may.

    Who takes data out of the house to use them does both acts: access, and use for the purpose.
    """
    reason = why_not(record.state, Act.ACCESS, record.consent) or why_not(record.state, Act.USE, record.consent)
    if reason is not None:
        return reason
    return None if record.covers(purpose) else LeftOut.NOT_CONSENTED


def in_order(chosen: Sequence[str]) -> tuple[Column, ...]:
    """The chosen columns, each once, in the order of the list. Unknown ones are dropped."""
    return tuple(column for column in Column if column in chosen)

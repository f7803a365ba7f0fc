"""The compliance pack: what the Operator shows to whoever may ask how it processes personal data, as one ZIP.

Documents, registers, counts, persons with access, the proof of the journal, and a signed manifest of hashes. It holds no
personal data of a visitor and no reference of a submission.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import IO, Any

from sqlalchemy import extract, func, select
from sqlalchemy.orm import Session

from kelisim.domain.acts import Act, ConsentState
from kelisim.domain.deadlines import Trigger
from kelisim.domain.documents import Document
from kelisim.domain.journal import SITE
from kelisim.domain.people import People
from kelisim.domain.spreadsheets import csv_text
from kelisim.services import heads, incidents, journal, journal_reading, people, recipients, staff, statements
from kelisim.services.archives import Packing, as_json, packed
from kelisim.services.journal_reading import Checked
from kelisim.services.receipts import Issuer
from kelisim.services.records import By
from kelisim.storage.db import writing
from kelisim.storage.tables.consents import ConsentRow
from kelisim.storage.tables.recipients import TransferRow
from kelisim.storage.tables.requests import RequestRow
from kelisim.storage.tables.submissions import SubmissionRow

REGISTER, MANIFEST = "compliance", "manifest"
# Rows that are read together.
_AT_ONCE = 500


@dataclass(frozen=True)
class Material:
    """What the pack is made of that is not in the database: the texts in force, the data register, facts of the settings.

    ``declared``: what the Operator states of itself (retention, border, publication), by code.
    """

    documents: Sequence[Document]
    data_register: bytes
    readme: str
    declared: Mapping[str, Any]
    terms: Mapping[Trigger, int]
    small: int
    medium: int


def pack(session: Session, material: Material, *, most: int, issuer: Issuer, by: By) -> IO[bytes]:
    """The ZIP, as a file that has no name and is gone once it is closed; what is small never reaches the disk.

    Both it and the check of the journal are entries of the journal, and in the proof. A journal of up to ``most``
    entries is checked for it; of a longer one the last check stands in it, with its day. Registers go into it row by
    row: memory holds some hundreds of them, however long they are.
    """
    known = journal_reading.last_check(session) if journal.count(session) > most else None
    checked = known or journal_reading.check(session, seed=issuer.seed, by=by)
    with writing(session):
        deed = journal.Deed(Act.ACCESS, SITE, by.actor, {"register": REGISTER, "what": "pack"})
        journal.append(session, [deed], key=by.key, now=by.now)

    def write(packing: Packing) -> None:
        for name, parts in _files(session, material, checked):
            packing.add(name, parts)
        stands = {"made_at": _moment(by.now), "sha256": dict(packing.hashes)}
        packing.add(f"{MANIFEST}.json", [issuer.signed(MANIFEST, stands)])

    found = packed(write)
    session.rollback()
    return found


def _files(session: Session, material: Material, checked: Checked) -> Iterator[tuple[str, Iterable[bytes]]]:
    yield "README.txt", [material.readme.encode()]
    yield from _documents(material.documents)
    yield from _registers(session, material)
    yield "persons-with-access.csv", _access(session)
    counted = people.count(session, small=material.small, medium=material.medium)
    yield "counts.json", [as_json(_counts(session, counted))]
    yield "journal/check.json", [as_json(_proof(checked))]
    yield "journal/heads.json", _heads(session)


def _documents(documents: Sequence[Document]) -> Iterator[tuple[str, Iterable[bytes]]]:
    for one in documents:
        yield f"documents/{one.kind.value}-{one.revision}.{one.language}.txt", [one.plain.encode()]
    rows = (
        (one.kind.value, one.revision, one.language, one.in_force.isoformat(), one.title, one.sha256)
        for one in documents
    )
    yield "documents/in-force.csv", _csv(("document", "revision", "language", "in_force", "title", "sha256"), rows)


def _registers(session: Session, material: Material) -> Iterator[tuple[str, Iterable[bytes]]]:
    stated = [
        {"number": version.number, "since": _moment(version.since), **version.stated.content}
        for version in statements.versions(session)
    ]
    yield "registers/data-register.md", [material.data_register]
    yield "registers/border-and-publication.json", [as_json({**material.declared, "stated_to_persons": stated})]
    yield "registers/requests.csv", _requests(session)
    yield "registers/consent-terms.csv", _consent_terms(session)
    yield "registers/incidents.csv", _incidents(session, material.terms)
    yield "registers/recipients.csv", _recipients(session)


def _access(session: Session) -> Iterator[bytes]:
    rows = (
        (
            str(one.operator.id),
            one.operator.name,
            one.operator.role.value,
            _moment(one.since),
            _yes(one.ready),
            "" if one.disabled_at is None else _moment(one.disabled_at),
            str(one.passkeys),
        )
        for one in staff.members(session)
    )
    return _csv(("number", "name", "role", "added", "set_up", "disabled", "passkeys"), rows)


def _requests(session: Session) -> Iterator[bytes]:
    head = ("id", "kind", "channel", "received", "due", "state", "identity", "ground", "author", "objection")
    columns = (getattr(RequestRow, name) for name in head)
    found = session.execute(select(*columns).order_by(RequestRow.id).execution_options(yield_per=_AT_ONCE))
    return _csv(
        head,
        (
            (row.id.hex, row.kind, row.channel, row.received.isoformat(), row.due.isoformat(), row.state,
             row.identity or "", row.ground or "", row.author, row.objection or "")
            for row in found
        ),
    )  # fmt: skip  # a row of the register on a line


def _consent_terms(session: Session) -> Iterator[bytes]:
    """How many consents of each revision stand how, by the month (UTC) they were given in: no line is about a person."""
    year, month = extract("year", ConsentRow.given_at), extract("month", ConsentRow.given_at)
    columns = (ConsentRow.revision, year, month, SubmissionRow.consent_state, SubmissionRow.state)
    found = session.execute(
        select(*columns, func.count())
        .join(SubmissionRow, SubmissionRow.id == ConsentRow.submission_id)
        .group_by(*columns)
        .order_by(*columns)
    )
    head = ("revision", "given_in", "consent", "record", "how_many")
    return _csv(head, ((row[0], f"{row[1]}-{row[2]:02}", row[3], row[4], str(row[5])) for row in found))


def _incidents(session: Session, terms: Mapping[Trigger, int]) -> Iterator[bytes]:
    head = ("id", "kind", "found", "due", "state", "categories", "persons", "measures", "told_on", "number", "notes")
    return _csv(head, _incident_rows(session, terms))


def _incident_rows(session: Session, terms: Mapping[Trigger, int]) -> Iterator[Sequence[str]]:
    before = None
    while True:
        page, before = incidents.page(session, before=before, rows=200, terms=terms)
        for one in page:
            told = next((step for step in one.steps if step.told_on is not None), None)
            yield (
                one.id.hex, one.kind.value, _moment(one.found_at), one.due.isoformat(), one.state.value,
                " ".join(one.facts.categories), str(one.facts.persons), " ".join(one.measures),
                _day(told.told_on if told else None), told.number if told else "", " | ".join(one.notes),
            )  # fmt: skip  # a row of the register on three lines
        if before is None:
            return


def _recipients(session: Session) -> Iterator[bytes]:
    handed = session.execute(select(TransferRow.recipient_id, func.count()).group_by(TransferRow.recipient_id))
    counts = {row[0]: row[1] for row in handed}
    head = ("id", "name", "country", "number", "purposes", "ended", "undertakings", "transfers")
    rows = (
        (
            one.id.hex,
            one.name,
            one.country,
            one.number,
            " ".join(one.purposes),
            _day(one.ended),
            " ".join(f"{given.signed.isoformat()}/{given.expires.isoformat()}" for given in one.undertakings),
            str(counts.get(one.id, 0)),
        )
        for one in recipients.all_of_them(session)
    )
    return _csv(head, rows)


def _counts(session: Session, counted: People) -> dict[str, Any]:
    ended = session.execute(select(SubmissionRow.consent_state, func.count()).group_by(SubmissionRow.consent_state))
    consents = {row[0]: row[1] for row in ended}
    return {
        "people": {
            "at_most": counted.at_most,
            "told_apart_by_phone": counted.known,
            "not_told_apart_yet": counted.uncounted,
            "class": counted.size.value,
            "limit_of_small": counted.small,
            "limit_of_medium": counted.medium,
        },
        "records": {state.value: many for state, many in people.records(session).items()},
        "consents": {state.value: consents.get(state.value, 0) for state in ConsentState},
    }


def _proof(checked: Checked) -> dict[str, Any]:
    return {
        "checked_at": _moment(checked.at),
        "entries": checked.entries,
        "holds": checked.holds,
        "first_broken_entry": checked.broken,
        "first_head_that_does_not_fit": _day(checked.unfit) or None,
    }


def _heads(session: Session) -> Iterator[bytes]:
    yield b'{"heads": ['
    for number, file in enumerate(heads.files(session)):
        yield (b",\n" if number else b"\n") + file.strip().encode()
    yield b"\n]}\n"


def _csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    return (line.encode() for line in csv_text(head, rows))


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _day(day: date | None) -> str:
    return day.isoformat() if day is not None else ""


def _yes(said: bool) -> str:
    return "yes" if said else "no"

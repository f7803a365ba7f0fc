"""The evidence of one consent as one ZIP that proves itself: texts, record, receipt, journal, key, verifier, manifest.

It holds categories and codes, never the three personal fields. Equal evidence gives equal bytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kelisim.domain.acts import Act, ConsentState, State, why_not
from kelisim.domain.operators import Operator
from kelisim.services import journal, papers, receipts
from kelisim.services.archives import as_json, zipped
from kelisim.services.receipts import Issued, Issuer
from kelisim.storage.db import writing
from kelisim.storage.tables.documents import ShownText
from kelisim.storage.tables.submissions import SubmissionRow
from kelisim.vault import signing
from kelisim.vault.keys import Keys

JOURNAL, MANIFEST = "journal", "manifest"
VERIFIER, PUBLIC_KEY = "verify_receipt.py", "public-key.json"
_OPERATOR = "operator"


@dataclass(frozen=True)
class Papers:
    """What goes into every bundle of a site: the words of its README, the verifier, where receipts are checked."""

    readme: str
    verifier: bytes
    check_address: str


@dataclass(frozen=True)
class Bundle:
    """The ZIP of one receipt."""

    reference: str
    content: bytes


def for_person(session: Session, secret: str, *, issuer: Issuer, papers: Papers) -> Bundle | None:
    """The bundle behind a secret link, or None. An operator is a role in it, without name and number."""
    found = receipts.by_secret(session, secret, issuer=issuer)
    return None if found is None else _bundle(session, found, issuer, papers, None)


def for_desk(
    session: Session,
    reference: str,
    *,
    operator: Operator,
    names: Mapping[int, str],
    issuer: Issuer,
    papers: Papers,
    keys: Keys,
    now: datetime,
) -> Bundle | None:
    """The bundle for an operator, with the operators' ``names``; None for an unknown reference.

    Journalled before it is given out, so that the entry is in it. Nothing personal is: where the record's state closes
    its data to the desk, the evidence is still proven, which is an act of storage (integrity). Of a destroyed record
    only the proof is left: no act can be done to it any more, and there is none to journal.
    """
    with writing(session):
        found = receipts.by_reference(session, reference, issuer=issuer)
        if found is None:
            return None
        act = _act(session, found)
        if act is not None:
            deed = journal.Deed(act, found.record, f"{_OPERATOR}:{operator.id}", {"by": "desk", "what": "evidence"})
            journal.append(session, [deed], key=keys.site.journal, now=now)
        return _bundle(session, found, issuer, papers, names)


def public_key_document(seed: bytes, check_address: str) -> dict[str, Any]:
    """The site's public key as others read it, here and at its well-known address."""
    key = signing.public_key(seed)
    stated = {"id": key.id, "algorithm": signing.ALGORITHM, "public_key": key.base64, "pem": key.pem}
    return {"keys": [stated], "check": check_address}


def _act(session: Session, found: Issued) -> Act | None:
    """What proving this consent does to its record; None where no record is left."""
    row = session.get_one(SubmissionRow, found.record)
    state, consent = State(row.state), ConsentState(row.consent_state)
    return next((act for act in (Act.ACCESS, Act.STORAGE) if why_not(state, act, consent) is None), None)


def _bundle(session: Session, found: Issued, issuer: Issuer, papers: Papers, names: Mapping[int, str] | None) -> Bundle:
    reference = found.receipt.reference
    files = {
        "README.txt": papers.readme.encode(),
        f"kelisim-receipt-{reference}.json": found.file,
        "consent.json": as_json({**_consent_record(found), **_paper(session, found)}),
        f"{JOURNAL}.json": issuer.signed(JOURNAL, journal_document(session, found.record, reference, names)),
        PUBLIC_KEY: as_json(public_key_document(issuer.seed, papers.check_address)),
        VERIFIER: papers.verifier,
        **_texts(session, found),
    }
    hashes = {name: sha256(content).hexdigest() for name, content in files.items()}
    manifest = issuer.signed(MANIFEST, {"reference": reference, "sha256": hashes})
    return Bundle(reference, zipped({**files, f"{MANIFEST}.json": manifest}))


def _consent_record(found: Issued) -> dict[str, Any]:
    receipt, consent = found.receipt, found.receipt.consent
    return {
        "record": str(found.record),
        "reference": receipt.reference,
        "received_at": _moment(receipt.received_at),
        "topic": receipt.topic,
        "mailing": receipt.mailing,
        "given_at": _moment(consent.given),
        "method": consent.method,
        "language": consent.language,
        "consent": {"revision": consent.revision, "sha256": consent.sha256},
        "policy": {"revision": consent.policy_revision, "sha256": consent.policy_sha256},
        "purposes": list(consent.purposes),
        "statements": {
            "person": list(consent.statements.person),
            "operator": list(consent.statements.operator),
            "version": consent.statements.version,
        },
        "state": found.standing.state,
        "since": _moment(found.standing.shown),
    }


def _texts(session: Session, found: Issued) -> dict[str, bytes]:
    """The texts word for word, as they were shown: the SHA-256 of each is the one in the consent record."""
    consent = found.receipt.consent
    rows = session.scalars(select(ShownText).where(ShownText.sha256.in_((consent.sha256, consent.policy_sha256))))
    return {f"texts/{row.kind}-{row.revision}.{row.language}.txt": row.plain.encode() for row in rows}


def journal_document(session: Session, record: UUID, reference: str, names: Mapping[int, str] | None) -> dict[str, Any]:
    """Every entry about a record with what binds it to the chain. ``names``: of the operators; None: only the role."""
    entries = []
    for link, previous in journal.extract(session, record):
        entry = link.entry
        entries.append(
            {
                "number": str(entry.number),
                "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
                "act": entry.act,
                "actor": shown_actor(entry.actor, names),
                "details": {name: shown_actor(str(value), names) for name, value in entry.details.items()},
                "previous": previous.hex(),
                "mac": link.mac.hex(),
            }
        )
    return {"record": str(record), "reference": reference, "entries": entries}


def shown_actor(actor: str, names: Mapping[int, str] | None) -> str:
    """``operator:3`` as the role alone, or with the name for whoever may know it; anything else as it is."""
    role, _, number = actor.partition(":")
    if role != _OPERATOR or not number:
        return actor
    if names is None:
        return role
    name = names.get(int(number), "") if number.isdecimal() else ""
    return f"{actor} {name}".rstrip()


def _paper(session: Session, found: Issued) -> dict[str, Any]:
    """Where the signed sheet lies, of a consent on paper; nothing of the others."""
    paper = papers.of_record(session, found.record)
    if paper is None:
        return {}
    return {"paper": {"place": paper.place, "number": paper.number, "signed": str(paper.signed)}}


def _moment(moment: datetime | date) -> str:
    if not isinstance(moment, datetime):
        return moment.isoformat()
    return moment.astimezone(UTC).isoformat(timespec="microseconds")

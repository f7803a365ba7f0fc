"""One row in each table that is written once, put there without the services."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from kelisim.storage.db import writing
from kelisim.storage.tables.changes import KeepingRow
from kelisim.storage.tables.choices import ChoiceClosing, ChoiceCount, ChoiceRow
from kelisim.storage.tables.consents import ConsentRow
from kelisim.storage.tables.destructions import DestructionRow
from kelisim.storage.tables.documents import DocumentApproval, PublishedDocument, ShownText
from kelisim.storage.tables.heads import HeadRow
from kelisim.storage.tables.incidents import IncidentRow, IncidentStepRow
from kelisim.storage.tables.journal import JournalRow
from kelisim.storage.tables.papers import PaperRow
from kelisim.storage.tables.recipients import RecipientRow, TransferRow, UndertakingRow
from kelisim.storage.tables.requests import RequestRow, RequestStepRow
from kelisim.storage.tables.statements import StatementsRow
from kelisim.storage.tables.submissions import SubmissionRow

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
SUBJECT = UUID(int=7)
TEXT = {
    "sha256": "a" * 64,
    "kind": "consent",
    "revision": "1",
    "in_force": date(2023, 7, 20),
    "language": "en",
    "plain": "x",
}
ENTRY = {"number": 1, "at": NOW, "act": "access", "subject": SUBJECT, "actor": "site", "details": {}, "mac": bytes(32)}
HEAD = {"day": date(2026, 11, 22), "entries": 1, "mac": bytes(32), "published_at": NOW, "file": "{}"}
INCIDENT = {"id": SUBJECT, "kind": "loss", "found_at": NOW}
INCIDENT_STEP = {
    "incident_id": SUBJECT,
    "at": NOW,
    "step": "register",
    "author": "operator:1",
    "measures": [],
    "note": "",
    "categories": ["phone"],
    "persons": 1,
    "authority_number": "",
}
CHOICE = {
    "number": 1,
    "receipt_id": "r",
    "answers": {"address": False},
    "versions": {"address": 1},
    "method": "page",
    "language": "en",
    "decided_at": NOW,
    "expires_at": NOW + timedelta(days=182),
    "mac": bytes(32),
}
# It closes nothing: the choice above is not counted yet.
CLOSING = {"through": 0, "closed_at": NOW, "last_mac": bytes(32), "mac": bytes(32)}
COUNT = {
    "through": 0,
    "day": date(2026, 11, 22),
    "purpose": "address",
    "decision": "no",
    "method": "page",
    "language": "en",
    "records": 1,
}
STATEMENTS = {"number": 1, "since": NOW, "sha256": "b" * 64, "content": {}}
SUBMISSION = {
    "id": SUBJECT,
    "received_at": NOW,
    "state": "active",
    "mailing": False,
    "suspicions": [],
    "sealed_content": b"c",
    "key_for_operator": b"o",
    "key_for_person": b"p",
}
CONSENT = {
    "submission_id": SUBJECT,
    "given_at": NOW,
    "method": "site_form",
    "revision": "1",
    "sha256": TEXT["sha256"],
    "policy_revision": "1",
    "policy_sha256": TEXT["sha256"],
    "language": "en",
    "person_states": [],
    "operator_states": [],
    "purposes": [],
}

KEEPING = {
    "submission_id": SUBJECT,
    "ground": "storage_by_law",
    "author": "operator:1",
    "decided": date(2026, 11, 22),
    "until": date(2027, 11, 22),
}
REQUEST = {
    "id": UUID(int=8),
    "submission_id": SUBJECT,
    "kind": "access",
    "channel": "letter",
    "received": date(2026, 11, 20),
    "due": date(2026, 11, 25),
    "state": "received",
    "author": "operator:1",
    "language": "ru",
}
PUBLISHED = {
    "sha256": "b" * 64,
    "kind": "consent",
    "revision": "2",
    "language": "en",
    "in_force": date(2026, 12, 1),
    "title": "x",
    "text": "x",
    "published_at": NOW,
}
APPROVAL = {"sha256": PUBLISHED["sha256"], "approved_at": NOW, "approved_by": "A. Lawyer"}
DESTRUCTION = {
    "number": 1,
    "submission_id": SUBJECT,
    "act": "destruction",
    "ground": "court",
    "at": NOW,
    "author": "operator:1",
    "categories": ["name"],
    "entry": 1,
}
STEP = {"request_id": REQUEST["id"], "at": NOW, "step": "take_up", "author": "operator:1"}
RECIPIENT = {
    "id": UUID(int=9),
    "name": "Call Centre LLP",
    "country": "KZ",
    "number": "220540900218",
    "purposes": ["feedback"],
    "contact": "privacy@callcentre.example",
    "added_at": NOW,
    "age_key": "",
    "webhook": "",
}
UNDERTAKING = {
    "number": 1,
    "recipient_id": RECIPIENT["id"],
    "signed": date(2026, 11, 20),
    "expires": date(2027, 11, 20),
    "scope": ["feedback"],
    "author": "operator:1",
    "added_at": NOW,
}
TRANSFER = {
    "id": UUID(int=10),
    "submission_id": SUBJECT,
    "recipient_id": RECIPIENT["id"],
    "undertaking": 1,
    "purpose": "feedback",
    "way": "file",
    "at": NOW,
    "author": "operator:1",
}

PAPER = {
    "submission_id": SUBJECT,
    "place": "original_safe",
    "number": "PD-1",
    "signed": date(2026, 11, 20),
    "author": "operator:1",
}


def fill(session: Session) -> None:
    """Write one row into each of them."""
    with writing(session):
        for table, row in (
            (ShownText, TEXT),
            (JournalRow, ENTRY),
            (HeadRow, HEAD),
            (IncidentRow, INCIDENT),
            (IncidentStepRow, INCIDENT_STEP),
            (ChoiceRow, CHOICE),
            (ChoiceClosing, CLOSING),
            (ChoiceCount, COUNT),
            (StatementsRow, STATEMENTS),
            (SubmissionRow, SUBMISSION),
            (ConsentRow, CONSENT),
            (PaperRow, PAPER),
            (KeepingRow, KEEPING),
            (RequestRow, REQUEST),
            (RequestStepRow, STEP),
            (RecipientRow, RECIPIENT),
            (UndertakingRow, UNDERTAKING),
            (TransferRow, TRANSFER),
            (DestructionRow, DESTRUCTION),
            (PublishedDocument, PUBLISHED),
            (DocumentApproval, APPROVAL),
        ):
            session.execute(insert(table), [row])

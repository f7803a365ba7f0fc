"""The receipt as JSON-LD in the shape of ISO/IEC TS 27560:2023, by the guide of the W3C Data Privacy Vocabulary (DPV).

It carries categories of data and never their values, and not the secret of the person's link: it can be shown to
others. Its context is written out in it, so that it is understood without asking another site.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from kelisim.domain.acts import ConsentState
from kelisim.domain.consents import Consent, Receipt
from kelisim.domain.purposes import Purpose
from kelisim.domain.recipients import Told
from kelisim.domain.rights import RequestKind
from kelisim.domain.vocabulary import ACTS, CATEGORIES, CONTEXT, PURPOSES, STATUSES

_SCHEMA = "https://w3id.org/dpv/schema/dpv-27560"
_LAW = "https://adilet.zan.kz/eng/docs/Z1300000094"
# One name for the Operator inside one receipt.
_OPERATOR = "_:operator"


@dataclass(frozen=True)
class Party:
    """Who holds the data: the Operator. ``number`` is a BIN; ``contact`` is an e-mail, empty for none."""

    number: str
    name: str
    address: str
    contact: str


@dataclass(frozen=True)
class Addresses:
    """Absolute URLs of the site. ``withdrawal`` asks for reference and secret; it is not the person's secret link."""

    consent: str
    policy: str
    check: str
    rights: str
    withdrawal: str


@dataclass(frozen=True)
class Storage:
    """Where and how long. ``countries``: ISO 3166-1 alpha-2; ``term``: the Operator's words; ``until``: None: no day."""

    term: str
    until: date | None = None
    countries: tuple[str, ...] = ("KZ",)


def receipt_document(
    receipt: Receipt,
    record: UUID,
    *,
    operator: Party,
    addresses: Addresses,
    storage: Storage,
    recipients: Sequence[Told] = (),
    ended: tuple[ConsentState, datetime] | None = None,
) -> dict[str, Any]:
    """The receipt: a dict of what JSON knows. ``record``: id of the consent record; ``ended``: how and when it ended.

    Moments are given in UTC, to the second. Two calls with equal values give equal documents. Raises ValueError for a
    moment without a time zone.
    """
    consent = receipt.consent
    return {
        "@context": dict(CONTEXT),
        "@id": f"{addresses.check}#{receipt.reference}",
        "@type": "dpv:ConsentReceipt",
        "dct:conformsTo": f"{_SCHEMA}#receipt",
        "dct:identifier": receipt.reference,
        "dct:created": _moment(receipt.received_at),
        "dct:publisher": _OPERATOR,
        "dpv:hasRecordOfActivity": {
            "@id": record.urn,
            "@type": "dpv:ConsentRecord",
            "dct:conformsTo": f"{_SCHEMA}#record",
            "dct:identifier": str(record),
            "dct:language": consent.language,
            # The person is known by the reference only: no value leads from a receipt to who they are.
            "dpv:hasDataSubject": {"@type": "dpv:DataSubject", "dct:identifier": receipt.reference},
            "dpv:hasDataController": {"@id": _OPERATOR} | _party(operator, "dpv:DataController"),
            "dpv:hasJurisdiction": "loc:KZ",
            "dpv:hasApplicableLaw": _LAW,
            "dpv:hasLegalBasis": "dpv:ExplicitlyExpressedConsent",
            "dpv:hasNotice": _notices(consent, addresses),
            "dpv:hasProcess": [
                _process(purpose, consent.language, storage, recipients) for purpose in consent.purposes
            ],
            "dpv:hasConsentControl": {
                "@type": "dpv:WithdrawConsent",
                "dpv:isExercisedAt": [addresses.withdrawal, *_mailbox(operator)],
                "dpv:hasAddress": operator.address,
            },
            "dpv:hasRight": [_right(kind, addresses) for kind in RequestKind],
            "dpv:hasConsentStatus": _statuses(consent, storage, ended),
        },
    }


def canonical(document: Mapping[str, Any]) -> bytes:
    """The bytes that are hashed and signed: JSON with sorted keys and no spaces, UTF-8.

    With the ASCII keys and without the fractions of a receipt this is RFC 8785 (JCS). Raises ValueError for a text that
    UTF-8 cannot carry, or a number JSON does not have.
    """
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()


def _party(party: Party, role: str) -> dict[str, Any]:
    return {
        "@type": role,
        "dct:identifier": party.number,
        "dpv:hasName": party.name,
        "dpv:hasAddress": party.address,
        **({"dpv:hasContact": party.contact} if party.contact else {}),
    }


def _mailbox(party: Party) -> list[str]:
    return [f"mailto:{party.contact}"] if party.contact else []


def _notices(consent: Consent, addresses: Addresses) -> list[dict[str, Any]]:
    """The exact texts: their revisions and hashes; with the consent, what was stated beside the form (Art. 8(4))."""
    shown = {
        "dct:description": [
            {"@value": words, "@language": consent.language}
            for words in (*consent.statements.person, *consent.statements.operator)
        ],
        **_stated(consent),
    }
    return [
        _notice("dpv:ConsentNotice", addresses.consent, consent.revision, consent.sha256, consent.language) | shown,
        _notice(
            "dpv:PrivacyNotice", addresses.policy, consent.policy_revision, consent.policy_sha256, consent.language
        ),
    ]


def _stated(consent: Consent) -> dict[str, Any]:
    """Which version of the Operator's statements it was; consents from before the versions say nothing of it."""
    number = consent.statements.version
    return {} if number is None else {"dct:hasPart": {"@type": "dpv:Notice", "dct:identifier": f"statements:{number}"}}


def _notice(kind: str, address: str, revision: str, sha256: str, language: str) -> dict[str, Any]:
    return {
        "@id": address,
        "@type": kind,
        "dct:identifier": [revision, f"sha256:{sha256}"],
        "dct:language": language,
    }


def _process(purpose: Purpose, language: str, storage: Storage, recipients: Sequence[Told]) -> dict[str, Any]:
    return {
        "@type": "dpv:Process",
        "dct:identifier": purpose.value,
        "dpv:hasPurpose": PURPOSES[purpose],
        "dpv:hasLegalBasis": "dpv:ExplicitlyExpressedConsent",
        "dpv:hasPersonalData": [
            {"@type": term, "dct:identifier": category.value, "dpv:hasNecessity": "dpv:Required"}
            for category, term in CATEGORIES.items()
        ],
        # Two acts may share a word of DPV: each word once, in the order of the Consent.
        "dpv:hasProcessing": list(dict.fromkeys(ACTS.values())),
        "dpv:hasRecipient": [_recipient(told) for told in recipients if purpose in told.purposes],
        "dpv:hasStorageCondition": [
            {"@type": "dpv:StorageLocation", "dpv:hasLocation": [f"loc:{country}" for country in storage.countries]},
            {
                "@type": "dpv:StorageDuration",
                "dpv:hasDuration": {"@value": storage.term, "@language": language},
            },
        ],
    }


def _recipient(told: Told) -> dict[str, Any]:
    return {"@type": "dpv:ThirdParty", "dpv:hasName": told.name, "dpv:hasLocation": [f"loc:{told.country}"]}


def _right(kind: RequestKind, addresses: Addresses) -> dict[str, Any]:
    return {"@type": "dpv:DataSubjectRight", "dct:identifier": kind.value, "dpv:isExercisedAt": addresses.rights}


def _statuses(consent: Consent, storage: Storage, ended: tuple[ConsentState, datetime] | None) -> list[dict[str, Any]]:
    given = {
        "@type": [STATUSES[ConsentState.GIVEN], "dpv:ExplicitlyExpressedConsent"],
        "dpv:isIndicatedBy": "dpv:DataSubject",
        "dpv:hasIndicationMethod": consent.method.value,
        "dpv:isIndicatedAtTime": _when(consent.given),
        # ISO 8601: an interval; open where it lasts until withdrawal or until the purposes are achieved (clause 4).
        "dct:valid": f"{_when(consent.given)}/{storage.until or '..'}",
    }
    if ended is None:
        return [given]
    state, moment = ended
    by = "dpv:DataSubject" if state is ConsentState.WITHDRAWN else "dpv:DataController"
    return [
        given,
        {
            "@type": STATUSES[state],
            "dct:identifier": state.value,
            "dpv:isIndicatedBy": by,
            "dpv:isIndicatedAtTime": _moment(moment),
        },
    ]


def _when(given: datetime | date) -> str:
    """A moment, or the day where no more is known."""
    return _moment(given) if isinstance(given, datetime) else given.isoformat()


def _moment(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone may be any of a day's")
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

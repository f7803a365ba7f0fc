"""The words of the W3C Data Privacy Vocabulary (DPV 2.3) for the codes of the domain, and the context they stand in."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from kelisim.domain.acts import Act, ConsentState
from kelisim.domain.consents import Category
from kelisim.domain.purposes import Purpose

# Values of these terms are names of things, not text; values of the next are moments.
_IDS = (
    "dct:conformsTo",
    "dct:publisher",
    "dpv:hasApplicableLaw",
    "dpv:hasConsentControl",
    "dpv:hasConsentStatus",
    "dpv:hasDataController",
    "dpv:hasDataSubject",
    "dpv:hasJurisdiction",
    "dpv:hasLegalBasis",
    "dpv:hasLocation",
    "dpv:hasNecessity",
    "dpv:hasNotice",
    "dpv:hasPersonalData",
    "dpv:hasProcess",
    "dpv:hasProcessing",
    "dpv:hasPurpose",
    "dpv:hasRecipient",
    "dpv:hasRecordOfActivity",
    "dpv:hasRight",
    "dpv:hasStorageCondition",
    "dpv:isExercisedAt",
    "dpv:isIndicatedBy",
)
_TIMES = ("dct:created", "dpv:isIndicatedAtTime")
CONTEXT: Mapping[str, Any] = MappingProxyType(
    {
        "dpv": "https://w3id.org/dpv#",
        "pd": "https://w3id.org/dpv/pd#",
        "loc": "https://w3id.org/dpv/loc#",
        "dct": "http://purl.org/dc/terms/",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        **{term: {"@id": term, "@type": "@id"} for term in _IDS},
        **{term: {"@id": term, "@type": "xsd:dateTime"} for term in _TIMES},
    }
)

PURPOSES: Mapping[Purpose, str] = MappingProxyType(
    {
        Purpose.CONTRACT: "dpv:EstablishContractualAgreement",
        Purpose.PERSONAL_PAGES: "dpv:ServicePersonalisation",
        Purpose.PRODUCTS: "dpv:RequestedServiceProvision",
        Purpose.MAILING: "dpv:DirectMarketing",
        Purpose.FEEDBACK: "dpv:CommunicationManagement",
        Purpose.SUPPORT: "dpv:CustomerCare",
    }
)
CATEGORIES: Mapping[Category, str] = MappingProxyType(
    {Category.NAME: "pd:Name", Category.SECOND_NAME: "pd:Name", Category.PHONE: "pd:TelephoneNumber"}
)
ACTS: Mapping[Act, str] = MappingProxyType(
    {
        Act.COLLECTION: "dpv:Collect",
        Act.ACCUMULATION: "dpv:Store",
        Act.TRANSFER: "dpv:Transfer",
        Act.STORAGE: "dpv:Store",
        Act.CHANGE: "dpv:Modify",
        Act.ADDITION: "dpv:Modify",
        Act.ACCESS: "dpv:Access",
        Act.USE: "dpv:Use",
        Act.DEPERSONALIZATION: "dpv:Anonymise",
        Act.BLOCKING: "dpv:Restrict",
        Act.DESTRUCTION: "dpv:Destruct",
    }
)
# A consent whose purposes are achieved has expired by its sense; DPV has no word for its end by the Operator.
STATUSES: Mapping[ConsentState, str] = MappingProxyType(
    {
        ConsentState.GIVEN: "dpv:ConsentGiven",
        ConsentState.WITHDRAWN: "dpv:ConsentWithdrawn",
        ConsentState.ACHIEVED: "dpv:ConsentExpired",
        ConsentState.EXPIRED: "dpv:ConsentExpired",
    }
)

"""The eleven acts with personal data that the Consent names, and the states of a record.

Nothing else can be done to a record: each entry of the journal is one of these acts (promise P8).
"""

from enum import StrEnum


class Act(StrEnum):
    """The acts of the Consent; the Law groups access and transfer under "distribution" (Art. 1 of Law No. 94-V)."""

    COLLECTION = "collection"
    ACCUMULATION = "accumulation"
    TRANSFER = "transfer"
    STORAGE = "storage"
    CHANGE = "change"
    ADDITION = "addition"
    ACCESS = "access"
    USE = "use"
    DEPERSONALIZATION = "depersonalization"
    BLOCKING = "blocking"
    DESTRUCTION = "destruction"


class State(StrEnum):
    """What a record is at this moment."""

    ACTIVE = "active"

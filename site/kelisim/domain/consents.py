"""The record of a consent: what was shown, what was said, when and how (ISO/IEC TS 27560, Art. 8 of the Law)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kelisim.domain.deadlines import local_day
from kelisim.domain.purposes import Purpose


class Method(StrEnum):
    """How a consent was given."""

    SITE_FORM = "site_form"
    PAPER = "paper"


class Attestation(StrEnum):
    """What the person states by ticking the box: the numbered statements of clause 1."""

    OWN_DATA = "1.1"
    HAS_READ = "1.2"
    AGREES_TO_POLICY = "1.3"
    OTHERS_AGREED = "1.4"
    KNOWS_RIGHTS = "1.5"


class Category(StrEnum):
    """The categories of personal data a receipt carries instead of values."""

    NAME = "name"
    SECOND_NAME = "second_name"
    PHONE = "phone"


@dataclass(frozen=True)
class Statements:
    """The exact words shown beside the form: what the person states and what the Operator states (Art. 8(4)).

    ``version``: the number of what the Operator states; None where it was shown before there were versions.
    """

    person: tuple[str, ...]
    operator: tuple[str, ...]
    version: int | None = None


@dataclass(frozen=True)
class Consent:
    """One consent. ``sha256`` is of the consent text that was shown, hex; ``policy_sha256`` of the policy."""

    revision: str
    sha256: str
    policy_revision: str
    policy_sha256: str
    language: str
    statements: Statements
    purposes: tuple[Purpose, ...]
    given_at: datetime
    method: Method

    @property
    def given(self) -> datetime | date:
        """When it was given, as exactly as it is known: of a paper the day in Almaty, which ``given_at`` begins."""
        return local_day(self.given_at) if self.method is Method.PAPER else self.given_at


@dataclass(frozen=True)
class Receipt:
    """What the person keeps: enough to prove the consent and to find the record again."""

    reference: str
    received_at: datetime
    topic: Purpose | None
    mailing: bool
    consent: Consent

"""The coded grounds for refusing a request and for keeping data without consent: closed lists, never free text.

The tables name the article of Law No. 94-V, down to the paragraph or point where that is sure too; None where the
ground is a fact and not a rule. The Operator's lawyer has the last word.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType


class RefusalGround(StrEnum):
    """Why a request is refused."""

    IDENTITY_NOT_CONFIRMED = "identity_not_confirmed"
    NOT_THE_PERSON = "not_the_person"
    NO_DATA = "no_data"
    NO_DOCUMENTS = "no_documents"
    VIOLATION_NOT_CONFIRMED = "violation_not_confirmed"
    BLOCK_STANDS = "block_stands"
    WITHDRAWAL_BARRED = "withdrawal_barred"
    UNFULFILLED_OBLIGATION = "unfulfilled_obligation"
    STORAGE_BY_LAW = "storage_by_law"
    STATE_BODY_CASE = "state_body_case"


class KeepingGround(StrEnum):
    """Why data are kept after the consent is over (clause 6)."""

    UNFULFILLED_OBLIGATION = "unfulfilled_obligation"
    WITHDRAWAL_BARRED = "withdrawal_barred"
    STORAGE_BY_LAW = "storage_by_law"
    STATE_BODY_CASE = "state_body_case"
    RIGHTS_PROTECTION = "rights_protection"


# Two tables and not one: codes are text, and a code that stands in both lists would be one key.
REFUSAL_ARTICLES: Mapping[RefusalGround, str | None] = MappingProxyType(
    {
        # The rights are the subject's and the lawful representative's, and nobody else's.
        RefusalGround.IDENTITY_NOT_CONFIRMED: "24",
        RefusalGround.NOT_THE_PERSON: "24",
        RefusalGround.NO_DATA: None,
        # Change and addition on grounds that documents confirm.
        RefusalGround.NO_DOCUMENTS: "24(1)(2)",
        # Blocking on information of a violation; unblocking where it is not confirmed.
        RefusalGround.VIOLATION_NOT_CONFIRMED: "25(2)",
        RefusalGround.BLOCK_STANDS: "25(2)",
        # Withdrawal that would be against the laws, or while an obligation is not fulfilled.
        RefusalGround.WITHDRAWAL_BARRED: "8(2)",
        RefusalGround.UNFULFILLED_OBLIGATION: "8(2)",
        # The term of storage ends when the purposes are achieved, unless legislation says otherwise.
        RefusalGround.STORAGE_BY_LAW: "12(2)",
        # Law enforcement, courts and bodies that handle administrative cases.
        RefusalGround.STATE_BODY_CASE: "9(1)",
    }
)
KEEPING_ARTICLES: Mapping[KeepingGround, str] = MappingProxyType(
    {
        KeepingGround.UNFULFILLED_OBLIGATION: "8(2)",
        KeepingGround.WITHDRAWAL_BARRED: "8(2)",
        KeepingGround.STORAGE_BY_LAW: "12(2)",
        KeepingGround.STATE_BODY_CASE: "9(1)",
        # Constitutional rights and freedoms, where consent cannot be obtained.
        KeepingGround.RIGHTS_PROTECTION: "9",
    }
)


class KeepingProblem(ValueError):
    """Why a decision to keep data cannot stand. ``code`` is one of: author, term."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Keeping:
    """The Operator's decision to keep a record without consent: ground, author (``operator:3``) and last day.

    Raises KeepingProblem: ``author`` (nobody answers for it); ``term`` (it would end before it begins).
    """

    ground: KeepingGround
    author: str
    decided: date
    until: date

    def __post_init__(self) -> None:
        if not self.author.strip():
            raise KeepingProblem("author")
        if self.until < self.decided:
            raise KeepingProblem("term")

    def stands(self, today: date) -> bool:
        """True from the day of the decision to its last day."""
        return self.decided <= today <= self.until

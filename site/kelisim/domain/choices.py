"""A person's choices about cookies and the anonymised address (promises P5 to P7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class ChoicePurpose(StrEnum):
    """The optional purposes. What is necessary is not asked."""

    CONVENIENCE = "convenience"
    STATISTICS = "statistics"
    ADDRESS = "address"


# The version of each purpose's text. A raised one is asked again, and only that one.
VERSIONS: Mapping[ChoicePurpose, int] = dict.fromkeys(ChoicePurpose, 1)


class ChoiceMethod(StrEnum):
    """How the choice was made."""

    BANNER = "banner"
    PAGE = "page"


@dataclass(frozen=True)
class Choice:
    """One answer. ``answers`` holds yes (True) or no (False) for each purpose asked; one not in it was not asked."""

    receipt_id: str
    answers: Mapping[ChoicePurpose, bool]
    versions: Mapping[ChoicePurpose, int]
    method: ChoiceMethod
    language: str
    decided_at: datetime
    expires_at: datetime

    def stands(self, now: datetime) -> "Mapping[ChoicePurpose, bool]":
        """The answers that still hold: the term has not ended and the purpose's text has not changed."""
        if now >= self.expires_at:
            return {}
        return {
            purpose: answer
            for purpose, answer in self.answers.items()
            if self.versions.get(purpose) == VERSIONS[purpose]
        }


def decide(
    answers: Mapping[ChoicePurpose, bool],
    *,
    receipt_id: str,
    method: ChoiceMethod,
    language: str,
    now: datetime,
    days: int,
) -> Choice:
    """A choice made at ``now``, to the minute, kept ``days`` days: yes and no alike."""
    minute = now.replace(second=0, microsecond=0)
    return Choice(
        receipt_id=receipt_id,
        answers=dict(answers),
        versions={purpose: VERSIONS[purpose] for purpose in answers},
        method=method,
        language=language,
        decided_at=minute,
        expires_at=minute + timedelta(days=days),
    )


def everything(answer: bool) -> Mapping[ChoicePurpose, bool]:
    """The banner's Accept (True) or Reject (False): one answer for each purpose."""
    return dict.fromkeys(ChoicePurpose, answer)

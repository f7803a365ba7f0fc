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


class Change(StrEnum):
    """What was changed in a purpose's text: what a person who answered the one before is told."""

    DRAFT = "draft"
    COUNTED = "counted"
    NETWORK = "network"


# The history of each purpose's text: what its second version changed, its third, and so on.
CHANGES: Mapping[ChoicePurpose, tuple[Change, ...]] = {
    ChoicePurpose.CONVENIENCE: (Change.DRAFT,),
    ChoicePurpose.STATISTICS: (Change.COUNTED,),
    ChoicePurpose.ADDRESS: (Change.NETWORK,),
}
# The version of each purpose's text. A raised one is asked again, and only that one.
VERSIONS: Mapping[ChoicePurpose, int] = {purpose: 1 + len(changes) for purpose, changes in CHANGES.items()}


class ChoiceMethod(StrEnum):
    """How a record came to be.

    SIGNAL: the person answered while their browser asked us not to (Sec-GPC, DNT). A signal that nobody answered
    leaves no record: there is nothing on the device to hang one on, and nothing is stored because of it. EXPIRY: the
    term of the answers ended; from then on the purposes are not asked.
    """

    BANNER = "banner"
    PAGE = "page"
    SIGNAL = "signal"
    EXPIRY = "expiry"


@dataclass(frozen=True)
class Choice:
    """One record. ``answers`` holds yes (True) or no (False) for each purpose asked; one not in it was not asked."""

    receipt_id: str
    answers: Mapping[ChoicePurpose, bool]
    versions: Mapping[ChoicePurpose, int]
    method: ChoiceMethod
    language: str
    decided_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Answer:
    """The last answer to one purpose. ``under_signal``: it was given while the browser asked us not to."""

    yes: bool
    version: int
    under_signal: bool
    decided_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Kept:
    """What a browser carries: the number of its records, and the last answer to each purpose."""

    receipt_id: str
    answers: Mapping[ChoicePurpose, Answer]

    def in_term(self, now: datetime) -> Mapping[ChoicePurpose, Answer]:
        """The answers whose term has not ended, whatever text they were given to."""
        return {purpose: answer for purpose, answer in self.answers.items() if now < answer.expires_at}

    def standing(self, now: datetime) -> Mapping[ChoicePurpose, Answer]:
        """The answers that still hold: the term has not ended and the purpose's text has not changed."""
        found = self.in_term(now)
        return {purpose: answer for purpose, answer in found.items() if answer.version == VERSIONS[purpose]}

    def stands(self, now: datetime) -> Mapping[ChoicePurpose, bool]:
        """Yes or no for each purpose whose answer holds."""
        return {purpose: answer.yes for purpose, answer in self.standing(now).items()}

    def changed(self, now: datetime) -> Mapping[ChoicePurpose, tuple[Change, ...]]:
        """The purposes that are asked again because their text changed, each with what changed since the answer."""
        return {
            purpose: CHANGES[purpose][max(answer.version, 1) - 1 :]
            for purpose, answer in self.in_term(now).items()
            if answer.version != VERSIONS[purpose]
        }

    def allows(self, purpose: ChoicePurpose, now: datetime, *, signalled: bool) -> bool:
        """True where the purpose may be served. A yes given before the browser began to ask us not to is on hold."""
        answer = self.standing(now).get(purpose)
        return answer is not None and answer.yes and (answer.under_signal or not signalled)

    def with_choice(self, choice: Choice) -> "Kept":
        """What the browser carries after one more choice: what was not asked this time stays as it was."""
        given = {
            purpose: Answer(
                yes=yes,
                version=choice.versions[purpose],
                under_signal=choice.method is ChoiceMethod.SIGNAL,
                decided_at=choice.decided_at,
                expires_at=choice.expires_at,
            )
            for purpose, yes in choice.answers.items()
        }
        return Kept(choice.receipt_id, {**self.answers, **given})


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


def to_ask(kept: Kept | None, now: datetime) -> tuple[ChoicePurpose, ...]:
    """The purposes without an answer that holds: what a banner asks about."""
    known = kept.standing(now) if kept is not None else {}
    return tuple(purpose for purpose in ChoicePurpose if purpose not in known)


def everything(answer: bool, asked: tuple[ChoicePurpose, ...] = tuple(ChoicePurpose)) -> Mapping[ChoicePurpose, bool]:
    """The banner's Accept (True) or Reject (False): one answer for each purpose it asks about."""
    return dict.fromkeys(asked, answer)

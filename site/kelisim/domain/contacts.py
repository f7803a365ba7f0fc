"""A contact with a person: when, how, what came of it, for which purpose. Codes only, no free text."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kelisim.domain.purposes import Purpose


class Way(StrEnum):
    """How the person was spoken to."""

    CALL = "call"
    MESSAGE = "message"
    MEETING = "meeting"
    LETTER = "letter"


class Outcome(StrEnum):
    """What came of it."""

    ANSWERED = "answered"
    AGREED = "agreed"
    DECLINED = "declined"
    LATER = "later"
    NOT_REACHED = "not_reached"
    WRONG_NUMBER = "wrong_number"


class ContactProblem(ValueError):
    """Why a contact cannot be noted. ``code``: future (its day has not come), early (before the data were there),
    purpose (the person did not consent to it).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Contact:
    """One contact. ``day``: in Almaty."""

    day: date
    way: Way
    outcome: Outcome
    purpose: Purpose


def check_contact(contact: Contact, *, today: date, received: date, purposes: Collection[Purpose]) -> None:
    """Each use names a purpose the person consented to (clause 2). Raises ContactProblem."""
    if contact.day > today:
        raise ContactProblem("future")
    if contact.day < received:
        raise ContactProblem("early")
    if contact.purpose not in purposes:
        raise ContactProblem("purpose")

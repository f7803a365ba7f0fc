"""A consent signed on paper: where the sheet lies, and whether its text was in force on the day it was signed."""

import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kelisim.domain.documents import Document, Kind, Library
from kelisim.domain.submissions import PersonalData

LONGEST_NUMBER = 32
_SCRIPTS = ("LATIN ", "CYRILLIC ")
# So many digits of a phone number, one after the other, are its own and not a counter's.
_TELLING_DIGITS = 7


class PaperPlace(StrEnum):
    """Where the sheet with the signature lies."""

    ORIGINAL_ARCHIVE = "original_archive"
    ORIGINAL_SAFE = "original_safe"
    ORIGINAL_CONTRACT = "original_contract"
    SCAN_SAFE = "scan_safe"
    SCAN_STORE = "scan_store"


class PaperProblem(ValueError):
    """A paper cannot be entered so. ``code`` says what is to be mended."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Paper:
    """The evidence. ``number``: in the Operator's inventory; ``signed``: the day; ``author``: who entered it."""

    place: PaperPlace
    number: str
    signed: date
    author: str


@dataclass(frozen=True)
class Signed:
    """The texts a paper stands on. ``policy_later``: no policy of that day is kept, so it is the oldest there is."""

    consent: Document
    policy: Document
    policy_later: bool


def inventory_number(text: str) -> str:
    """An inventory number in the one form it is stored in: letters of Latin or Cyrillic, digits, hyphens, upper case.

    Raises PaperProblem (``empty``, ``long``, ``signs``).
    """
    number = unicodedata.normalize("NFC", text.strip()).upper()
    if not number:
        raise PaperProblem("empty")
    if len(number) > LONGEST_NUMBER:
        raise PaperProblem("long")
    if not all(map(_stands_in_number, number)) or not (number[0].isalnum() and number[-1].isalnum()):
        raise PaperProblem("signs")
    return number


def names_person(number: str, personal: PersonalData) -> bool:
    """True for an inventory number that gives away what is sealed: a name, or a good part of the phone number."""
    folded = _letters(number)
    names = {_letters(name) for name in (personal.name, personal.second_name)}
    digits = "".join(filter(str.isdecimal, number))
    own = personal.phone.lstrip("+")
    parts = {own[start : start + _TELLING_DIGITS] for start in range(max(1, len(own) - _TELLING_DIGITS + 1))}
    return any(len(name) > 1 and name in folded for name in names) or any(part in digits for part in parts)


def signed_under(library: Library, revision: str, language: str, day: date, today: date) -> Signed:
    """The texts of a paper signed on ``day``.

    Raises PaperProblem: ``future``; ``early``, before the oldest revision; ``revision``, which was not in force then.
    """
    revisions = library.revisions(Kind.CONSENT, language)
    if day > today:
        raise PaperProblem("future")
    if revisions and day < revisions[-1].in_force:
        raise PaperProblem("early")
    if revision not in {text.revision for text in revisions}:
        raise PaperProblem("revision")
    consent = library.in_force(Kind.CONSENT, language, day)
    if consent.revision != revision:
        raise PaperProblem("revision")
    policies = library.revisions(Kind.POLICY, language)
    policy = next((found for found in policies if found.in_force <= day), policies[-1])
    return Signed(consent, policy, policy.in_force > day)


def _stands_in_number(sign: str) -> bool:
    if sign == "-" or (sign.isascii() and sign.isdigit()):
        return True
    return sign.isalpha() and unicodedata.name(sign, "").startswith(_SCRIPTS)


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, unicodedata.normalize("NFKC", text).casefold()))

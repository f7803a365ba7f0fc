"""Recipients of data (clause 3): who they are, what they get data for, and what they have undertaken."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kelisim.domain.bin import bin_is_valid
from kelisim.domain.purposes import Purpose

HOME = "KZ"
LONGEST_NAME, LONGEST_CONTACT = 200, 200
_COUNTRY = re.compile("[A-Z]{2}")
_FOREIGN_NUMBER = re.compile("[0-9A-Z](?:[0-9A-Z ./-]{0,38}[0-9A-Z])")


class RecipientProblem(ValueError):
    """Something about a recipient or an undertaking cannot be so.

    ``code`` names it: ``name``, ``country``, ``bin`` (a number in Kazakhstan), ``number`` (one of another country),
    ``purposes``, ``contact``, ``known`` (it is in the register), ``ended``, ``signed``, ``expires``, ``scope``,
    ``age_key``, ``webhook``.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Who a recipient is. ``country``: ISO 3166-1 alpha-2; ``number``: its BIN, or its number in another country."""

    name: str
    country: str
    number: str
    purposes: tuple[Purpose, ...]
    contact: str


@dataclass(frozen=True)
class Undertaking:
    """An undertaking of security and non-disclosure. ``expires``: its last day; ``scope``: the purposes it covers;
    ``number``: its place in the register, 0 before it has one.
    """

    signed: date
    expires: date
    scope: tuple[Purpose, ...]
    number: int = 0


@dataclass(frozen=True, kw_only=True)
class Recipient(Facts):
    """A recipient in the register. ``undertakings``: oldest first; ``age_key``, ``webhook``: empty where there is none."""

    id: UUID
    ended: date | None = None
    age_key: str = ""
    webhook: str = ""
    undertakings: tuple[Undertaking, ...] = ()

    def undertaking(self, day: date) -> Undertaking | None:
        """The one that counts on a day: of those signed by then the last that was added, where it is not over.

        A later one takes the place of the one before, wider or narrower: what stood before does not come back.
        """
        signed = [one for one in self.undertakings if one.signed <= day]
        return signed[-1] if signed and day <= signed[-1].expires else None


@dataclass(frozen=True)
class Told:
    """A recipient as it is named to visitors. ``country``: ISO 3166-1 alpha-2; ``purposes``: what it may get data for."""

    name: str
    country: str
    purposes: tuple[Purpose, ...]


def told_of(register: Iterable[Recipient], day: date) -> tuple[Told, ...]:
    """Those of the register who may be handed data on a day: not ended, with an undertaking that stands; by name."""
    found = []
    for recipient in register:
        undertaking = recipient.undertaking(day)
        if undertaking is not None and (recipient.ended is None or recipient.ended > day):
            found.append(Told(recipient.name, recipient.country, undertaking.scope))
    return tuple(sorted(found, key=lambda told: (told.name.casefold(), told.country, told.purposes)))


def is_abroad(recipients: Iterable[Told]) -> bool:
    """True where one of them is in another country."""
    return any(told.country != HOME for told in recipients)


def checked(facts: Facts) -> Facts:
    """The facts in the form they are kept in. Raises RecipientProblem."""
    name, contact = _line(facts.name, LONGEST_NAME, "name"), _line(facts.contact, LONGEST_CONTACT, "contact")
    if _COUNTRY.fullmatch(facts.country) is None:
        raise RecipientProblem("country")
    return Facts(
        name=name,
        country=facts.country,
        number=_number(facts.number, facts.country),
        purposes=_purposes(facts.purposes, "purposes"),
        contact=contact,
    )


def check_undertaking(undertaking: Undertaking, recipient: Recipient, today: date) -> Undertaking:
    """An undertaking as it may be added. Its scope lies within what the recipient gets data for.

    Raises RecipientProblem: ``ended``, ``signed`` (on a day to come), ``expires`` (over already, or before it was
    signed), ``scope``.
    """
    if recipient.ended is not None:
        raise RecipientProblem("ended")
    if undertaking.signed > today:
        raise RecipientProblem("signed")
    if undertaking.expires < max(undertaking.signed, today):
        raise RecipientProblem("expires")
    scope = _purposes(undertaking.scope, "scope")
    if not set(scope) <= set(recipient.purposes):
        raise RecipientProblem("scope")
    return Undertaking(undertaking.signed, undertaking.expires, scope)


def _number(text: str, country: str) -> str:
    number = " ".join(text.upper().split())
    if country == HOME:
        if not bin_is_valid(number.replace(" ", "")):
            raise RecipientProblem("bin")
        return number.replace(" ", "")
    if _FOREIGN_NUMBER.fullmatch(number) is None:
        raise RecipientProblem("number")
    return number


def _purposes(purposes: tuple[Purpose, ...], code: str) -> tuple[Purpose, ...]:
    if not purposes:
        raise RecipientProblem(code)
    return tuple(purpose for purpose in Purpose if purpose in purposes)


def _line(text: str, longest: int, code: str) -> str:
    line = " ".join(text.split())
    hidden = any(unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co", "Cn"} for sign in line)
    if not 0 < len(line) <= longest or hidden:
        raise RecipientProblem(code)
    return line

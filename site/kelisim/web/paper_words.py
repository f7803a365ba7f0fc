"""Words about a consent that was signed on paper."""

from collections.abc import Mapping

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from kelisim.domain.consents import Consent, Method, Receipt
from kelisim.domain.documents import Kind
from kelisim.domain.papers import Paper
from kelisim.services import papers
from kelisim.storage.db import db
from kelisim.web.dates import day_words
from kelisim.web.house import house
from kelisim.web.words import PAPER_PLACES

PROBLEMS: Mapping[str, LazyString] = {
    "empty": lazy_gettext("Enter the inventory number of the paper"),
    "long": lazy_gettext("The inventory number is too long: 32 signs at most"),
    "signs": lazy_gettext("Write the inventory number with letters, digits and hyphens only, as PD-2026-17"),
    "person": lazy_gettext("The number gives away the name or the phone number: give the paper a number of its own"),
    "future": lazy_gettext("This day has not come yet: write the day that stands beside the signature"),
    "early": lazy_gettext("On this day no revision of the Consent was in force yet: check the day"),
    "revision": lazy_gettext(
        "This revision was not in force on the day of the signature: check both against the paper"
    ),
}


def paper_words(receipt: Receipt) -> str:
    """Where the signed sheet lies, for the person; empty for a consent that came through the form."""
    paper = _paper_of(receipt.reference, receipt.consent)
    return _words(paper, receipt.consent) if paper is not None else ""


def paper_at_desk(reference: str, consent: Consent, names: Mapping[int, str]) -> str:
    """The same with who entered it."""
    paper = _paper_of(reference, consent)
    if paper is None:
        return ""
    number = int(paper.author.partition(":")[2])
    name = names.get(number, gettext("an operator who has left"))
    entered = gettext("Entered by %(name)s.", name=name)
    return f"{_words(paper, consent)} {entered}"


def _paper_of(reference: str, consent: Consent) -> Paper | None:
    return papers.of_reference(db.session(), reference) if consent.method is Method.PAPER else None


def _words(paper: Paper, consent: Consent) -> str:
    lies = gettext("%(place)s, number %(number)s.", place=PAPER_PLACES[paper.place], number=paper.number)
    policy = house().library.find(Kind.POLICY, consent.policy_revision, consent.language)
    if policy is None or policy.in_force <= paper.signed:
        return lies
    later = gettext(
        "No policy of that day is kept here; the record names the oldest there is, of %(day)s.",
        day=day_words(policy.in_force),
    )
    return f"{lies} {later}"

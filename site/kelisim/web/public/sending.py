"""Reading a sent form that has nothing to mend.

The form with its labels, its messages and a token to show again is what costs most in taking one: it is built where
something is to be shown. The rules are the same, and stand where the form's checks find them too.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from hashlib import sha256

from flask import request

from kelisim.domain.documents import Document, Kind
from kelisim.domain.names import NameProblem, parse_name
from kelisim.domain.phones import PhoneProblem, parse_phone
from kelisim.domain.purposes import Purpose
from kelisim.domain.submissions import Draft, PersonalData, Suspicion
from kelisim.web.form_tokens import Opened
from kelisim.web.forms import TICKED, form_tokens, is_fresh
from kelisim.web.frame import language
from kelisim.web.house import house
from kelisim.web.public.documents import in_force

PURPOSE = "submission"
_ABOUT_BYTES = 8
_TOPICS = frozenset({"", *(purpose.value for purpose in Purpose)})


@dataclass(frozen=True)
class Sent:
    """What a good form says, the token it came with, and the consent and the policy it was read under."""

    draft: Draft
    opened: Opened
    shown: tuple[Document, Document]


def shown() -> tuple[Document, Document]:
    """The consent and the policy in force, in the language of the page."""
    return in_force(Kind.CONSENT), in_force(Kind.POLICY)


def stated() -> tuple[str, ...]:
    """What the Operator states beside the form, in the language of the page."""
    return house().stated.words[language()]


def attested() -> tuple[str, ...]:
    """What the person states by ticking the box, in the language of the page."""
    return house().statements.attested(language())


def about(under: tuple[Document, Document] | None = None) -> bytes:
    """The words that are shown: a form opened under other words asks for the consent again."""
    return _about(*(document.sha256 for document in under or shown()), *attested(), *stated())


def read_good() -> Sent | None:
    """The form of this request, or None where anything in it may have to be mended, answered or doubted."""
    body = request.form
    if "answer" in body or any(len(body.getlist(name)) > 1 for name in body):
        return None
    opened, under = form_tokens(PURPOSE).read(body.get("token", "")), shown()
    if opened is None or not is_fresh(opened) or opened.about != about(under):
        return None
    topic, mailing = body.get("topic", ""), body.get("mailing") == TICKED
    if body.get("consent") != TICKED or topic not in _TOPICS or (topic == Purpose.MAILING and not mailing):
        return None
    personal = _personal()
    if personal is None:
        return None
    found = suspicions(body.get("website", ""), opened)
    return Sent(Draft(personal, Purpose(topic) if topic else None, mailing, found), opened, under)


def suspicions(trap: str | None, opened: Opened | None) -> tuple[Suspicion, ...]:
    """What a person would hardly have done."""
    found = [Suspicion.HIDDEN_FIELD] if trap else []
    if opened is not None and opened.age < timedelta(seconds=house().settings.form_least_seconds):
        found.append(Suspicion.TOO_QUICK)
    return tuple(found)


def _personal() -> PersonalData | None:
    body, settings = request.form, house().settings
    try:
        return PersonalData(
            name=parse_name(body.get("name", ""), settings.name_length),
            second_name=parse_name(body.get("second_name", ""), settings.name_length),
            phone=parse_phone(body.get("phone", ""), settings.phone_length),
        )
    except (NameProblem, PhoneProblem):
        return None


@lru_cache(maxsize=64)
def _about(*words: str) -> bytes:
    return sha256("\n".join(words).encode()).digest()[:_ABOUT_BYTES]

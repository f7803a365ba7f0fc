"""The words of the journal: what an entry is about, and who did it."""

from collections.abc import Mapping

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from kelisim.domain.journal import Entry
from kelisim.web.words import ACTS

# What an entry that is about no record is about, by the name of the register in its details.
REGISTERS: Mapping[str, LazyString] = {
    "journal": lazy_gettext("The journal"),
    "published_documents": lazy_gettext("A published document"),
    "document_approvals": lazy_gettext("An approved text"),
    "statements": lazy_gettext("The Operator’s statements"),
    "compliance": lazy_gettext("The compliance pack"),
    "incidents": lazy_gettext("An incident"),
    "recipients": lazy_gettext("A recipient"),
    "exports": lazy_gettext("An export"),
    "backups": lazy_gettext("A backup"),
    "keys": lazy_gettext("The keys"),
    "people": lazy_gettext("A person of the Operator"),
    "days": lazy_gettext("A moved day"),
    "tags": lazy_gettext("The list of tags"),
}

ROLES: Mapping[str, LazyString] = {"person": lazy_gettext("the person"), "site": lazy_gettext("the site")}
_OPERATOR = "operator"


def about_words(entry: Entry, reference: str | None) -> str:
    """What an entry is about: the reference of its record, the name of a register, else the id."""
    if reference is not None:
        return reference
    register = str(entry.details.get("register", ""))
    return str(REGISTERS.get(register, register)) if register else entry.subject.hex


def act_words(entry: Entry) -> str:
    """The act; one that is none of the eleven was written behind the site's back and is shown as it stands."""
    return str(ACTS.get(entry.act, entry.act))


def actor_words(actor: str, names: dict[int, str]) -> str:
    """Who acted; what no service writes is shown as it stands."""
    role, _, number = actor.partition(":")
    if role == _OPERATOR and number.isdecimal():
        return names.get(int(number), gettext("an operator who has left"))
    return str(ROLES.get(actor, actor))


def codes_of(entry: Entry) -> str:
    """The details as they are chained: codes, by their names."""
    return ", ".join(f"{name}={value}" for name, value in sorted(entry.details.items()))

"""The filter of the desk's list as it stands in an address, in both directions, and in words.

What was searched for stands there sealed: an address lies in histories and logs, and names of persons must not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from flask import request, url_for
from flask_babel import gettext
from flask_babel.speaklater import LazyString

from kelisim.domain.acts import ConsentState, State
from kelisim.domain.filters import Due, Filter, Order
from kelisim.domain.purposes import Purpose
from kelisim.domain.search import Sought, read_search
from kelisim.services import listing, search, tags
from kelisim.storage.db import db
from kelisim.web.dates import day_words
from kelisim.web.filter_words import DUES
from kelisim.web.house import house
from kelisim.web.list_pages import Chip, FilterPage, Option, Select
from kelisim.web.own_words import CONSENT_MEANS
from kelisim.web.words import STATES, TOPICS

# The parts of a filter as they are named in an address. A page's place is not one of them.
NAMES = ("state", "consent", "topic", "since", "until", "revision", "due", "mailing", "tag", "sought", "order")
Code = TypeVar("Code", bound=StrEnum)
_YES, _NO = "yes", "no"
_YEARS = range(2000, 2200)


@dataclass(frozen=True)
class Lists:
    """What a filter chooses from that stands in the database: read once for a page, however many filters it shows."""

    revisions: tuple[str, ...]
    tags: Mapping[int, str]


@dataclass(frozen=True)
class Asked:
    """What an address asks for. ``values``: its parts as they stand there, only what could be read."""

    filter: Filter
    order: Order
    text: str
    values: Mapping[str, str]
    lists: Lists

    def but(self, **others: str | None) -> dict[str, Any]:
        """The same parts as arguments of ``url_for``, with others in their place, or without them."""
        changed = {**self.values, **others}
        return {name: changed[name] for name in NAMES if changed.get(name)}


def asked() -> Asked:
    """The filter of this request's address. A part that cannot be read narrows nothing."""
    return asked_by(request.args, lists())


def lists() -> Lists:
    """The lists as they are now."""
    session = db.session()
    return Lists(listing.revisions(session), {tag.id: tag.words for tag in tags.every(session)})


def asked_by(values: Mapping[str, str], there: Lists) -> Asked:
    """A filter of its parts."""
    text = search.opened_text(values.get("sought", ""), keys=house().keys) or ""
    revision = values.get("revision") if values.get("revision") in there.revisions else None
    found = Filter(
        state=_one(State, values.get("state")),
        consent=_one(ConsentState, values.get("consent")),
        topic=_one(Purpose, values.get("topic")),
        since=_day(values.get("since")),
        until=_day(values.get("until")),
        revision=revision,
        due=_one(Due, values.get("due")),
        mailing={_YES: True, _NO: False}.get(values.get("mailing", "")),
        tag=next((number for number in there.tags if str(number) == values.get("tag")), None),
        sought=_sought(text),
    )
    order = _one(Order, values.get("order")) or Order.NEWEST
    return Asked(found, order, text, _read(found, order, values), there)


def chips(given: Asked, endpoint: str) -> tuple[Chip, ...]:
    """Each part that narrows, in words, with the address without it."""
    return tuple(Chip(words, url_for(endpoint, **given.but(**{name: None}))) for name, words in in_words(given))


def in_words(given: Asked) -> list[tuple[str, str]]:
    """Each part that narrows by its name, in words."""
    found = given.filter
    said = [("sought", gettext("Search: %(text)s", text=given.text))] if found.sought is not None else []
    coded: tuple[tuple[str, Mapping[Any, LazyString], str], ...] = (
        ("state", STATES, gettext("State")),
        ("consent", CONSENT_MEANS, gettext("Consent")),
        ("topic", TOPICS, gettext("Topic")),
        ("due", DUES, gettext("Request")),
    )
    said += [(name, f"{label}: {words[getattr(found, name)]}") for name, words, label in coded if getattr(found, name)]
    return said + _uncoded_in_words(found, given.lists)


def _uncoded_in_words(found: Filter, there: Lists) -> list[tuple[str, str]]:
    said = []
    if found.mailing is not None:
        said.append(("mailing", _mailing_words(found.mailing)))
    if found.tag is not None:
        said.append(("tag", gettext("Tag: %(tag)s", tag=there.tags[found.tag])))
    if found.revision is not None:
        said.append(("revision", gettext("Revision: %(revision)s", revision=found.revision)))
    if found.since is not None:
        said.append(("since", gettext("From %(day)s", day=day_words(found.since))))
    if found.until is not None:
        said.append(("until", gettext("Up to %(day)s", day=day_words(found.until))))
    return said


def filter_page(given: Asked) -> FilterPage:
    """The filter as the list shows it."""
    found = given.filter
    carried = ("state", "sought", "order")
    return FilterPage(
        url=url_for("records.index"),
        search_url=url_for("search.send", **given.but(sought=None)),
        text=given.text,
        selects=(
            _select("consent", gettext("Consent"), CONSENT_MEANS, ConsentState, found.consent),
            _select("topic", gettext("Topic"), TOPICS, Purpose, found.topic),
            _mailing_select(found.mailing),
            _select("due", gettext("Request"), DUES, Due, found.due),
            _revision_select(found.revision, given.lists),
            _tag_select(found.tag, given.lists),
        ),
        since=given.values.get("since", ""),
        until=given.values.get("until", ""),
        kept=tuple((name, given.values[name]) for name in carried if name in given.values),
        chips=chips(given, "records.index"),
        all_url=url_for("records.index"),
    )


def _sought(text: str) -> Sought | None:
    return read_search(text, longest_phone=house().settings.phone_length) if text else None


def _read(found: Filter, order: Order, values: Mapping[str, str]) -> dict[str, str]:
    """The parts that could be read, as they stand in an address."""
    there = {
        "since": found.since.isoformat() if found.since is not None else None,
        "until": found.until.isoformat() if found.until is not None else None,
        "mailing": None if found.mailing is None else _YES if found.mailing else _NO,
        "sought": values.get("sought") if found.sought is not None else None,
        "order": order.value if order is not Order.NEWEST else None,
    }
    for name in ("state", "consent", "topic", "revision", "due", "tag"):
        there[name] = getattr(found, name)
    return {name: str(value) for name in NAMES if (value := there[name]) is not None}


def _one(codes: type[Code], text: str | None) -> Code | None:
    return codes(text) if text in set(codes) else None


def _day(text: str | None) -> date | None:
    try:
        found = date.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return found if found.year in _YEARS else None


def _select(name: str, label: str, words: Mapping[Code, LazyString], codes: type[Code], chosen: Code | None) -> Select:
    options = (Option(code.value, str(words[code]), code is chosen) for code in codes if code in words)
    return Select(name, label, (_any(chosen), *options))


def _mailing_select(chosen: bool | None) -> Select:
    options = (Option(value, _mailing_words(value == _YES), chosen is (value == _YES)) for value in (_YES, _NO))
    return Select("mailing", gettext("Mailing"), (_any(chosen), *options))


def _revision_select(chosen: str | None, there: Lists) -> Select:
    options = (Option(revision, revision, revision == chosen) for revision in there.revisions)
    return Select("revision", gettext("Revision"), (_any(chosen), *options))


def _tag_select(chosen: int | None, there: Lists) -> Select:
    options = (Option(str(number), words, number == chosen) for number, words in there.tags.items())
    return Select("tag", gettext("Tag"), (_any(chosen), *options))


def _mailing_words(subscribed: bool) -> str:
    return gettext("Subscribed") if subscribed else gettext("Not subscribed")


def _any(chosen: object) -> Option:
    return Option("", gettext("any"), chosen is None)

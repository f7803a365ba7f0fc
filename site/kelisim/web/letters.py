"""The letter that answers a request, in the person's language."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import force_locale, gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from kelisim.domain.acts import Act, State
from kelisim.domain.consents import Category, Consent
from kelisim.domain.deadlines import local_day
from kelisim.domain.journal import Entry
from kelisim.domain.phones import spaced_phone
from kelisim.domain.requests import RequestState
from kelisim.domain.rights import RIGHTS, RequestKind
from kelisim.domain.statements import Stated
from kelisim.domain.submissions import PersonalData
from kelisim.services import keepings, request_reading
from kelisim.services.request_reading import Kept
from kelisim.services.transfers import Transfer
from kelisim.storage.db import db
from kelisim.web.dates import day_words, moment_words
from kelisim.web.desk_pages import LetterPage
from kelisim.web.house import house
from kelisim.web.own_words import who_did
from kelisim.web.recipient_words import to_the_person
from kelisim.web.request_words import KEEPINGS, OBJECTIONS, RIGHT_WORDS, article, with_article
from kelisim.web.statement_words import retention_term
from kelisim.web.words import (
    CATEGORIES,
    METHODS,
    PURPOSES,
    operator_address,
    operator_name,
    responsible_person,
)

# Names and values.
Facts = tuple[tuple[str, str], ...]
_NOTHING_HELD = lazy_gettext(
    "We hold no data any more that name you. What remains is the proof of your consent and of what was done."
)
# What an answer about the data says where the state of the record keeps the data out of it.
_ANSWERS: Mapping[State | None, LazyString] = {
    State.BLOCKED: lazy_gettext(
        "We hold data about you. They are blocked, so we do not open them, and they are not in this letter. You see them "
        "yourself with the link of your receipt, on the page My data. What can be said without opening them stands below."
    ),
    State.DEPERSONALIZED: _NOTHING_HELD,
    State.DESTROYED: _NOTHING_HELD,
}


def letter_page(kept: Kept, facts: Callable[[], Facts], back_url: str) -> LetterPage:
    """The letter for where the request stands now. ``facts``: what a question is answered with, asked for only then."""
    with force_locale(kept.language):
        settings, asked = house().settings, kept.request
        return LetterPage(
            language=kept.language,
            day=day_words(_day_of(kept)),
            to=gettext("To the person who asked"),
            heading=gettext(
                "Your request of %(day)s: %(kind)s", day=day_words(asked.received), kind=RIGHT_WORDS[asked.kind].title
            ),
            greeting=gettext("Reference: %(reference)s", reference=kept.reference or gettext("not known")),
            paragraphs=tuple(_paragraphs(kept)),
            facts=facts() if asked.state is RequestState.ANSWERED and asked.kind is RequestKind.ACCESS else (),
            signed_by=gettext("Responsible for the processing: %(person)s", person=responsible_person(settings)),
            operator_name=operator_name(settings),
            operator_bin=gettext("BIN %(number)s", number=settings.operator_bin),
            operator_address=operator_address(settings),
            back_url=back_url,
        )


def _day_of(kept: Kept) -> date:
    """The day of the decision, however late it is printed; today while there is none."""
    taken = request_reading.steps(db.session(), kept.id)
    return local_day(house().now if kept.request.is_open or not taken else taken[-1].at)


def _paragraphs(kept: Kept) -> list[str]:
    asked = kept.request
    named = article(RIGHTS[asked.kind].article)
    objected = [gettext("What you object to: %(what)s", what=OBJECTIONS[asked.objection])] if asked.objection else []
    if asked.is_open:
        text = [gettext("We have your request and decide about it by %(day)s.", day=day_words(asked.due))]
        if asked.identity is None:
            text.append(
                gettext(
                    "We have to know that it is you who asks. Send us the secret of your receipt, or show an identity "
                    "document."
                )
            )
        elif kept.record is State.BLOCKED:
            text.append(gettext("Until then your data are blocked: nobody uses them or hands them over."))
    elif asked.ground is not None:
        text = [gettext("We cannot do what you ask. The ground: %(ground)s", ground=with_article(asked.ground))]
        text += _kept_until(kept)
        text.append(
            gettext(
                "You can complain about this answer to the authorised body for the protection of personal data, or go "
                "to court."
            )
        )
    elif asked.kind is RequestKind.ACCESS:
        text = [str(_ANSWERS.get(kept.record, RIGHT_WORDS[asked.kind].met))]
    else:
        text = [str(RIGHT_WORDS[asked.kind].met)]
    return [*objected, *text, *([gettext("Your right: %(article)s.", article=named)] if named else [])]


def _kept_until(kept: Kept) -> list[str]:
    if kept.submission_id is None or kept.request.identity is None:
        return []
    keeping = keepings.standing(db.session(), kept.submission_id, local_day(house().now))
    if keeping is None:
        return []
    return [
        gettext(
            "Your data are kept up to %(day)s and are restricted: they are stored and not used. %(ground)s",
            day=day_words(keeping.until),
            ground=KEEPINGS[keeping.ground],
        )
    ]


@dataclass(frozen=True)
class Known:
    """What the site knows about a record: ``stated``: what the Operator stated when its consent was given."""

    consent: Consent
    stated: Stated
    personal: PersonalData | None
    entries: tuple[Entry, ...]
    transfers: tuple[Transfer, ...]


def facts_of(kept: Kept, known: Known) -> Facts:
    """What is held, why, how long, who opened it and to whom it went; of blocked data no values, of destroyed ones
    only to whom they went.
    """
    blocked = kept.record is State.BLOCKED
    handed = (gettext("Handed over"), " ".join(_handed(known.transfers)))
    if known.personal is None and not blocked:
        return (handed,)
    return (
        *_values(None if blocked else known.personal),
        (gettext("Purposes"), "; ".join(str(PURPOSES[purpose]) for purpose in known.consent.purposes)),
        (gettext("Consent given"), f"{moment_words(known.consent.given)}, {METHODS[known.consent.method]}"),
        (gettext("Kept for"), retention_term(known.stated.years, known.stated.terms)),
        (gettext("Opened"), "; ".join(_openings(known.entries))),
        handed,
    )


def _values(personal: PersonalData | None) -> Facts:
    if personal is None:
        return ((gettext("Personal data"), ", ".join(str(CATEGORIES[category]) for category in Category)),)
    return (
        (str(CATEGORIES[Category.NAME]), personal.name),
        (str(CATEGORIES[Category.SECOND_NAME]), personal.second_name),
        (str(CATEGORIES[Category.PHONE]), spaced_phone(personal.phone)),
    )


def _openings(entries: Iterable[Entry]) -> list[str]:
    """Who opened the data on which day, each once: a role, never a name."""
    seen = [f"{day_words(local_day(entry.at))}, {who_did(entry)}" for entry in entries if entry.act is Act.ACCESS]
    return list(dict.fromkeys(seen)) or [gettext("by nobody")]


def _handed(transfers: Iterable[Transfer]) -> list[str]:
    """To whom the data went, when, for what, and how that stands."""
    return [
        gettext(
            "%(recipient)s, %(day)s, %(purpose)s. %(state)s",
            recipient=one.recipient,
            day=day_words(local_day(one.at)),
            purpose=PURPOSES[one.purpose],
            state=to_the_person(one),
        )
        for one in transfers
    ] or [gettext("to nobody")]

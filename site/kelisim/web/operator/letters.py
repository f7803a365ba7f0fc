"""The letter that answers a request, in the person's language."""

from flask import url_for
from flask_babel import force_locale, gettext

from kelisim.domain.acts import State
from kelisim.domain.consents import Category
from kelisim.domain.deadlines import local_day
from kelisim.domain.operators import Operator, Stage
from kelisim.domain.phones import spaced_phone
from kelisim.domain.requests import RequestState
from kelisim.domain.rights import RIGHTS, RequestKind
from kelisim.services import keepings, submissions
from kelisim.services.requests import Kept
from kelisim.storage.db import db
from kelisim.web.dates import day_words
from kelisim.web.desk_session import signed_in
from kelisim.web.house import house
from kelisim.web.pages import LetterPage
from kelisim.web.request_words import KEEPINGS, RIGHT_WORDS, article, with_article
from kelisim.web.words import (
    CATEGORIES,
    PURPOSES,
    operator_address,
    operator_name,
    responsible_person,
    retention_term,
)


def letter_page(kept: Kept) -> LetterPage:
    """The letter for where the request stands now. Data of the person are in the answer to a question only."""
    with force_locale(kept.language):
        settings, asked = house().settings, kept.request
        return LetterPage(
            language=kept.language,
            day=day_words(local_day(house().now)),
            to=gettext("To the person who asked"),
            heading=gettext(
                "Your request of %(day)s: %(kind)s", day=day_words(asked.received), kind=RIGHT_WORDS[asked.kind].title
            ),
            greeting=gettext("Reference: %(reference)s", reference=kept.reference or gettext("not known")),
            paragraphs=tuple(_paragraphs(kept)),
            facts=_facts(kept) if asked.state is RequestState.ANSWERED else (),
            signed_by=gettext("Responsible for the processing: %(person)s", person=responsible_person(settings)),
            operator_name=operator_name(settings),
            operator_bin=gettext("BIN %(number)s", number=settings.operator_bin),
            operator_address=operator_address(settings),
            back_url=url_for("requests.one", request_id=kept.id),
        )


def _paragraphs(kept: Kept) -> list[str]:
    asked = kept.request
    named = article(RIGHTS[asked.kind].article)
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
    else:
        text = [str(RIGHT_WORDS[asked.kind].met)]
    return [*text, gettext("Your right: %(article)s.", article=named)] if named else text


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


def _facts(kept: Kept) -> tuple[tuple[str, str], ...]:
    """What is held, where the state of the record lets it be opened. Opening it is journalled."""
    if kept.request.kind is not RequestKind.ACCESS or kept.reference is None:
        return ()
    found = submissions.open_record(
        db.session(), kept.reference, operator=_operator(), keys=house().keys, now=house().now
    )
    personal = found.submission.personal if found is not None else None
    if found is None or personal is None:
        return ()
    return (
        (str(CATEGORIES[Category.NAME]), personal.name),
        (str(CATEGORIES[Category.SECOND_NAME]), personal.second_name),
        (str(CATEGORIES[Category.PHONE]), spaced_phone(personal.phone)),
        (gettext("Purposes"), "; ".join(str(PURPOSES[purpose]) for purpose in found.consent.purposes)),
        (gettext("Kept for"), retention_term(house().settings)),
    )


def _operator() -> Operator:
    found = signed_in(Stage.FULL)
    if found is None:
        raise RuntimeError("the guard lets nobody come here without both factors")
    return found.operator

"""What visitors did: visits, answers about cookies, forms, and what people ask for at their own page."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from flask_babel import force_locale

from kelisim.domain.choices import ChoiceMethod, ChoicePurpose, decide, everything
from kelisim.domain.consents import Consent, Method, Statements
from kelisim.domain.deadlines import day_begins, local_day
from kelisim.domain.documents import Kind
from kelisim.domain.objections import Objection
from kelisim.domain.own_acts import OwnAct
from kelisim.domain.papers import Paper
from kelisim.domain.purposes import Purpose, purposes_of
from kelisim.domain.submissions import Draft, Suspicion
from kelisim.domain.visits import Batch, Count, Device, Event, Visit
from kelisim.domain.visits import Kind as Counted
from kelisim.services import changes, choices, holders, my, submissions, visits
from kelisim.services.holders import Holder
from scripts.made_up.people import Made
from scripts.made_up.stage import Stage

TOPICS = (None, Purpose.PRODUCTS, Purpose.PRODUCTS, Purpose.FEEDBACK, Purpose.SUPPORT, Purpose.CONTRACT)
_SOURCES = ("", "", "", "google.com", "2gis.kz", "instagram.com", "yandex.kz")
_PAGES = ("form", "form", "form", "consent", "policy", "rights", "cookies")


@dataclass
class Sent:
    """Somebody who has sent the form. ``secret``: of their receipt, empty before."""

    made: Made
    topic: Purpose | None
    mailing: bool
    secret: str = ""
    _holder: Holder | None = None

    def holder(self, stage: Stage) -> Holder:
        """Who holds the secret."""
        if self._holder is None:
            self._holder = holders.holder(stage.session, self.secret)
            stage.session.rollback()
        if self._holder is None:
            raise RuntimeError("whoever sent a form holds the secret of its receipt")
        return self._holder

    def reference(self, stage: Stage) -> str:
        """Of the receipt."""
        return self.holder(stage).reference


def send(stage: Stage, sent: Sent, *, suspicions: Sequence[Suspicion] = (), paper: Paper | None = None) -> None:
    """Send the form, or have a signed paper entered."""
    house, language = stage.house, sent.made.language
    day = paper.signed if paper is not None else local_day(stage.clock.at)
    consent, policy = (house.library.in_force(kind, language, day) for kind in (Kind.CONSENT, Kind.POLICY))
    with force_locale(language):
        attested = house.statements.attested(language)
    stated = house.stated
    accepted = submissions.accept(
        stage.session,
        Draft(sent.made.personal, sent.topic, sent.mailing, tuple(suspicions)),
        Consent(
            revision=consent.revision,
            sha256=consent.sha256,
            policy_revision=policy.revision,
            policy_sha256=policy.sha256,
            language=language,
            statements=Statements(attested, stated.words[language]),
            purposes=purposes_of(sent.topic, sent.mailing),
            given_at=stage.clock.at if paper is None else day_begins(day),
            method=Method.SITE_FORM if paper is None else Method.PAPER,
        ),
        shown=(consent, policy),
        form_id=secrets.token_bytes(16),
        keys=house.keys,
        now=stage.clock.at,
        stated=stated,
        paper=paper,
        **stage.tools,
    )
    sent.secret = accepted.secret


def ask(stage: Stage, sent: Sent, act: OwnAct) -> None:
    """Ask for something at the person's own page."""
    by = my.person(stage.house.keys.site.journal, stage.clock.at)
    objection = stage.chance.choice(tuple(Objection)) if act is OwnAct.OBJECT else None
    terms = stage.house.settings.terms
    who, language = sent.holder(stage), sent.made.language
    my.open_own(stage.session, who, by=by)
    my.ask(stage.session, who, act, language=language, terms=terms, by=by, objection=objection, **stage.tools)


def correct(stage: Stage, sent: Sent) -> None:
    """Set the second name right, as after a wedding."""
    by = my.person(stage.house.keys.site.journal, stage.clock.at)
    other = replace(sent.made.personal, second_name=f"{sent.made.personal.second_name}-Ли"[:40])
    try:
        my.correct(stage.session, sent.holder(stage), other, by=by, **stage.tools)
    except changes.NothingChanged:
        return


def complete(stage: Stage, sent: Sent) -> None:
    """Write the second name out."""
    by = my.person(stage.house.keys.site.journal, stage.clock.at)
    personal = sent.made.personal
    names = {"name": personal.name, "second_name": f"{personal.second_name} Смағұл"}
    my.complete(stage.session, sent.holder(stage), names, None, by=by, **stage.tools)


def unsubscribe(stage: Stage, sent: Sent) -> None:
    """End the mailing."""
    my.unsubscribe(stage.session, sent.holder(stage), by=my.person(stage.house.keys.site.journal, stage.clock.at))


def answer_about_cookies(stage: Stage) -> None:
    """An answer of the banner or of the page."""
    chance = stage.chance
    method = chance.choices((ChoiceMethod.BANNER, ChoiceMethod.PAGE, ChoiceMethod.SIGNAL), (8, 2, 1))[0]
    answers = everything(chance.random() < 0.6)
    if method is not ChoiceMethod.BANNER:
        answers = {purpose: chance.random() < 0.6 for purpose in ChoicePurpose}
    choices.record(
        stage.session,
        decide(
            answers,
            receipt_id=secrets.token_hex(16),
            method=method,
            language=chance.choices(("kk", "ru", "en"), (4, 5, 1))[0],
            now=stage.clock.at,
            days=stage.house.settings.choice_days,
        ),
        key=stage.house.keys.site.choice_record,
    )


def come_by(stage: Stage, days: int, visits_a_day: int) -> None:
    """The visits of so many days up to today, of those who agreed to statistics."""
    batch, today = Batch(), local_day(stage.now)
    for back in range(days, -1, -1):
        day = today - timedelta(days=back)
        # More of them as the month goes on, fewer at weekends.
        many = round(visits_a_day * (0.6 + 0.8 * (1 - back / days)) * (0.5 if day.weekday() > 4 else 1))
        batch.add((_visit(stage, day) for _ in range(many)), _numbers(stage, day, many))
    visits.record(stage.session, batch)


def _visit(stage: Stage, day: date) -> Visit:
    chance = stage.chance
    return Visit(
        day=day,
        key=secrets.token_bytes(16),
        source=chance.choice(_SOURCES),
        language=chance.choices(("kk", "ru", "en"), (4, 5, 1))[0],
        device=chance.choices(tuple(Device), (12, 1, 6, 1))[0],
        came_back=chance.random() < 0.25,
        network=f"10.{chance.randint(0, 40)}.{chance.randint(0, 9)}.0" if chance.random() < 0.3 else None,
    )


def _numbers(stage: Stage, day: date, many: int) -> dict[Count, int]:
    opened = many + stage.chance.randint(0, many)
    sent = stage.chance.randint(many // 4, many // 2)
    found = {
        Count(day, Counted.EVENT, Event.OPENED): opened,
        Count(day, Counted.EVENT, Event.SENT): sent,
        Count(day, Counted.EVENT, Event.MENDED): sent // 4,
    }
    for page in _PAGES:
        count = Count(day, Counted.PAGE, page)
        found[count] = found.get(count, 0) + many // 2
    return {count: number for count, number in found.items() if number}

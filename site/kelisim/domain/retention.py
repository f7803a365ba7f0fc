"""How long a submission is kept (Art. 8(4)(3)): counted from real events, a consent and a contact, never from an edit
or a look; and what stops its destruction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from kelisim.domain.acts import ConsentState, State
from kelisim.domain.purposes import Purpose

_DAY = timedelta(days=1)
# What is blocked is never destroyed, and of the rest there is nothing to destroy.
_MAY_GO = frozenset({State.ACTIVE, State.RESTRICTED})
# A term that has ended is the end that was stated, whenever the job came to note it.
_BY_TERM = frozenset({ConsentState.GIVEN, ConsentState.EXPIRED})


@dataclass(frozen=True)
class Rules:
    """The Operator's rules. ``years``: the term of each purpose; ``warning``: days a record is shown before it goes;
    ``grace``: the fewest days it is shown, however late it was noticed.
    """

    years: Mapping[Purpose, int]
    warning: int
    grace: int


@dataclass(frozen=True)
class Life:
    """What decides how long a record is kept. Days are those of Almaty.

    ``promised``: years by purpose as they were stated when the consent was given; None for a consent that was told a
    term from the day of sending alone, ``years_from_sending`` where that is on record. ``contacts``: the last day of contact for a purpose. ``ended``: when the consent
    ended. ``kept_until``: the last day of a decision to keep it. ``asked``: a request about it is open.
    """

    state: State
    consent: ConsentState
    given: date
    purposes: tuple[Purpose, ...]
    promised: Mapping[Purpose, int] | None
    years_from_sending: int | None
    contacts: Mapping[Purpose, date]
    ended: date | None
    kept_until: date | None
    asked: bool


def kept_until(received: date, years: int) -> date:
    """The last day, ``years`` after a day; 28 February for 29 February."""
    try:
        return received.replace(year=received.year + years)
    except ValueError:
        return received.replace(year=received.year + years, day=28)


def term_end(life: Life, years: Mapping[Purpose, int]) -> date:
    """The last day of the longest of the purposes' terms.

    A term is never longer than it was promised, whatever the settings say since; a shorter one of today counts.
    """
    return max(_end_of(purpose, life, years) for purpose in life.purposes or (Purpose.FEEDBACK,))


def goes_on(life: Life, years: Mapping[Purpose, int]) -> date | None:
    """The first day on which it is not kept any more; None while a block or an open request stops that."""
    if life.state not in _MAY_GO or life.asked:
        return None
    over = term_end(life, years) if life.consent in _BY_TERM else life.ended or life.given
    return max(over, life.kept_until or over) + _DAY


def is_ripe(due: date | None, warned: date | None, today: date, grace: int) -> bool:
    """True where it goes today: its day has come, and it was shown for the days of grace."""
    return due is not None and due <= today and warned is not None and warned + grace * _DAY <= today


def _end_of(purpose: Purpose, life: Life, years: Mapping[Purpose, int]) -> date:
    if life.promised is None:
        return kept_until(life.given, min(years[purpose], life.years_from_sending or years[purpose]))
    event = max(life.given, life.contacts.get(purpose, life.given))
    return kept_until(event, min(years[purpose], life.promised.get(purpose, years[purpose])))

"""Whether the evidence is intact, as the desk shows it: the last check, the newest published head, its mail."""

from flask_babel import format_time, gettext

from kelisim.domain.mails import MailKind
from kelisim.services import heads, jobs, journal_reading, mails
from kelisim.services.journal_reading import Checked
from kelisim.services.mails import MailState
from kelisim.storage.db import db
from kelisim.web.dates import day_words, moment_words
from kelisim.web.house import house
from kelisim.web.journal_pages import HeadPage, ProofPage
from kelisim.web.mail_words import FAULTS, HEADS
from kelisim.web.pages import Notice

# The job that checks the whole journal when somebody asks for it.
CHECK_JOB = "journal-check"


def proof_page() -> ProofPage:
    """What is known now."""
    session = db.session()
    last, good = journal_reading.last_check(session), journal_reading.last_good_check(session)
    return ProofPage(
        asked=jobs.is_asked(session, CHECK_JOB, now=house().now),
        checked_at=last.at if last is not None else None,
        good_at=good.at if good is not None else None,
        good_entries=good.entries if good is not None else 0,
        broken=_broken(last),
        head=_head(),
        heads_url=HEADS,
        mails=house().settings.mails,
    )


def _broken(last: Checked | None) -> Notice | None:
    if last is None or last.holds:
        return None
    heading = gettext("The journal does not hold")
    if last.broken is not None:
        text = gettext(
            "From entry %(number)s on it is not what the site wrote: an entry was changed, moved or taken out in the "
            "database. Keep a copy of the database as it is, and find out who could write to it.",
            number=last.broken,
        )
    else:
        text = gettext(
            "It does not fit the head that was published on this day: %(day)s. Entries were taken out or put in another "
            "place. Keep a copy of the database as it is, and find out who could write to it.",
            day=day_words(last.unfit) if last.unfit is not None else "",
        )
    return Notice(heading, text)


def _head() -> HeadPage | None:
    newest = heads.newest(db.session())
    if newest is None:
        return None
    state = mails.newest(db.session(), MailKind.JOURNAL_HEAD)
    return HeadPage(newest.head.day, newest.head.entries, _mail_words(state) if state is not None else "")


def _mail_words(state: MailState) -> str:
    if state.sent_at is not None:
        return gettext("The last one was mailed: %(time)s.", time=moment_words(state.sent_at))
    if state.fault is None:
        return gettext("Its mail is about to be sent.")
    return gettext(
        "Its mail has not come through yet: %(fault)s. Tries: %(tries)s. The next one at %(time)s.",
        fault=FAULTS[state.fault],
        tries=state.tries,
        time=format_time(state.due, "HH:mm"),
    )

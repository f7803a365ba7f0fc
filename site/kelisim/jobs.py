"""The jobs of the background worker: one list. A new job is one line in it.

A job's work is one call of a service with what it needs of the house. It is called in the context of the application,
by one process at a time over all hosts, may be killed at any moment, and is called again after it failed: its service
commits what is whole, in small parts where there is much. What it returns is a few words about what was done, for
``flask jobs list``, without a personal value.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from kelisim.domain.deadlines import local_day
from kelisim.domain.mails import MailKind
from kelisim.services import (
    backups,
    choice_closings,
    deliveries,
    due,
    erasures,
    export_making,
    export_removal,
    exports,
    heads,
    journal_reading,
    mails,
    notices,
    retention,
    search,
    tidying,
    visits,
)
from kelisim.services.records import SITE_ACTOR, By
from kelisim.settings import Settings
from kelisim.storage.db import db, forget
from kelisim.web.desk_notices import watch_journal
from kelisim.web.desk_session import session_terms
from kelisim.web.house import House
from kelisim.web.mail_words import head_mail
from kelisim.web.mailing import mail_server, wanted_notices
from kelisim.web.notice_words import REFERENCES, clocks_mail, jobs_mail, journal_mail, submissions_mail
from kelisim.web.operator.export_values import filter_of
from kelisim.web.operator.proof import CHECK_JOB

# Clocks that are looked at together; more of them at once is another kind of trouble.
_CLOCKS = 1000

Work = Callable[[House], str]


@dataclass(frozen=True)
class Job:
    """A job: its name (up to 32 signs), how often, and what it does. ``at_desk``: it needs a key of the desk."""

    name: str
    every: Callable[[Settings], timedelta]
    work: Work
    at_desk: bool = False


def tidy(house: House) -> str:
    """What is over at the desk is not kept."""
    return tidying.tidy(db.session(), terms=session_terms(), now=house.now)


def end_choices(house: House) -> str:
    """Terms of answers that ended are noted; records past their own term become counts."""
    return choice_closings.daily(
        db.session(), key=house.keys.site.choice_record, now=house.now, days=house.settings.choice_record_days
    )


def deliver(house: House) -> str:
    """Files for recipients that can be saved no more are removed; webhooks that are due are sent."""
    settings = house.settings
    ended = deliveries.end_files(db.session(), now=house.now)
    arrived = deliveries.deliver_due(
        db.session(),
        keys=house.keys,
        pauses=settings.webhook_pauses,
        seconds=settings.webhook_seconds,
        clock=house.clock,
    )
    return f"{ended} files ended, {arrived} webhooks arrived" if ended or arrived else ""


def compact_visits(house: House) -> str:
    """Visits of days that are over become numbers."""
    return visits.compact(db.session(), today=local_day(house.now), days=house.settings.visit_days)


def end_retention(house: House) -> str:
    """Once a day: what is about to go is shown, what was shown long enough is destroyed."""
    by = By(SITE_ACTOR, house.keys.site.journal, house.now)
    outcome = retention.run(db.session(), rules=house.settings.retention, by=by)
    done = f"{outcome.warned} shown, {outcome.expired} expired, {outcome.destroyed} destroyed"
    return done if outcome.warned or outcome.expired or outcome.destroyed else ""


def sweep_destroyed(_house: House) -> str:
    """What was destroyed is taken out of the database's own files as well."""
    retention.sweep(db.session())
    return ""


def complete_ledger(house: House) -> str:
    """What was destroyed is in the ledger of erasures already, but for what a crash or a full disk kept out."""
    written = erasures.complete(db.session(), house.ledger)
    return f"{written} erasures written" if written else ""


def make_backup(house: House) -> str:
    """A backup of everything, where the settings ask for one; the oldest beyond the number kept are removed."""
    settings = house.settings
    if not settings.backup_hours:
        return ""
    manifest = backups.make_next(
        db.session(),
        settings.backups,
        kept=settings.backups_kept,
        keys=house.keys,
        now=house.now,
        randomness=house.randomness,
    )
    return f"{manifest.rows} rows kept"


def enter_in_search(house: House) -> str:
    """What came since is entered into the search index, where the Operator's key is; the rest in the next round."""
    if house.keys.search is None:
        return "no private key here"
    settings = house.settings
    more = search.enter(db.session(), keys=house.keys, least=settings.search_least, rows=settings.search_batch)
    return "more is left" if more else "all is entered"


def publish_head(house: House) -> str:
    """Once a day: the journal is checked, and its head published and mailed. Asked hourly, so that no day is missed."""
    session, today, keys = db.session(), local_day(house.now), house.keys.site
    if not heads.is_due(session, today):
        return ""
    journal_reading.check(session, seed=keys.receipt_signature, by=By(SITE_ACTOR, keys.journal, house.now))
    published = heads.publish(
        session,
        today=today,
        seed=keys.receipt_signature,
        site=house.settings.address,
        mail=head_mail if house.settings.mails else None,
        now=house.now,
    )
    return f"{published.head.entries} entries" if published is not None else ""


def check_journal(house: House) -> str:
    """The whole journal is checked when somebody asked for it at the desk, and now and then without."""
    keys = house.keys.site
    found = journal_reading.check(db.session(), seed=keys.receipt_signature, by=By(SITE_ACTOR, keys.journal, house.now))
    return f"{found.entries} entries hold" if found.holds else "it does not hold"


def make_exports(house: House) -> str:
    """Exports that were asked for are made. What was searched for is found only once all records are entered."""
    settings, session = house.settings, db.session()
    if house.keys.search is None or not exports.is_waiting(session):
        return ""
    while search.enter(session, keys=house.keys, least=settings.search_least, rows=settings.search_batch):
        pass
    means = export_making.Means(
        keys=house.keys,
        reading=filter_of,
        clock=house.clock,
        randomness=house.randomness,
        rows=settings.export_batch,
        term=timedelta(hours=settings.export_hours),
    )
    return f"{export_making.make_due(session, means)} exports made"


def end_exports(house: House) -> str:
    """Exports whose time is over are removed, and those that hold a record which may not be exported any more."""
    session = db.session()
    ended = export_removal.end_due(session, now=house.now, actor=SITE_ACTOR, key=house.keys.site.journal)
    if ended:
        forget(session)
    return f"{ended} exports removed" if ended else ""


def send_mails(house: House) -> str:
    """What waits in the outbox is sent. A server that is away is tried again, after pauses that grow."""
    if not house.settings.mails:
        return ""
    return mails.send_due(db.session(), connect=mail_server(house.settings).connected, now=house.now)


def tell(house: House) -> str:
    """What the Operator wants to be told of is put into the outbox; without a mail server nothing waits there."""
    settings, session, now = house.settings, db.session(), house.now
    wanted = wanted_notices(settings)
    notices.forget(session, set(MailKind) - wanted)
    told = 0
    if MailKind.SUBMISSIONS in wanted:
        every = timedelta(minutes=settings.notice_submission_minutes)
        told += notices.submissions(session, every=every, most=REFERENCES, write=submissions_mail, now=now)
    if MailKind.CLOCKS in wanted:
        asked = due.Asked(local_day(now), settings.terms, settings.recipient_days, rows=_CLOCKS)
        near = settings.notice_clock_days
        told += notices.clocks(session, asked, near=near, write=clocks_mail, now=now)
    if MailKind.LATE_JOBS in wanted:
        names, patience = job_names(), timedelta(minutes=settings.job_late_minutes)
        told += notices.late_jobs(session, names, patience=patience, write=jobs_mail, now=now)
    if MailKind.BROKEN_JOURNAL in wanted:
        watch_journal()
        watched = house.journal_watch.checked
        told += notices.broken_journal(session, watched, write=journal_mail, now=now)
    return f"{told} told" if told else ""


def job_names() -> frozenset[str]:
    """The names of all jobs of this version."""
    return frozenset(job.name for job in JOBS)


JOBS: tuple[Job, ...] = (
    Job("tidy", lambda settings: timedelta(minutes=settings.tidy_minutes), tidy),
    Job("retention", lambda _settings: timedelta(days=1), end_retention),
    Job("sweep", lambda settings: timedelta(minutes=settings.sweep_minutes), sweep_destroyed),
    Job("erasures", lambda _settings: timedelta(minutes=1), complete_ledger),
    Job("backup", lambda settings: timedelta(hours=settings.backup_hours or 24), make_backup, at_desk=True),
    Job("search", lambda settings: timedelta(seconds=settings.search_seconds), enter_in_search, at_desk=True),
    Job("choices", lambda _settings: timedelta(days=1), end_choices),
    Job("journal", lambda _settings: timedelta(hours=1), publish_head),
    Job(CHECK_JOB, lambda _settings: timedelta(days=30), check_journal),
    Job("notices", lambda _settings: timedelta(minutes=1), tell),
    Job("mails", lambda _settings: timedelta(minutes=1), send_mails),
    Job("visits", lambda settings: timedelta(minutes=settings.compaction_minutes), compact_visits),
    Job("exports", lambda settings: timedelta(seconds=settings.export_seconds), make_exports, at_desk=True),
    Job("export-ends", lambda _settings: timedelta(minutes=1), end_exports),
    Job("transfers", lambda _settings: timedelta(seconds=30), deliver, at_desk=True),
)  # fmt: skip  # one line each


def jobs_here(settings: Settings) -> tuple[Job, ...]:
    """The jobs of a process with these settings: the public site alone runs those that need no key of the desk."""
    return tuple(job for job in JOBS if settings.has_desk or not job.at_desk)

"""What the doctor looks at in the database: its schema, the clock against it, jobs, journal, heads, erasures, documents."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from kelisim.domain.deadlines import local_day
from kelisim.domain.documents import Kind
from kelisim.domain.findings import Finding, advice, mend, well
from kelisim.domain.languages import LANGUAGES
from kelisim.domain.readiness import Check, Seen, failed
from kelisim.services import document_checks, erasures, heads, jobs, journal
from kelisim.services.erasures import LedgerAhead
from kelisim.storage.ledger import LedgerBroken
from kelisim.web.house import House
from kelisim.web.readiness import least_of

_LATE = timedelta(minutes=30)
_HEAD_AGE = timedelta(days=2)
_EVER = datetime.min.replace(tzinfo=UTC)
_START = "start the site (make run): a start brings the database to the newest schema"

_APPLY = "stop the site; flask erasures apply"


def findings(session: Session, here: House, seen: Seen) -> Iterator[Finding]:
    """Each of them."""
    broken = failed(seen, least_of(here.settings), began=_EVER)
    yield _database(seen)
    if seen.revisions is None:
        return
    yield _migrations(seen, broken)
    if Check.MIGRATIONS in broken:
        return
    yield _clock(seen, broken)
    yield _worker(here, seen, broken)
    yield _jobs(session, here)
    yield _journal(session, here)
    yield _heads(session, here)
    yield _erasures(session, here)
    yield _documents(session, here)


def _database(seen: Seen) -> Finding:
    if seen.revisions is None:
        return mend("database", "it does not answer", "see that it runs, and what database_url and its password say")
    return well("database", "it answers")


def _migrations(seen: Seen, broken: tuple[Check, ...]) -> Finding:
    says = f"the schema is {', '.join(seen.revisions or ()) or 'not made yet'}"
    return mend("migrations", says, _START) if Check.MIGRATIONS in broken else well("migrations", says)


def _clock(seen: Seen, broken: tuple[Check, ...]) -> Finding:
    if Check.CLOCK in broken:
        says = f"it shows {seen.at:%Y-%m-%d %H:%M} UTC, the newest entry of the journal is from later"
        return mend("clock", says, "set it, and keep it by NTP: timedatectl set-ntp true")
    return well("clock", "not behind the journal")


def _worker(here: House, seen: Seen, broken: tuple[Check, ...]) -> Finding:
    says = f"a job ran last at {seen.last_run:%Y-%m-%d %H:%M} UTC" if seen.last_run else "no job ever ran"
    if Check.WORKER in broken:
        remedy = "start the site" if here.settings.run_jobs else "start a worker: python -m kelisim.serve.background"
        return mend("worker", says, remedy)
    return well("worker", says)


def _jobs(session: Session, here: House) -> Finding:
    states = jobs.states(session)
    failing = [f"{state.name} ({state.last_result})" for state in states if state.failures]
    if failing:
        return mend("jobs", f"failing: {', '.join(failing)}", "the log's event fault says where; flask jobs run NAME")
    late = [state.name for state in states if not state.is_held(here.now) and here.now - state.next_due > _LATE]
    if late:
        return mend("jobs", f"late: {', '.join(late)}", "see that the worker runs; flask jobs list says how each went")
    return well("jobs", "none fails, none is late")


def _journal(session: Session, here: House) -> Finding:
    rows, key = here.settings.journal_check_entries, here.keys.site.journal
    reached = journal.verify_tail(session, key=key, at_most=rows)
    if reached.broken is not None:
        says = f"it does not hold from entry {reached.broken} on"
        return mend("journal", says, "keep the machine as it is; flask journal verify; compare with a backup")
    return well("journal", f"its last entries hold, up to {reached.number}")


def _heads(session: Session, here: House) -> Finding:
    unfit = heads.first_unfit(session, seed=here.keys.site.receipt_signature)
    if unfit is not None:
        says = f"the journal does not fit its head of {unfit.day}"
        return mend("heads", says, "keep the machine as it is; flask journal verify --head with a head saved elsewhere")
    newest = heads.newest(session)
    if newest is None:
        return advice("heads", "none was published yet", "the worker's job journal publishes one a day")
    if here.now - newest.head.at > _HEAD_AGE:
        return mend(
            "heads", f"the newest is of {newest.head.day}", "flask jobs run journal, and see why it did not run"
        )
    return well("heads", f"the journal fits them, the newest is of {newest.head.day}")


def _erasures(session: Session, here: House) -> Finding:
    try:
        found = erasures.compare(session, here.ledger)
        erasures.check_not_ahead(session, here.ledger)
    except LedgerBroken as problem:
        return mend("erasures", str(problem), "bring erasures.jsonl back from its newest copy")
    except OSError as problem:
        return mend("erasures", f"{here.ledger.path} cannot be read ({problem.strerror})", "set erasures_folder")
    except LedgerAhead:
        return mend("erasures", "the ledger names acts that the database lacks", _APPLY)
    if found.came_back:
        return mend("erasures", f"{found.came_back} erased records are in the database again", _APPLY)
    if found.unwritten:
        return mend("erasures", f"the ledger lacks {found.unwritten} acts of destruction", "flask jobs run erasures")
    return well("erasures", f"the ledger fits, {found.lines} lines")


def _documents(session: Session, here: House) -> Finding:
    here.revisions.look(at_once=True)
    damages = document_checks.verify(session, here.revisions.shipped).damages
    if damages:
        return mend("documents", f"{len(damages)} are not as they were", "flask documents verify names each")
    today, library = local_day(here.now), here.library
    texts = [library.in_force(kind, language, today) for kind in Kind for language in LANGUAGES]
    drafts = sorted({f"{text.kind.value} {text.revision}" for text in texts if here.revisions.is_draft(text)})
    if drafts:
        finding: Callable[[str, str, str], Finding] = advice if here.settings.trial else mend
        remedy = "have them read by a lawyer, then: flask documents approve KIND REVISION --by NAME"
        return finding("documents", f"nobody has approved: {', '.join(drafts)}", remedy)
    return well("documents", "as they were published, and approved")

"""The site's own work, as the desk's home shows it: are notices mailed, are the jobs done in time."""

from datetime import timedelta

from flask_babel import format_time, gettext

from kelisim.services import jobs, mails
from kelisim.storage.db import db
from kelisim.web.home_pages import WorkPage
from kelisim.web.house import house
from kelisim.web.mail_words import FAULTS


def work_page() -> WorkPage:
    """What is known now."""
    settings = house().settings
    late = jobs.late(
        db.session(), house().job_names, now=house().now, patience=timedelta(minutes=settings.job_late_minutes)
    )
    waiting = mails.longest_waiting(db.session()) if settings.mails else None
    return WorkPage(mail=_mail(waiting), mail_works=settings.mails and waiting is None, late=late)


def _mail(waiting: mails.MailState | None) -> str:
    settings = house().settings
    if not settings.mails:
        return gettext("Off: no mail server is set (smtp_host), so nothing is told outside of this desk.")
    if waiting is None or waiting.fault is None:
        return gettext("On: notices go to %(address)s.", address=settings.email)
    return gettext(
        "A notice has not come through yet: %(fault)s. Tries: %(tries)s. The next one at %(time)s.",
        fault=FAULTS[waiting.fault],
        tries=waiting.tries,
        time=format_time(waiting.due, "HH:mm"),
    )

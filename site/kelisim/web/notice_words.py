"""The notices that are mailed to the Operator: codes, days, references and where to look; nothing about a person."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from flask_babel import gettext, lazy_gettext, ngettext
from flask_babel.speaklater import LazyString

from kelisim.domain.due import DueNoun
from kelisim.domain.mails import Mail, MailKind
from kelisim.domain.notices import Listed, Running, Stage
from kelisim.services.journal_reading import Checked
from kelisim.web.dates import day_words
from kelisim.web.house import house
from kelisim.web.mail_words import written
from kelisim.web.operator.due_words import item_words

# So many references, or clocks, stand in one mail; behind them it says how many more there are.
REFERENCES = 20
_STAGES: Mapping[Stage, LazyString] = {
    Stage.NEAR: lazy_gettext("the term ends soon"),
    Stage.OVERDUE: lazy_gettext("the term is over"),
}
# The mails are written where no request is: the addresses are not built from routes, and a test opens each.
_PATHS: Mapping[DueNoun, Callable[[str], str]] = {
    DueNoun.REQUEST: lambda key: f"requests/{UUID(hex=key)}",
    DueNoun.INCIDENT: lambda key: f"incidents/{UUID(hex=key)}",
    DueNoun.RECIPIENT_TASK: lambda key: f"recipients/tasks/{key}",
    DueNoun.RETENTION: lambda _: "retention",
}


def submissions_mail(came: Listed) -> Mail:
    """New submissions: their references and where each lies."""

    def text() -> str:
        first = ngettext("There is %(num)s new submission.", "There are %(num)s new submissions.", came.count)
        links = [_desk(f"submissions/{reference}") for reference in came.references]
        return "\n".join([first, "", *links, *_more(came.count - len(links), "submissions")])

    return written(
        MailKind.SUBMISSIONS, lambda: _subject(gettext("new submissions: %(count)s", count=came.count)), text
    )


def clocks_mail(clocks: Sequence[Running]) -> Mail:
    """What is nearly due and what is overdue: what it is, until when, where it lies."""

    def text() -> str:
        first = gettext("These terms are about to end, or are over:")
        lines = [line for one in clocks[:REFERENCES] for line in ("", _clock(one), _desk(_path(one)))]
        return "\n".join([first, *lines, *_more(len(clocks) - REFERENCES, "")])

    late = sum(one.stage is Stage.OVERDUE for one in clocks)

    def subject() -> str:
        if late:
            return _subject(gettext("overdue: %(late)s, due soon: %(near)s", late=late, near=len(clocks) - late))
        return _subject(gettext("due soon: %(near)s", near=len(clocks)))

    return written(MailKind.CLOCKS, subject, text)


def jobs_mail(names: Sequence[str]) -> Mail:
    """Jobs of the worker that are late, by their names."""

    def text() -> str:
        return gettext(
            "The background worker does not do in time: %(names)s.\n\nOn the server, flask jobs list says how each job "
            "went, and the site's log why.",
            names=", ".join(names),
        )

    return written(MailKind.LATE_JOBS, lambda: _subject(gettext("jobs are late")), text)


def journal_mail(found: Checked) -> Mail:
    """The journal does not hold, and from where on."""

    def text() -> str:
        if found.broken is not None:
            where = gettext("The journal does not hold from entry %(number)s on.", number=found.broken)
        else:
            where = gettext(
                "The journal does not fit the head that was published on this day: %(day)s.",
                day=day_words(found.unfit) if found.unfit is not None else "",
            )
        advice = gettext("Keep a copy of the database as it is, and find out who could write to it.")
        return "\n".join([where, "", advice, "", _desk("journal")])

    return written(MailKind.BROKEN_JOURNAL, lambda: _subject(gettext("the journal does not hold")), text)


def _clock(one: Running) -> str:
    what = item_words(one.item)
    about = f", {one.reference}" if one.reference is not None else ""
    return f"{what}{about}: {day_words(one.item.due)}, {_STAGES[one.stage]}"


def _path(one: Running) -> str:
    return _PATHS[one.item.noun](one.item.key)


def _more(count: int, where: str) -> list[str]:
    if count <= 0:
        return []
    words = ngettext("And %(num)s more:", "And %(num)s more:", count)
    return ["", words, _desk(where)]


def _subject(words: str) -> str:
    return f"{house().settings.site_name}: {words}"


def _desk(path: str) -> str:
    return f"{house().settings.address_of_desk}/operator/{path}".rstrip("/")

"""What is said on every page of the desk until it is mended."""

from datetime import timedelta

from flask import request
from flask_babel import gettext

from kelisim.storage.db import DATABASE_AWAY, db, let_go
from kelisim.web.house import house
from kelisim.web.pages import Notice


def desk_notices() -> tuple[Notice, ...]:
    """The notices that stand now. Every page of the desk lets the check of the journal go on a little."""
    if request.method == "GET":
        watch_journal()
    return (*_broken_journal(), *_broken_seals(), *_closed())


def watch_journal() -> None:
    """Let this process's own check of the journal go on a little."""
    settings = house().settings
    try:
        house().journal_watch.go_on(
            db.session(),
            key=house().keys.site.journal,
            now=house().now,
            every=timedelta(minutes=settings.journal_check_minutes),
            at_most=settings.journal_check_entries,
        )
    except DATABASE_AWAY:
        let_go(db.session())


def _broken_journal() -> tuple[Notice, ...]:
    broken = house().journal_watch.broken
    if broken is None:
        return ()
    text = gettext(
        "From entry %(number)s on it is not what the site wrote: an entry was changed, moved or taken out in the "
        "database. Keep a copy of the database as it is, and find out who could write to it.",
        number=broken,
    )
    return (Notice(gettext("The journal does not hold"), text),)


def _broken_seals() -> tuple[Notice, ...]:
    broken = house().broken_seals
    if not broken:
        return ()
    text = gettext(
        "The data of these submissions cannot be opened, because what is stored was changed or damaged: "
        "%(references)s. Look for them in a backup.",
        references=", ".join(sorted(broken)),
    )
    return (Notice(gettext("A seal is damaged"), text),)


def _closed() -> tuple[Notice, ...]:
    unset = house().settings.unset
    if not unset:
        return ()
    text = gettext(
        "Visitors cannot send it, because the Consent must name what is not set yet: %(settings)s. Set it in "
        "settings.toml and start the site again. My data, withdrawals and requests work as before.",
        settings=", ".join(unset),
    )
    return (Notice(gettext("The form is closed"), text),)

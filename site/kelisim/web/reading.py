"""Where the desk's lists and numbers are read: at the replica, where there is one and it has come far enough.

A replica follows the database some moments behind. Each act is in the journal in its own transaction: a replica whose
journal has come as far as it was after an operator's last act shows that act as well; until it has, and while it is
away, the database itself is read.
"""

from flask import Flask, Response, g, request

from kelisim.services import journal, sessions
from kelisim.settings import Settings
from kelisim.storage.db import DATABASE_AWAY, Reads, db, let_go, replica_session
from kelisim.web.desk_session import desk_session, signed_in
from kelisim.web.house import house
from kelisim.web.log import say_fault

_ACTED = "acted"
_CHANGES_NOTHING = frozenset({"GET", "HEAD", "OPTIONS"})


def follow(app: Flask, settings: Settings) -> None:
    """Where there is a replica: remember how far the journal was when an operator acted, and close what was read."""
    if settings.replica_url:
        app.after_request(_remember)
        app.teardown_appcontext(_close)


def reading() -> Reads:
    """The session that lists and numbers of this request are read with. Nothing is written with it."""
    if not house().settings.replica_url:
        return db.session()
    if "reading" not in g:
        g.reading = _reading()
    chosen: Reads | None = g.reading
    return chosen if chosen is not None else db.session()


def _reading() -> Reads | None:
    session = replica_session()
    try:
        if journal.count(session) >= int(desk_session().get(_ACTED, 0)):
            return session
    except DATABASE_AWAY as problem:
        say_fault(problem)
    _end(session)
    return None


def _remember(response: Response) -> Response:
    if request.method not in _CHANGES_NOTHING and signed_in() is not None:
        desk = desk_session()
        if desk.token is not None:
            try:
                sessions.note(
                    db.session(), desk.token, {_ACTED: str(journal.count(db.session()))}, key=house().keys.desk.session
                )
            except DATABASE_AWAY as problem:
                say_fault(problem)
    return response


def _close(_problem: BaseException | None) -> None:
    session: Reads | None = g.pop("reading", None)
    if session is not None:
        _end(session)


def _end(session: Reads) -> None:
    let_go(session)
    session.close()

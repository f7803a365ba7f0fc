"""The session of the desk: Flask's ``session``, kept in the database, for paths under /operator only.

A visitor has no session: for every other path it is empty. What a session holds is set when it begins (Flask-WTF's
CSRF secret) and does not change until it ends, so that looking at the desk never has to write it.
"""

from datetime import timedelta
from typing import Any, cast

from flask import Flask, Request, Response, session
from flask.sessions import SessionInterface, SessionMixin

from kelisim.domain.operators import Operator, SessionTerms, Stage
from kelisim.services import sessions
from kelisim.services.sessions import SignedIn
from kelisim.storage.db import db
from kelisim.web.cookies import DESK, delete_cookie, set_cookie
from kelisim.web.house import house

DESK_PATH = "/operator"
# In the address of a page that asks again by itself: that is nobody's doing, and keeps no session from its end.
BY_ITSELF = "by_itself"
_CSRF_SECRET, _CSRF_BYTES = "csrf_token", 20


class DeskSession(dict[str, Any], SessionMixin):
    """What one signed-in browser holds on the server."""

    modified = False

    def __init__(self, token: str | None, found: SignedIn | None) -> None:
        super().__init__(found.data if found is not None else {})
        self.token = token if found is not None else None
        self.signed_in = found
        self.cookie_changed = token is not None and found is None
        self.problem: Exception | None = None


class DeskSessionInterface(SessionInterface):
    """Loads the desk's session; sets or deletes its cookie."""

    def open_session(self, app: Flask, request: Request) -> DeskSession:
        """The session of the cookie, or an empty one. What went wrong meanwhile is told of later, in a page."""
        token = request.cookies.get(DESK.name) if is_desk(request.path) and house().settings.has_desk else None
        if token is None:
            return DeskSession(None, None)
        try:
            key, now, seen = house().keys.desk.session, house().now, BY_ITSELF not in request.args
            found = sessions.find(db.session(), token, key=key, terms=session_terms(), now=now, seen=seen)
            return DeskSession(token, found)
        except Exception as problem:  # noqa: BLE001  # Flask can answer with a page only once there is a session
            empty = DeskSession(None, None)
            empty.problem = problem
            return empty

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set or delete the cookie where the session began or ended."""
        desk = cast(DeskSession, session)
        if desk.cookie_changed and desk.token is not None:
            set_cookie(response, DESK, desk.token)
        elif desk.cookie_changed:
            delete_cookie(response, DESK)


def desk_session() -> DeskSession:
    """The session of this request. Raises what went wrong when it was read from the database."""
    desk = cast(DeskSession, session._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001  # werkzeug's documented way to the object behind a proxy
    if desk.problem is not None:
        raise desk.problem
    return desk


def signed_in(stage: Stage | None = None) -> SignedIn | None:
    """Who is signed in at this browser, if their sign-in has come as far as ``stage`` (None: anywhere)."""
    found = cast(DeskSession, session).signed_in
    return found if found is not None and stage in (None, found.stage) else None


def session_token() -> str:
    """The token of the session that asks."""
    token = desk_session().token
    if token is None:
        raise RuntimeError("the guard lets nobody come here without a session")
    return token


def begin(operator: Operator, stage: Stage) -> None:
    """Begin a session at this factor; the token of the one before is dead from now on."""
    desk = desk_session()
    desk.token = sessions.start(
        db.session(),
        operator,
        stage,
        {_CSRF_SECRET: house().randomness(_CSRF_BYTES).hex()},
        replaces=desk.token,
        key=house().keys.desk.session,
        terms=session_terms(),
        now=house().now,
        randomness=house().randomness,
    )
    desk.cookie_changed = True


def end() -> None:
    """Sign this browser out."""
    desk = desk_session()
    if desk.token is not None:
        sessions.end(db.session(), desk.token, key=house().keys.desk.session)
    desk.clear()
    desk.token, desk.signed_in, desk.cookie_changed = None, None, True


def session_terms() -> SessionTerms:
    """How long a session lives and how many there may be, by the settings."""
    settings = house().settings
    return SessionTerms(
        idle=timedelta(minutes=settings.session_idle_minutes),
        whole=timedelta(hours=settings.session_hours),
        at_once=settings.sessions_at_once,
    )


def is_desk(path: str) -> bool:
    """True for the addresses of the desk."""
    return path == DESK_PATH or path.startswith(f"{DESK_PATH}/")

"""One line per request, refusal, fault and event, without an address, a path, a value or a secret.

A line names the route (``/receipt/<secret>``), never the address asked for; a fault names the exception's type and
where it was raised, never its message, which may quote a row. docs/log-events.md lists every event.
"""

import json
import logging
import secrets
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from flask import Flask, Response, current_app, g, has_app_context, has_request_context, request

from kelisim.storage.db import DATABASE_AWAY

Listener = Callable[[str, Mapping[str, object]], None]

_LOG = logging.getLogger("kelisim")
_LISTENER = "kelisim.listener"
# Asked for all day long, and telling nothing.
_QUIET = ("/static/", "/healthz", "/readyz")
_ID_BYTES = 8


class JsonLines(logging.Formatter):
    """A record as one line of JSON: control signs are escaped, so that no input can begin a line of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        return json.dumps(_facts_of(record))


class TextLines(logging.Formatter):
    """The same as words for a person's eye. Each value is written as JSON would, so that none can break the line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        facts = _facts_of(record)
        head = f"{facts.pop('at')} {facts.pop('level')} {facts.pop('event')}"
        return " ".join((head, *(f"{name}={json.dumps(value)}" for name, value in facts.items())))


_FORMS: Mapping[str, type[logging.Formatter]] = {"json": JsonLines, "text": TextLines}


def start_log(form: str) -> None:
    """Send the site's lines to standard error, in the last form asked for. ``form``: json or text.

    What a library says goes the same way, without its words: they may quote what the site does not tell.
    """
    for logger in (_LOG, logging.getLogger()):
        handler = next((one for one in logger.handlers if isinstance(one, _Lines)), None)
        if handler is None:
            handler = _Lines(sys.stderr)
            logger.addHandler(handler)
        handler.setFormatter(_FORMS[form]())
    _LOG.setLevel(logging.INFO)
    _LOG.propagate = False


def listen(app: Flask, listener: Listener) -> None:
    """Let something hear each event of an application too."""
    app.extensions[_LISTENER] = listener


def listener_of(app: Flask) -> Listener | None:
    """What hears the events of an application."""
    found: Listener | None = app.extensions.get(_LISTENER)
    return found


def log_requests(app: Flask) -> None:
    """Log each request when its answer is ready."""
    app.before_request(_begin)
    app.after_request(_end)


def request_id() -> str:
    """The number of this request: random, in each of its lines, and on an error page for a person to name."""
    if "request_id" not in g:
        g.request_id = new_id()
    found: str = g.request_id
    return found


def new_id() -> str:
    """A number for a request."""
    return secrets.token_hex(_ID_BYTES)


class _Limits(logging.Handler):
    """What Flask-Limiter says of its store, as an event of ours: its own words may quote the store's address."""

    def emit(self, record: logging.LogRecord) -> None:
        """One line: the store went away or came back. A limit that was reached is told where it refuses."""
        is_back = record.msg == "Rate limit storage recovered"
        if is_back or record.levelno >= logging.WARNING:
            say("limits", record.levelno, store="back" if is_back else "away: each worker counts")


def log_limits() -> None:
    """Let the limits' library speak through the site's log, once."""
    limits = logging.getLogger("flask-limiter")
    if not any(isinstance(handler, _Limits) for handler in limits.handlers):
        limits.addHandler(_Limits())
        limits.setLevel(logging.INFO)
        limits.propagate = False


def say(event: str, level: int = logging.INFO, **facts: object) -> None:
    """Log an event with facts that are codes and numbers; within a request also its number and route."""
    if has_request_context():
        facts = {"request": request_id(), "route": _route(), **facts}
    _tell(event, level, facts, listener_of(current_app) if has_app_context() else None)


def say_request(
    method: str, route: str | None, status: int, began: float | None, *, number: str, listener: Listener | None
) -> None:
    """Log that a request was answered. ``began``: of time.perf_counter; ``number``: the request's."""
    took = None if began is None else round((time.perf_counter() - began) * 1000, 1)
    facts = {"request": number, "route": route, "method": method, "status": status, "ms": took}
    _tell("request", logging.INFO, facts, listener)


def say_fault(problem: BaseException) -> None:
    """Log an unexpected exception: types and places, no messages."""
    frames = traceback.extract_tb(problem.__traceback__)
    places = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames[-12:]]
    causes: list[str] = []
    cause: BaseException | None = problem
    while cause is not None and len(causes) < 5:
        causes.append(type(cause).__qualname__)
        cause = cause.__cause__ or cause.__context__
    say("fault", logging.ERROR, types=causes, places=places, database=isinstance(problem, DATABASE_AWAY))


class _Lines(logging.StreamHandler):  # type: ignore[type-arg]  # of whatever stream standard error is
    """The one handler of ours on a logger."""


def _tell(event: str, level: int, facts: Mapping[str, object], listener: Listener | None) -> None:
    _LOG.log(level, event, extra={"facts": facts})
    if listener is not None:
        listener(event, facts)


def _facts_of(record: logging.LogRecord) -> dict[str, object]:
    at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    level = record.levelname.lower()
    if record.name != _LOG.name:
        place = f"{record.filename}:{record.lineno} {record.funcName}"
        kind = record.exc_info[0] if record.exc_info else None
        found = {"at": at, "level": level, "event": "library", "logger": record.name, "place": place}
        return {**found, "type": kind.__qualname__} if kind is not None else {**found}
    return {"at": at, "level": level, "event": record.getMessage(), **getattr(record, "facts", {})}


def _begin() -> None:
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    began, route = g.pop("began", None), _route()
    if route is None or not route.startswith(_QUIET):
        heard = listener_of(current_app)
        say_request(_known(request.method), route, response.status_code, began, number=request_id(), listener=heard)
    return response


def _route() -> str | None:
    return request.url_rule.rule if request.url_rule is not None else None


def _known(method: str) -> str:
    return method if method in {"GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE"} else "other"

"""One JSON line per request and per fault, without an address, a path, a value or a secret.

A line names the route (``/receipt/<secret>``), never the address asked for; a fault names the exception's type and
where it was raised, never its message, which may quote a row.
"""

import json
import logging
import sys
import time
import traceback
from datetime import UTC, datetime

from flask import Flask, Response, g, request

_LOG = logging.getLogger("kelisim")
# Asked for all day long, and telling nothing.
_QUIET = ("/static/", "/healthz", "/readyz")


class JsonLines(logging.Formatter):
    """A record as one line of JSON: control signs are escaped, so that no input can begin a line of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"at": at, "level": record.levelname.lower(), "event": record.getMessage()}
        return json.dumps({**line, **getattr(record, "facts", {})})


def start_log() -> None:
    """Send the site's lines to standard error, once."""
    if not _LOG.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JsonLines())
        _LOG.addHandler(handler)
        _LOG.setLevel(logging.INFO)
        _LOG.propagate = False


def log_requests(app: Flask) -> None:
    """Log each request when its answer is ready."""
    app.before_request(_begin)
    app.after_request(_end)


def say(event: str, level: int = logging.INFO, **facts: object) -> None:
    """Log an event with facts that are codes and numbers."""
    _LOG.log(level, event, extra={"facts": facts})


def say_request(method: str, route: str | None, status: int, began: float | None) -> None:
    """Log that a request was answered. ``began``: of time.perf_counter."""
    took = None if began is None else round((time.perf_counter() - began) * 1000, 1)
    say("request", method=method, route=route, status=status, ms=took)


def say_fault(problem: BaseException) -> None:
    """Log an unexpected exception: types and places, no messages."""
    frames = traceback.extract_tb(problem.__traceback__)
    places = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames[-12:]]
    causes: list[str] = []
    cause: BaseException | None = problem
    while cause is not None and len(causes) < 5:
        causes.append(type(cause).__qualname__)
        cause = cause.__cause__ or cause.__context__
    say("fault", logging.ERROR, types=causes, places=places)


def _begin() -> None:
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    began = g.pop("began", None)
    route = request.url_rule.rule if request.url_rule is not None else None
    if route is None or not route.startswith(_QUIET):
        say_request(_known(request.method), route, response.status_code, began)
    return response


def _known(method: str) -> str:
    return method if method in {"GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE"} else "other"

"""Errors as pages of the site: what happened, whether anything was saved, what to do next."""

from collections.abc import Mapping

from flask import Flask, Response, request, url_for
from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import Forbidden, HTTPException, SecurityError, TooManyRequests

from kelisim.domain.operators import Area
from kelisim.services.changes import DataDamaged
from kelisim.storage.db import DATABASE_AWAY
from kelisim.vault.keys import NotReadable
from kelisim.web.desk_session import signed_in
from kelisim.web.frame import render_error
from kelisim.web.log import request_id, say, say_fault
from kelisim.web.pages import ErrorPage, NextStep, Notice
from kelisim.web.public import submissions
from kelisim.web.security.walls import ROLE

_WORDS: Mapping[int, tuple[LazyString, LazyString]] = {
    400: (
        lazy_gettext("The request could not be read"),
        lazy_gettext("Your browser sent something this site does not understand. Nothing was saved."),
    ),
    403: (
        lazy_gettext("This was not accepted"),
        lazy_gettext("It did not come from a page of this site, or not over HTTPS. Nothing was saved."),
    ),
    404: (lazy_gettext("Page not found"), lazy_gettext("There is no page at this address. Check it for a lost sign.")),
    405: (
        lazy_gettext("This address does not do that"),
        lazy_gettext("The page is there, but it cannot be used in this way. Nothing was saved."),
    ),
    409: (
        lazy_gettext("The state of the record does not permit this"),
        lazy_gettext("Nothing was done. Open the record to see what its state permits."),
    ),
    411: (
        lazy_gettext("The length is missing"),
        lazy_gettext("What was sent did not state its length, so it was not read. Nothing was saved."),
    ),
    413: (
        lazy_gettext("Too much was sent"),
        lazy_gettext("What was sent is larger than any form of this site. Nothing was saved."),
    ),
    422: (
        lazy_gettext("Something is missing"),
        lazy_gettext("What was sent is not complete. Nothing was saved."),
    ),
    429: (
        lazy_gettext("Too many tries"),
        lazy_gettext(
            "Too much came from your network in a short time. Nothing was saved. Wait a minute and try again."
        ),
    ),
    500: (
        lazy_gettext("Something went wrong on our side"),
        lazy_gettext(
            "The fault was recorded. What you sent may not have been saved: send it again, it cannot be stored twice."
        ),
    ),
    503: (
        lazy_gettext("The site cannot save anything at the moment"),
        lazy_gettext("Nothing was saved. Try again in a few minutes."),
    ),
}
_EXPIRED = (
    lazy_gettext("This page was opened in another session"),
    lazy_gettext("Nothing was saved. Go back, open the page again and send the form from there."),
)
_ROLE = (
    lazy_gettext("Your role does not open this page"),
    lazy_gettext(
        "Nothing was done. What you need for your work is in the menu; an administrator can change your role."
    ),
)
_DAMAGED = (
    lazy_gettext("The data of this record cannot be opened"),
    lazy_gettext(
        "What is stored was changed or damaged. Nothing was done. It is recorded for the Operator, who looks for the data in "
        "a backup; the address and the e-mail stand at the foot of the page."
    ),
)
_FALLBACK = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Something went wrong</title>"
    "<h1>Something went wrong on our side</h1><p>The fault was recorded. Try again in a few minutes."
)
# What a limit that was reached asks for, by the seconds it counts over: the first that is long enough.
_WAITS: Mapping[int, LazyString] = {
    60: _WORDS[429][1],
    3_600: lazy_gettext("Too much came from your network within an hour. Nothing was saved. Try again in an hour."),
    86_400: lazy_gettext("Too much came from your network within a day. Nothing was saved. Try again tomorrow."),
}
_RETRY_SECONDS = {429: "60", 503: "60"}


def handle_errors(app: Flask) -> None:
    """Give every error its page."""
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(NotReadable, _of_missing_key)
    app.register_error_handler(DataDamaged, _of_damage)
    app.register_error_handler(Exception, _of_fault)
    for kind in DATABASE_AWAY:
        app.register_error_handler(kind, _of_database)


def page(status: int, words: tuple[LazyString, LazyString] | None = None) -> Response:
    """The page of an error, in its own ``words`` if it has any; for a sent form the form with everything typed."""
    known = status if status in _WORDS else 400 if status < 500 else 500
    heading, text = (str(said) for said in words or _WORDS[known])
    if known >= 500:
        text = f"{text} {_number()}"
    if status in {429, 500, 503} and request.endpoint == "submissions.send":
        body = submissions.form_again(Notice(heading, text))
    else:
        # The desk's session is read under its path only: who is signed in here keeps the desk's frame and the way out.
        template = "operator/error.html" if signed_in() is not None else "error.html"
        body = render_error(template, error=ErrorPage(known, heading, text, _next_steps()))
    response = Response(body, status, content_type="text/html; charset=utf-8")
    if status in _RETRY_SECONDS:
        response.headers["Retry-After"] = _RETRY_SECONDS[status]
    return response


def _of_http(problem: HTTPException) -> Response:
    if problem.code is None or problem.code < 400:
        return Response(problem.get_response().get_data(), problem.code or 500, problem.get_headers())
    why = _refused_by(problem)
    if why is not None:
        say("refused", why=why)
    response = _safe_page(problem.code, _words_of(problem))
    if isinstance(problem, RateLimitExceeded):
        response.headers["Retry-After"] = str(problem.limit.limit.get_expiry())
    for name, value in problem.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _refused_by(problem: HTTPException) -> str | None:
    """The wall a request did not pass (ASVS 16.3.2), None for any other error."""
    if isinstance(problem, CSRFError):
        return "token"
    if isinstance(problem, SecurityError):
        return "host"
    if isinstance(problem, Forbidden):
        return problem.description
    return "limit" if isinstance(problem, TooManyRequests) else None


def _words_of(problem: HTTPException) -> tuple[LazyString, LazyString] | None:
    """The words of an error that has some of its own."""
    if isinstance(problem, CSRFError) and signed_in() is not None:
        return _EXPIRED
    if isinstance(problem, Forbidden) and problem.description == ROLE:
        return _ROLE
    if not isinstance(problem, RateLimitExceeded):
        return None
    seconds = problem.limit.limit.get_expiry()
    return _WORDS[429][0], next((words for least, words in _WAITS.items() if seconds <= least), _WAITS[86_400])


def _of_database(problem: Exception) -> Response:
    say_fault(problem)
    return _safe_page(503)


def _of_missing_key(problem: Exception) -> Response:
    say_fault(problem)
    return _safe_page(503)


def _of_damage(problem: Exception) -> Response:
    say_fault(problem)
    return _safe_page(409, _DAMAGED)


def _of_fault(problem: Exception) -> Response:
    say_fault(problem)
    return _safe_page(500)


def _safe_page(status: int, words: tuple[LazyString, LazyString] | None = None) -> Response:
    """The last resort: no exception is answered with a trace, even where rendering is what fails."""
    try:
        return page(status, words)
    except Exception as second:  # noqa: BLE001  # the last resort catches all there is
        say_fault(second)
        return Response(f"{_FALLBACK} <p>{request_id()}", 500, content_type="text/html; charset=utf-8")


def _number() -> str:
    """How a person who writes about it can name what happened: the lines of the log have the same number."""
    return gettext("If you write to us about it, name the number %(number)s.", number=request_id())


def _next_steps() -> tuple[NextStep, ...]:
    found = signed_in()
    if found is not None and found.operator.may(Area.RECORDS):
        return (NextStep(gettext("Go to the submissions"), url_for("records.index")),)
    if found is not None:
        return (NextStep(gettext("Go to the journal"), url_for("journal.page")),)
    return (
        NextStep(gettext("Go to the form"), url_for("submissions.form")),
        NextStep(gettext("Read the Consent"), url_for("documents.current", kind="consent")),
    )

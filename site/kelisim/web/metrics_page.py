"""What the listener for metrics answers: the numbers, and why this process is not ready. For this machine's own eyes."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from flask import Flask
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from kelisim.domain.deadlines import local_day
from kelisim.domain.readiness import Check, Seen
from kelisim.services import figures
from kelisim.services.due import Asked
from kelisim.storage.db import DATABASE_AWAY, db
from kelisim.web.house import House, house
from kelisim.web.log import say_fault
from kelisim.web.metrics import BY_NAME, Counters, counters_of
from kelisim.web.public.probes import failed_checks

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Value = tuple[str, tuple[str, ...], float]
Answer = tuple[str, str, bytes]
_DAY = 86_400


class LookedUp(Collector):
    """The metrics that are looked up when they are asked for."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def collect(self) -> Iterable[Metric]:
        """Those that can be known: where the database is away, what stands in it is left out."""
        families: dict[str, GaugeMetricFamily] = {}
        with self._app.app_context():
            for name, labels, value in _values():
                if name not in families:
                    families[name] = GaugeMetricFamily(name, BY_NAME[name].says, labels=BY_NAME[name].labels)
                families[name].add_metric(labels, value)
        return families.values()


def metrics_application(app: Flask) -> "WSGIApplication":
    """``/metrics`` and ``/readyz``. Nothing else, and nothing but GET and HEAD.

    Raises LookupError for an application that counts nothing: its settings name no port.
    """
    counters = counters_of(app)
    counters.registry.register(LookedUp(app))

    def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path, method = environ.get("PATH_INFO", ""), environ["REQUEST_METHOD"]
        page = _PAGES.get(path) if method in {"GET", "HEAD"} else None
        with app.app_context():
            status, kind, body = _nothing() if page is None else _made(page, counters)
        start_response(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [body] if method == "GET" else []

    return application


def _nothing() -> Answer:
    return "404 Not Found", "text/plain; charset=utf-8", b"/metrics or /readyz\n"


def _made(page: Callable[[Counters], Answer], counters: Counters) -> Answer:
    try:
        return page(counters)
    except Exception as problem:  # noqa: BLE001  # whatever it is, it is told in the log's form
        say_fault(problem)
        return "500 Internal Server Error", "text/plain; charset=utf-8", b""


def _metrics(counters: Counters) -> Answer:
    return "200 OK", CONTENT_TYPE_LATEST, generate_latest(counters.registry)


def _ready(_counters: Counters) -> Answer:
    failed = failed_checks()
    body = json.dumps({"ready": not failed, "failed": [check.value for check in failed]}).encode()
    return "503 Service Unavailable" if failed else "200 OK", "application/json", body


_PAGES: Mapping[str, Callable[[Counters], Answer]] = {"/metrics": _metrics, "/readyz": _ready}


def _values() -> Iterator[Value]:
    here, failed = house(), failed_checks()
    yield "kelisim_ready", (), float(not failed)
    for check in Check:
        yield "kelisim_check_failed", (check.value,), float(check in failed)
    if here.readiness.seen is not None:
        yield from _of_machine(here.readiness.seen)
    try:
        yield from _of_database(here)
    except DATABASE_AWAY as problem:
        say_fault(problem)


def _of_machine(seen: Seen) -> Iterator[Value]:
    yield "kelisim_free_disk_bytes", (), seen.free_disk
    if seen.certificate_ends is not None:
        yield "kelisim_certificate_days", (), (seen.certificate_ends - seen.at).total_seconds() / _DAY


def _of_database(here: House) -> Iterator[Value]:
    now, settings = here.now, here.settings
    asked = Asked(local_day(now), settings.terms, settings.recipient_days, rows=0)
    found = figures.figures(db.session(), asked)
    for job in found.jobs:
        if job.last_finished is not None:
            yield "kelisim_job_ended_timestamp_seconds", (job.name,), job.last_finished.timestamp()
        yield "kelisim_job_failures", (job.name,), job.failures
        late = 0.0 if job.is_held(now) else max(0.0, (now - job.next_due).total_seconds())
        yield "kelisim_job_late_seconds", (job.name,), late
    for state, number in found.mails.items():
        yield "kelisim_mails", (state,), number
    for state, number in found.deliveries.items():
        yield "kelisim_deliveries", (state,), number
    for noun, (due, overdue) in found.due.items():
        yield "kelisim_due", (noun, "due"), due
        yield "kelisim_due", (noun, "overdue"), overdue
    yield "kelisim_journal_entries", (), found.entries
    if found.head_at is not None:
        yield "kelisim_journal_head_age_seconds", (), (now - found.head_at).total_seconds()

"""What is measured, in Prometheus' form: one table of it, and the counters of one process.

The counters hear what the log hears, so that the two cannot disagree. A label is a code of ours or a route, never an
address that was asked for, a name or a value.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from flask import Flask
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.process_collector import ProcessCollector

from kelisim.web.log import listen


@dataclass(frozen=True)
class Metric:
    """One line of docs/metrics.md."""

    name: str
    kind: Literal["counter", "histogram", "gauge"]
    labels: tuple[str, ...]
    says: str


# Counted by each process since its start.
COUNTED = (
    Metric("kelisim_requests_total", "counter", ("method", "route", "status"), "Answers, by class of status (2xx)."),
    Metric("kelisim_request_seconds", "histogram", ("route",), "How long the answers took to make."),
    Metric("kelisim_submissions_total", "counter", ("result",), "Sent forms, by what came of them."),
    Metric("kelisim_suspects_total", "counter", ("suspicion",), "Sent forms that look like a machine's."),
    Metric("kelisim_sign_ins_total", "counter", ("result",), "Tries to sign in at the desk: full, refused, paused."),
    Metric("kelisim_refused_total", "counter", ("why", "route"), "Requests a wall refused; why = limit: too many."),
    Metric("kelisim_faults_total", "counter", ("type",), "Unexpected errors, by the exception's type."),
    Metric("kelisim_database_errors_total", "counter", (), "Those in which the database was away, locked or full."),
)
# Looked up when they are asked for; those of the database are the same from each process.
LOOKED_UP = (
    Metric("kelisim_ready", "gauge", (), "1 where /readyz says yes."),
    Metric("kelisim_check_failed", "gauge", ("check",), "1 for each check of /readyz that fails."),
    Metric("kelisim_certificate_days", "gauge", (), "Days left on the certificate; absent where another shows it."),
    Metric("kelisim_free_disk_bytes", "gauge", (), "Free disk where the instance is."),
    Metric("kelisim_job_ended_timestamp_seconds", "gauge", ("job",), "When a job last ended; well, if failures is 0."),
    Metric("kelisim_job_failures", "gauge", ("job",), "How often in a row a job has failed."),
    Metric("kelisim_job_late_seconds", "gauge", ("job",), "For how long a job has been due without being run."),
    Metric("kelisim_mails", "gauge", ("state",), "Mails in the outbox: waiting for a first try, or failing."),
    Metric("kelisim_deliveries", "gauge", ("state",), "Transfers that wait, and those that failed: a person decides."),
    Metric("kelisim_due", "gauge", ("noun", "state"), "What waits at the desk, due and overdue."),
    Metric("kelisim_journal_entries", "gauge", (), "Entries of the journal."),
    Metric("kelisim_journal_head_age_seconds", "gauge", (), "How old the newest published head of the journal is."),
)
METRICS = (*COUNTED, *LOOKED_UP)
BY_NAME: Mapping[str, Metric] = {metric.name: metric for metric in METRICS}
_PLACE = "kelisim.metrics"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Counters:
    """The counters of one process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry(auto_describe=False)
        ProcessCollector(registry=self.registry)
        self._counters = {metric.name: self._counter(metric) for metric in COUNTED if metric.kind == "counter"}
        took = BY_NAME["kelisim_request_seconds"]
        self._seconds = Histogram(took.name, took.says, took.labels, buckets=_SECONDS, registry=self.registry)

    def hear(self, event: str, facts: Mapping[str, object]) -> None:
        """Count an event of the log."""
        if event == "request":
            self._hear_request(facts)
            return
        for name, *labels in _counted(event, facts):
            counter = self._counters[name]
            (counter.labels(*labels) if labels else counter).inc()

    def _hear_request(self, facts: Mapping[str, object]) -> None:
        route, took = str(facts["route"] or "none"), facts["ms"]
        status = f"{facts['status']}"[0] + "xx"
        self._counters["kelisim_requests_total"].labels(str(facts["method"]), route, status).inc()
        if isinstance(took, float):
            self._seconds.labels(route).observe(took / 1000)

    def _counter(self, metric: Metric) -> Counter:
        return Counter(metric.name, metric.says, metric.labels, registry=self.registry)


def count(app: Flask) -> None:
    """Count what an application's log says, from now on."""
    app.extensions[_PLACE] = counters = Counters()
    listen(app, counters.hear)


def counters_of(app: Flask) -> Counters:
    """The counters of an application. Raises LookupError where nothing is counted."""
    found: Counters = app.extensions[_PLACE]
    return found


def _counted(event: str, facts: Mapping[str, object]) -> Iterable[tuple[str, ...]]:
    """The counters that an event moves, each with its labels."""
    if event == "submission":
        yield "kelisim_submissions_total", str(facts["result"])
    elif event == "suspect":
        for suspicion in _listed(facts["suspicions"]):
            yield "kelisim_suspects_total", suspicion
    elif event == "sign-in":
        yield "kelisim_sign_ins_total", str(facts["result"])
    elif event == "refused":
        yield "kelisim_refused_total", str(facts["why"]), str(facts.get("route") or "none")
    elif event == "fault":
        yield "kelisim_faults_total", _listed(facts["types"])[0]
        if facts["database"]:
            yield ("kelisim_database_errors_total",)


def _listed(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]

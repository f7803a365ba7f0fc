"""Building the application with its pages and commands: the only file that sees all rooms."""

import secrets

from flask import Flask
from jinja2 import StrictUndefined

from kelisim import (
    cli,
    cli_backup,
    cli_doctor,
    cli_documents,
    cli_erasures,
    cli_journal,
    cli_keys,
    cli_operators,
    cli_retention,
    cli_rights,
)
from kelisim.core import ROOT, create_core, utc_now
from kelisim.jobs import job_names
from kelisim.settings import Settings
from kelisim.web import errors, log, reading, security
from kelisim.web.dates import control_for, day_words, machine_words, moment_words
from kelisim.web.house import Clock, Randomness, house
from kelisim.web.looks import read_looks
from kelisim.web.operator import (
    account,
    acts,
    bulk,
    bulk_transfers,
    compliance,
    days,
    desk_documents,
    desk_statements,
    evidence,
    exports,
    home,
    incidents,
    journal,
    keepings,
    keys,
    papers,
    passkey_sign_in,
    passkeys,
    people,
    recipient_tasks,
    recipients,
    records,
    requests,
    retention,
    search,
    set_up,
    sign_in,
    statistics,
    tags,
    transfers,
    uses,
)
from kelisim.web.public import (
    answers,
    archive,
    choices,
    components,
    destructions,
    documents,
    my,
    probes,
    receipts,
    reports,
    rights,
    submissions,
    wellknown,
    who_receives,
)
from kelisim.web.static_files import serve_files
from kelisim.web.visits import count_visit

SITE = (
    submissions,
    receipts,
    my,
    answers,
    destructions,
    documents,
    archive,
    choices,
    reports,
    wellknown,
    probes,
    who_receives,
    rights,
    components,
)
DESK = (
    sign_in,
    statistics,
    set_up,
    home,
    records,
    search,
    papers,
    uses,
    bulk,
    bulk_transfers,
    tags,
    evidence,
    compliance,
    exports,
    incidents,
    acts,
    journal,
    requests,
    keepings,
    retention,
    days,
    recipients,
    recipient_tasks,
    transfers,
    desk_documents,
    desk_statements,
    people,
    account,
    passkeys,
    passkey_sign_in,
    keys,
)


def create_app(settings: Settings, *, clock: Clock = utc_now, randomness: Randomness = secrets.token_bytes) -> Flask:
    """The application of one instance, its database not touched yet.

    Raises vault.keys.KeyFileError and domain.documents.DocumentError where the instance is not whole,
    settings.SettingsError for a limit that cannot be read.
    """
    app = create_core(settings, clock=clock, randomness=randomness, job_names=job_names())
    with app.app_context():
        built = house()
    if settings.metrics_port:
        from kelisim.web import metrics  # noqa: PLC0415  # a site without metrics does not carry their library

        metrics.count(app)
    security.configure(app, built)
    log.log_requests(app)
    app.after_request(count_visit)
    reading.follow(app, settings)
    # The desk links to public pages: their addresses are known to it, and security sends who asks for them to the site.
    for module in (*SITE, *(DESK if settings.has_desk else ())):
        app.register_blueprint(module.blueprint)
    _furnish_templates(app)
    looks = read_looks(ROOT / "static", settings)
    serve_files(app, looks.files)
    app.jinja_env.globals["mark"] = looks.mark
    app.jinja_env.globals["touch"] = looks.touch
    errors.handle_errors(app)
    security.guard(app, built)
    cli.register(app)
    cli_operators.register(app)
    cli_documents.register(app)
    cli_retention.register(app)
    cli_journal.register(app)
    cli_erasures.register(app)
    cli_doctor.register(app)
    cli_backup.register(app, ROOT / "migrations")
    cli_keys.register(app)
    cli_rights.register(app)
    return app


def _furnish_templates(app: Flask) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.add_template_filter(moment_words, "when")
    app.add_template_filter(day_words, "day")
    app.add_template_filter(machine_words, "iso")
    app.add_template_filter(control_for, "control")

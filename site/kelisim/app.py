"""Building the application: the only file that sees all rooms."""

import secrets
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from flask import Flask
from flask_babel import Babel
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
from kelisim.domain.languages import DEFAULT, LANGUAGES
from kelisim.jobs import job_names
from kelisim.services import erasures
from kelisim.services.destructions import NOTED
from kelisim.services.passwords import Passwords
from kelisim.settings import Settings
from kelisim.storage.db import REPLICA, db, engine_options, follow_commits, let_go, prepare_engine
from kelisim.storage.library import read_library
from kelisim.storage.migrate import MigrationTool
from kelisim.vault import keys as key_files
from kelisim.vault.rotation import KeyRing
from kelisim.web import errors, log, reading, security
from kelisim.web.dates import day_words, moment_words
from kelisim.web.document_facts import document_facts
from kelisim.web.house import Clock, House, Randomness, house, place
from kelisim.web.kept_pages import KeptPages
from kelisim.web.languages import select_language
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
from kelisim.web.revisions import Revisions
from kelisim.web.statements import Statements
from kelisim.web.static_files import serve_files
from kelisim.web.visit_buffer import VisitBuffer
from kelisim.web.visits import count_visit

Function = TypeVar("Function")
ROOT = Path(__file__).resolve().parents[2]
TIME_ZONE = "Asia/Almaty"
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


class Kelisim(Flask):
    """Flask with a log that never says what was asked for, and whose functions are all plain ones."""

    def ensure_sync(self, func: Function) -> Function:
        """No view is a coroutine: Flask would ask so of each function around each request."""
        return func

    def log_exception(self, exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None]) -> None:
        """A fault that reached Flask itself: types and places only."""
        if exc_info[1] is not None:
            log.say_fault(exc_info[1])


def utc_now() -> datetime:
    """This moment, UTC: the clock of a real house."""
    return datetime.now(UTC)


def create_app(settings: Settings, *, clock: Clock = utc_now, randomness: Randomness = secrets.token_bytes) -> Flask:
    """The application of one instance, its database not touched yet.

    Raises vault.keys.KeyFileError and domain.documents.DocumentError where the instance is not whole,
    settings.SettingsError for a limit that cannot be read.
    """
    app = create_core(settings, clock=clock, randomness=randomness)
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


def create_core(settings: Settings, *, clock: Clock = utc_now, randomness: Randomness = secrets.token_bytes) -> Flask:
    """The application without a page: what a service needs around it, and nothing that answers a request.

    Raises as create_app does.
    """
    app = Kelisim("kelisim", template_folder=str(ROOT / "templates"), static_folder=None)
    app.config["BABEL_DEFAULT_LOCALE"] = DEFAULT
    app.config["BABEL_DEFAULT_TIMEZONE"] = TIME_ZONE
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(Path(__file__).parent / "translations")
    Babel(app, locale_selector=select_language)
    _open_database(app, settings)
    _settle(app, settings, clock, randomness)
    log.start_log(settings.log_format)
    return app


def _open_database(app: Flask, settings: Settings) -> None:
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(settings.database, settings.database_wait_seconds)
    if settings.replica_url:
        options = engine_options(settings.replica_url, settings.database_wait_seconds, reads_only=True)
        app.config["SQLALCHEMY_BINDS"] = {REPLICA: {"url": settings.replica_url, **options}}
    db.init_app(app)
    app.teardown_appcontext(_end_session)
    MigrationTool(app, str(ROOT / "migrations"))
    with app.app_context():
        prepare_engine(db.engine)


def _end_session(_problem: BaseException | None) -> None:
    """Before Flask-SQLAlchemy closes it: what goes wrong there would take the place of an answer that is ready."""
    if db.session.registry.has():
        let_go(db.session())


def _settle(app: Flask, settings: Settings, clock: Clock, randomness: Randomness) -> House:
    """Put the house of an instance into an application whose database is open."""
    built = _build_house(app, settings, clock, randomness)
    place(app.extensions, built)
    with app.app_context():
        follow_commits(db.engine, NOTED, erasures.writer(built.ledger, log.say_fault))
    return built


def _build_house(app: Flask, settings: Settings, clock: Clock, randomness: Randomness) -> House:
    with app.app_context():
        facts = {language: document_facts(settings, language) for language in LANGUAGES}
    revisions = Revisions(read_library(ROOT / "templates" / "documents", facts))
    return House(
        settings=settings,
        keys_now=KeyRing(settings.instance / "keys", partial(_keys, settings)),
        revisions=revisions,
        passwords=Passwords(),
        kept_pages=KeptPages(),
        visits=VisitBuffer(),
        clock=clock,
        randomness=randomness,
        statements=Statements(settings, revisions),
        job_names=job_names(),
    )


def _keys(settings: Settings, folder: Path) -> key_files.Keys:
    if settings.has_desk:
        return key_files.load(folder)
    readable = () if settings.trial else key_files.readable_desk_files(folder)
    if readable:
        raise key_files.KeyFileError(
            f"{folder / readable[0]} can be read by this process, whose role is public: take it away from there."
        )
    return key_files.load_public(folder)


def _furnish_templates(app: Flask) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.add_template_filter(moment_words, "when")
    app.add_template_filter(day_words, "day")
    app.add_template_filter(lambda moment: moment.isoformat(), "iso")

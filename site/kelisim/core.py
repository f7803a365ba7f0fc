"""The core of an application: the database, the house and the languages. No page, no command.

What runs without a visitor (the start's own look at the database, the jobs) is built on it alone and loads a third less.
"""

import secrets
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from flask import Flask
from flask_babel import Babel

from kelisim.domain.languages import DEFAULT, LANGUAGES
from kelisim.services import erasures
from kelisim.services.destructions import NOTED
from kelisim.services.passwords import Passwords
from kelisim.settings import Settings
from kelisim.storage.db import REPLICA, db, engine_options, follow_commits, let_go, prepare_engine
from kelisim.storage.library import read_library
from kelisim.storage.migrate import MigrationTool
from kelisim.vault import keys as key_files
from kelisim.vault.rotation import KeyRing
from kelisim.web import log
from kelisim.web.document_facts import document_facts
from kelisim.web.house import Clock, House, Randomness, place
from kelisim.web.kept_pages import KeptPages
from kelisim.web.languages import select_language
from kelisim.web.revisions import Revisions
from kelisim.web.statements import Statements
from kelisim.web.visit_buffer import VisitBuffer

Function = TypeVar("Function")
ROOT = Path(__file__).resolve().parents[2]
TIME_ZONE = "Asia/Almaty"


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


def create_core(
    settings: Settings,
    *,
    clock: Clock = utc_now,
    randomness: Randomness = secrets.token_bytes,
    job_names: frozenset[str] = frozenset(),
) -> Flask:
    """The application without a page: what a service needs around it, and nothing that answers a request.

    ``job_names``: of the jobs whose state a page shows. Raises as kelisim.app.create_app does.
    """
    app = Kelisim("kelisim", template_folder=str(ROOT / "templates"), static_folder=None)
    app.config["BABEL_DEFAULT_LOCALE"] = DEFAULT
    app.config["BABEL_DEFAULT_TIMEZONE"] = TIME_ZONE
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(Path(__file__).parent / "translations")
    Babel(app, locale_selector=select_language)
    _open_database(app, settings)
    settle(app, settings, clock, randomness, job_names)
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


def settle(
    app: Flask, settings: Settings, clock: Clock, randomness: Randomness, job_names: frozenset[str] = frozenset()
) -> House:
    """Put the house of an instance into an application whose database is open."""
    built = _build_house(app, settings, clock, randomness, job_names)
    place(app.extensions, built)
    with app.app_context():
        follow_commits(db.engine, NOTED, erasures.writer(built.ledger, log.say_fault))
    return built


def _build_house(
    app: Flask, settings: Settings, clock: Clock, randomness: Randomness, job_names: frozenset[str]
) -> House:
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
        job_names=job_names,
    )


def _keys(settings: Settings, folder: Path) -> key_files.Keys:
    if settings.has_desk:
        return key_files.load(folder)
    readable = () if settings.trial else key_files.readable_desk_files(folder)
    if readable:
        raise key_files.KeyFileError(
            f"{readable[0]} can be read by this process, whose role is public: take it away from there."
        )
    return key_files.load_public(folder)

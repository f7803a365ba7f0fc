"""Applications that one test after another uses: building one took most of the time that most tests need.

Whoever is lent one finds a house, an engine, limits and a shelf that nobody has used. One that a test has changed is
not lent again.
"""

import secrets
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

from kelisim.core import settle
from kelisim.settings import Settings
from kelisim.storage.db import db, engine_options, prepare_engine
from kelisim.web.house import Clock, House, place
from kelisim.web.shelf import Shelf

Make = Callable[..., Flask]
_statements: LRUCache[Any, Any] = LRUCache(5000)


def compile_each_statement_once() -> None:
    """Let the engines of this process share what SQLAlchemy compiles of a statement: it is the same for all databases
    of a kind. It keeps that by the dialect, of which each engine has one of its own.
    """
    DefaultDialect.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign]
    DefaultDialect.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign]


def share_statements(app: Flask) -> None:
    """Let an application's engine take part in it."""
    with app.app_context():
        db.engine._compiled_cache = _statements


class Lender:
    """The applications of one process that nobody uses at the moment."""

    def __init__(self) -> None:
        self._free: dict[Hashable, list[Flask]] = {}
        self._whole: dict[Flask, tuple[House, dict[str, Any], Hashable]] = {}

    def lend(self, make: Make, settings: Settings, clock: Clock, build: Make) -> Flask:
        """An application that ``make`` made, on this instance and clock. ``build`` makes one where none is free."""
        free = self._free.setdefault(_kind(make, settings), [])
        if not free:
            app = build(settings, make, clock=clock)
            self._whole[app] = (app.extensions["kelisim"], dict(app.config), _state(app))
            return app
        app = free.pop()
        built, config, _ = self._whole[app]
        app.config.clear()
        app.config.update(config)
        _move(app, settings, clock, built)
        return app

    def take_back(self, app: Flask, make: Make, settings: Settings) -> None:
        """It may be lent again, unless it was changed."""
        if self._whole[app][2] == _state(app) and not _remembers(settings):
            self._free[_kind(make, settings)].append(app)
        else:
            del self._whole[app]


def _kind(make: Make, settings: Settings) -> Hashable:
    """What may differ from one loan to the next is where the instance and the database are: an application holds on to
    other settings where it was built.
    """
    others = replace(settings, instance=Path(), database_url="")
    return make, settings.database.partition(":")[0], tuple(getattr(others, field.name) for field in fields(others))


def _remembers(settings: Settings) -> bool:
    """Does an application on these settings hold what no loan gives back: counters, a replica, limits elsewhere?"""
    return bool(settings.metrics_port or settings.replica_url or settings.redis_url)


def _state(app: Flask) -> Hashable:
    """What a test could have changed about an application itself."""
    functions = (app.before_request_funcs, app.after_request_funcs, app.teardown_request_funcs)
    templates, extensions = app.jinja_env, {**app.extensions, "kelisim": None}  # the house is put back by each loan
    return (
        _identities(app.view_functions),
        *(tuple(map(id, found.get(None, ()))) for found in functions),
        tuple(map(id, app.teardown_appcontext_funcs)),
        len(list(app.url_map.iter_rules())),
        _identities({**templates.globals, **templates.filters, **templates.tests}),
        (id(templates.loader), id(templates.undefined)),
        _identities(extensions),
        _identities(vars(app.extensions["babel"])),
        _identities(app.cli.commands),
        (id(vars(app).get("wsgi_app")), id(app.session_interface)),
    )


def _identities(named: Mapping[str, object]) -> Hashable:
    return tuple(sorted((name, id(value)) for name, value in named.items()))


def _move(app: Flask, settings: Settings, clock: Clock, built: House) -> None:
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database
    app.test_client_class = None
    app._got_first_request = False
    options = {"url": settings.database, **engine_options(settings.database, settings.database_wait_seconds)}
    db._apply_driver_defaults(options, app)
    db._app_engines[app][None] = engine = db._make_engine(None, options, app)
    prepare_engine(engine)
    share_statements(app)
    fresh = settle(app, settings, clock, secrets.token_bytes, built.job_names)
    for field in fields(House):  # in place: the walls and the shelf hold on to it
        object.__setattr__(built, field.name, getattr(fresh, field.name))
    place(app.extensions, built)
    if app.secret_key is not None:
        app.secret_key = built.keys.desk.desk_form
    for limiter in app.extensions.get("limiter", ()):
        limiter.reset()
    for function in app.after_request_funcs.get(None, ()):
        if isinstance(shelf := getattr(function, "__self__", None), Shelf):
            shelf._shelved.clear()

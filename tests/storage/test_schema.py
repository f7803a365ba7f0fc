"""The migrated schema is what the tables say, and going down leaves nothing."""

from collections.abc import Iterator
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Engine, inspect, text

from kelisim.app import create_app
from kelisim.core import ROOT
from kelisim.settings import Settings
from kelisim.storage import schema
from kelisim.storage.db import Base, db
from tests.conftest import dispose

MIGRATIONS = str(ROOT / "migrations")
# What each of the two databases keeps of a schema, our own bookkeeping left out.
LEFT_OVERS = {
    "sqlite": "SELECT type || ' ' || name FROM sqlite_master WHERE tbl_name <> 'alembic_version'",
    "postgresql": """
        SELECT 'relation ' || relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
               AND relname NOT LIKE 'alembic_version%'
        UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT 'type ' || typname FROM pg_type WHERE typnamespace = 'public'::regnamespace
               AND typname NOT LIKE '%alembic_version'
    """,
}


def left_overs(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return sorted(connection.scalars(text(LEFT_OVERS[engine.dialect.name])))


def picture(engine: Engine) -> dict[str, Any]:
    """Everything the database says of each table, names of constraints included."""
    found = inspect(engine)
    return {
        table: {
            "columns": [
                (column["name"], str(column["type"]), column["nullable"], column["default"])
                for column in found.get_columns(table)
            ],
            "key": found.get_pk_constraint(table),
            "foreign": sorted(found.get_foreign_keys(table), key=str),
            "unique": sorted(found.get_unique_constraints(table), key=str),
            "checks": sorted(found.get_check_constraints(table), key=str),
            "indexes": sorted(found.get_indexes(table), key=str),
        }
        for table in sorted(found.get_table_names())
        if table != "alembic_version"
    }


@pytest.fixture
def bare(each_new_database: Settings) -> Iterator[Flask]:
    """An application whose database is empty."""
    app = create_app(each_new_database)
    with app.app_context():
        yield app
    dispose(app)


def test_migrating_gives_what_the_tables_say_and_down_leaves_nothing(bare: Flask) -> None:
    with bare.app_context():
        upgrade(directory=MIGRATIONS)
        with db.engine.connect() as connection:
            context = MigrationContext.configure(
                connection, opts={"compare_type": True, "compare_server_default": True}
            )
            assert compare_metadata(context, Base.metadata) == []
        migrated, first_left_overs = picture(db.engine), left_overs(db.engine)
        downgrade(directory=MIGRATIONS, revision="base")
        assert left_overs(db.engine) == []
        Base.metadata.create_all(db.engine)
        assert picture(db.engine) == migrated
        Base.metadata.drop_all(db.engine)
        upgrade(directory=MIGRATIONS)
        assert left_overs(db.engine) == first_left_overs


def test_the_newest_migration_is_known_without_the_migration_tool(app_on_each: Flask) -> None:
    config = Config(f"{MIGRATIONS}/alembic.ini")
    config.set_main_option("script_location", MIGRATIONS)
    assert ScriptDirectory.from_config(config).get_heads() == [schema.HEAD]
    with app_on_each.app_context(), db.engine.connect() as connection:
        assert list(connection.scalars(text("SELECT version_num FROM alembic_version"))) == [schema.HEAD]


def test_every_constraint_has_a_name_of_the_convention(app_on_each: Flask) -> None:
    with app_on_each.app_context():
        for table, parts in picture(db.engine).items():
            assert parts["key"]["name"] in {None, f"pk_{table}", f"{table}_pkey"}
            for kind, begins in (("foreign", "fk_"), ("unique", "uq_"), ("checks", "ck_")):
                assert all(part["name"].startswith(f"{begins}{table}_") for part in parts[kind]), (table, kind)
            assert all(part["name"].startswith((f"ix_{table}_", f"uq_{table}_")) for part in parts["indexes"]), table

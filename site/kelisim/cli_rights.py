"""``flask rights``: what the database account of the public site may be given."""

import click
from flask import Flask
from flask.cli import with_appcontext
from sqlalchemy import text

from kelisim.cli import in_one_line
from kelisim.storage.db import db
from kelisim.storage.rights import grants

# The sequences that number rows by themselves, and the table each belongs to.
_SEQUENCES = text(
    "SELECT owner.relname AS table_name, sequence.relname AS sequence_name FROM pg_class sequence "
    "JOIN pg_depend ON pg_depend.objid = sequence.oid AND pg_depend.deptype IN ('a', 'i') "
    "JOIN pg_class owner ON owner.oid = pg_depend.refobjid WHERE sequence.relkind = 'S'"
)


def register(app: Flask) -> None:
    """Add the command to an application."""
    app.cli.add_command(rights)


@click.command("rights", help="Print the SQL that gives the site's own PostgreSQL account ACCOUNT what it needs.")
@click.argument("account")
@with_appcontext
def rights(account: str) -> None:
    """For psql, as the account that owns the tables; again after each migration."""
    with in_one_line():
        if db.engine.dialect.name != "postgresql":
            raise click.ClickException("database_url is no PostgreSQL: on SQLite the rights are those of the file")
        sequences = {found.table_name: found.sequence_name for found in db.session.execute(_SEQUENCES)}
        try:
            lines = grants(account, sequences)
        except ValueError:
            raise click.ClickException(f"{account!r} is no plain name: small Latin letters, digits and _") from None
        for line in lines:
            click.echo(line)

"""``flask erasures``: the ledger of what was destroyed, held against the database."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import Flask
from flask.cli import AppGroup

from kelisim.cli import in_one_line
from kelisim.services import erasures
from kelisim.services.erasures import LedgerAhead
from kelisim.services.records import SITE_ACTOR, By
from kelisim.storage.db import db, forget
from kelisim.storage.ledger import LedgerBroken
from kelisim.web.house import house

group = AppGroup("erasures", help="The ledger of what was destroyed, outside the database.")


def register(app: Flask) -> None:
    """Add the commands to an application."""
    app.cli.add_command(group)


@group.command("verify", help="Check the whole ledger, and that nothing it names is there.")
def verify() -> None:
    """Exit code 1 where the ledger does not hold, lacks an act, or names a record that is there again."""
    with in_one_line(), ledger_in_one_line():
        found = erasures.compare(db.session(), house().ledger)
        if found.came_back:
            raise click.ClickException(
                f"{found.came_back} records of the ledger are in the database again: run `flask erasures apply`"
            )
        erasures.check_not_ahead(db.session(), house().ledger)
        if found.unwritten:
            raise click.ClickException(
                f"the ledger lacks {found.unwritten} acts of destruction: run `flask jobs run erasures`"
            )
        click.echo(f"The ledger holds: {found.lines} lines. Nothing it names is in the database.")


@group.command("apply", help="Destroy again what the ledger names and a backup brought back.")
def apply() -> None:
    """Say how many records went."""
    with in_one_line(), ledger_in_one_line():
        by = By(SITE_ACTOR, house().keys.site.journal, house().now)
        again = erasures.erase_again(db.session(), house().ledger, by=by)
        erasures.note_restored(db.session(), house().ledger, by=by)
        forget(db.session())
        click.echo(f"{again} records were destroyed again.")


@contextmanager
def ledger_in_one_line() -> Iterator[None]:
    """What is wrong with the ledger is said in one line."""
    try:
        yield
    except (LedgerBroken, LedgerAhead) as problem:
        raise click.ClickException(str(problem)) from None
    except OSError as problem:
        raise click.ClickException(
            f"{house().ledger.path} cannot be read or written ({problem.strerror}): set erasures_folder"
        ) from None

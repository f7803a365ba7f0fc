"""``flask backup`` and ``flask restore``."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask
from flask.cli import with_appcontext

from kelisim.cli import in_one_line
from kelisim.cli_erasures import ledger_in_one_line
from kelisim.domain.backups import BackupBroken
from kelisim.services import backups, erasures, restoring
from kelisim.services.backups import BackupProblem
from kelisim.services.records import SITE_ACTOR, By
from kelisim.services.restoring import Means, RestoreProblem
from kelisim.storage.db import db
from kelisim.web.house import house

_PATH = click.Path(path_type=Path)


def register(app: Flask, migrations: Path) -> None:
    """Add the commands to an application. ``migrations``: the folder of the schema's history."""
    app.cli.add_command(backup)
    app.cli.add_command(
        click.Command(
            "restore",
            callback=with_appcontext(lambda path, without_erasures: _restore(path, without_erasures, migrations)),
            params=[
                click.Argument(["path"], type=_PATH),
                click.Option(
                    ["--without-erasures"], is_flag=True, help="There is no ledger: nothing was destroyed since."
                ),
            ],
            help="Bring back a backup into a new instance that has its keys and its ledger of erasures.",
        )
    )


@click.command("backup", help="Write everything but the keys to PATH, sealed for the Operator, while the site works.")
@click.argument("path", type=_PATH)
@with_appcontext
def backup(path: Path) -> None:
    """Say how much is in it."""
    with in_one_line(), _file_in_one_line(path):
        house_ = house()
        made = backups.make(db.session(), path, keys=house_.keys, now=house_.now, randomness=house_.randomness)
    click.echo(f"{path} holds {made.rows} rows, the journal up to entry {made.entries}.")
    click.echo("It opens with the Operator's key only: `flask keys export` keeps that, in another place.")


def _restore(path: Path, without_erasures: bool, migrations: Path) -> None:
    with in_one_line(), ledger_in_one_line(), _file_in_one_line(path):
        house_ = house()
        ledger, settings = house_.ledger, house_.settings
        if not house_.keys.privates:
            raise click.ClickException("the Operator's private key is not here: bring it first, `flask keys import`")
        if not without_erasures and ledger.last() is None:
            raise click.ClickException(
                f"there is no ledger of erasures at {ledger.path}: copy it there, or say --without-erasures where "
                "nothing was destroyed since the backup"
            )
        by = By(SITE_ACTOR, house_.keys.site.journal, house_.now)
        means = Means(house_.keys.privates, house_.keys.site, ledger, house_.library, migrations, by)
        db.session.remove()
        db.engine.dispose()
        done = restoring.restore(path, settings.database, means, wait_seconds=settings.database_wait_seconds)
        erasures.note_restored(db.session(), ledger, by=by)
    click.echo(f"{done.manifest.rows} rows are back, as of {done.manifest.made_at:%Y-%m-%d %H:%M:%S} UTC.")
    click.echo(f"{done.erased} records that were destroyed since were destroyed again. The journal holds.")


@contextmanager
def _file_in_one_line(path: Path) -> Iterator[None]:
    """What is wrong with a backup is said in one line."""
    try:
        yield
    except BackupBroken as problem:
        raise click.ClickException(f"{path} is no whole backup of this site: {problem}") from None
    except (BackupProblem, RestoreProblem) as problem:
        raise click.ClickException(str(problem)) from None
    except OSError as problem:
        raise click.ClickException(f"{problem.filename or path}: {problem.strerror}") from None

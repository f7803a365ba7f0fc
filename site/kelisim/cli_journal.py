"""``flask journal``: verify the chain, the published heads, a head that somebody kept."""

from typing import IO

import click
from flask import Flask
from flask.cli import AppGroup

from kelisim.cli import in_one_line
from kelisim.domain.heads import HeadProblem, Misfit
from kelisim.services import heads, journal
from kelisim.services.heads import Unfit
from kelisim.storage.db import db
from kelisim.web.house import house

journal_group = AppGroup("journal", help="The journal of acts.")

_UNFIT = {
    Misfit.GONE: "the last of them is gone, the tail was cut off",
    Misfit.OTHER: "another entry stands in the place of the last of them",
    Misfit.ALTERED: "the head that is kept here is not the one that was signed",
}


def register(app: Flask) -> None:
    """Add the commands to an application."""
    app.cli.add_command(journal_group)


@journal_group.command("verify", help="Check the whole chain of the journal, and the heads that were published of it.")
@click.option("--head", "file", type=click.File("rb"), help="A head that somebody kept, or the saved page of heads.")
def verify(file: IO[bytes] | None) -> None:
    """Exit code 1 with the entry where the chain does not hold, or the day whose head it does not fit."""
    with in_one_line():
        session, seed = db.session(), house().keys.site.receipt_signature
        broken = journal.verify(session, key=house().keys.site.journal)
        if broken is not None:
            raise click.ClickException(f"the journal does not hold from entry {broken} on")
        _refuse(heads.first_unfit(session, seed=seed))
        if file is not None:
            _refuse(_of_file(file.read(), seed))
        click.echo(f"The journal holds: {journal.count(session)} entries.")
        days = heads.count(session)
        if days:
            click.echo(f"It fits its published heads: {days}.")
        if file is not None:
            click.echo("It fits the file.")


def _of_file(raw: bytes, seed: bytes) -> Unfit | None:
    try:
        return heads.first_unfit_of_file(db.session(), raw, seed=seed)
    except HeadProblem as problem:
        raise click.ClickException(f"the file cannot be compared: {problem}") from None


def _refuse(unfit: Unfit | None) -> None:
    if unfit is not None:
        why = _UNFIT[unfit.why]
        raise click.ClickException(
            f"the journal does not fit its head of {unfit.day}, of {unfit.entries} entries: {why}"
        )

"""The ``flask`` commands. They call services and print; nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import Flask
from flask.cli import AppGroup

from kelisim.services import journal, operators
from kelisim.storage.db import DATABASE_AWAY, db
from kelisim.web.house import house

_MIGRATIONS = "db"
operators_group = AppGroup("operators", help="The people who may sign in at the desk.")


journal_group = AppGroup("journal", help="The journal of acts.")


class Commands(AppGroup):
    """The commands of an application; Flask-Migrate's ``flask db`` is loaded when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All of them, by name."""
        return sorted({*super().list_commands(ctx), _MIGRATIONS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One of them."""
        return _migration_group() if cmd_name == _MIGRATIONS else super().get_command(ctx, cmd_name)


def register(app: Flask) -> None:
    """Add the commands to an application."""
    app.cli = Commands(commands=app.cli.commands)
    app.cli.add_command(operators_group)
    app.cli.add_command(journal_group)


@operators_group.command("add", help="Add NAME and print a one-time set-up link.")
@click.argument("name")
def add_operator(name: str) -> None:
    """The set-up link of a new person."""
    _print_link(name, operators.add)


@operators_group.command("reset", help="Take NAME's password, second factor and sessions away; print a new link.")
@click.argument("name")
def reset_operator(name: str) -> None:
    """The set-up link of a person who lost their way in."""
    _print_link(name, operators.reset)


@journal_group.command("verify", help="Check the whole chain of the journal.")
def verify_journal() -> None:
    """Exit code 1 and the number of the entry where the chain does not hold."""
    with _in_one_line():
        broken = journal.verify(db.session(), key=house().keys.site.journal)
        if broken is not None:
            raise click.ClickException(f"the journal does not hold from entry {broken} on")
        click.echo(f"The journal holds: {journal.count(db.session())} entries.")


def set_up_link(token: str) -> str:
    """The full address of a set-up link."""
    return f"{house().settings.address}/operator/set-up/{token}"


def _print_link(name: str, verb: operators.GivesLink) -> None:
    with _in_one_line():
        token = verb(db.session(), name, settings=house().settings, now=house().now, randomness=house().randomness)
    click.echo(set_up_link(token))
    click.echo(f"The link works once, for {house().settings.set_up_hours} hours.")


def _migration_group() -> click.Group:
    from flask_migrate.cli import db as group  # noqa: PLC0415  # it loads Alembic, which only these commands need

    found: click.Group = group
    return found


@contextmanager
def _in_one_line() -> Iterator[None]:
    """Say what went wrong in one line instead of a trace."""
    try:
        yield
    except operators.OperatorProblem as problem:
        raise click.ClickException(str(problem)) from None
    except DATABASE_AWAY as problem:
        words = getattr(problem, "orig", None) or problem
        raise click.ClickException(f"the database does not answer ({words}): `make run` makes it ready.") from None

"""The ``flask`` commands. They call services and print; nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from kelisim.jobs import JOBS
from kelisim.runner import JobProblem, Runner
from kelisim.services import choice_closings, jobs
from kelisim.storage.db import DATABASE_AWAY, db
from kelisim.web.house import house

_MIGRATIONS = "db"
jobs_group = AppGroup("jobs", help="The jobs of the background worker.")
choices_group = AppGroup("choices", help="The records of choices about cookies.")


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
    app.cli.add_command(jobs_group)
    app.cli.add_command(choices_group)


@jobs_group.command("list", help="Say of each job how often it runs, how it went and when it is due.")
def list_jobs() -> None:
    """One line for each job, the ones this version knows."""
    with in_one_line():
        found = {state.name: state for state in jobs.states(db.session())}
        for job in sorted(JOBS, key=lambda job: job.name):
            click.echo(_job_line(job.name, job.every(house().settings), found.get(job.name)))


@jobs_group.command("run", help="Run the job NAME now, due or not.")
@click.argument("name")
def run_job(name: str) -> None:
    """Exit code 1 where it failed or another process runs it."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  # Flask's documented way to hand the application to a thread
    with in_one_line():
        if not Runner(app).run_now(name):
            raise click.ClickException(f"the job {name} failed; the lines above say where")
    click.echo(f"The job {name} is done.")


@choices_group.command("verify", help="Check every record of a choice, and the counts of those that have gone.")
def verify_choices() -> None:
    """Exit code 1 and what does not hold."""
    with in_one_line():
        damage = choice_closings.verify(db.session(), key=house().keys.site.choice_record)
        if damage is not None:
            raise choice_closings.ChoicesDamaged(damage)
        click.echo(f"The choices hold: {choice_closings.count(db.session())} records.")


def _job_line(name: str, every: timedelta, state: jobs.JobState | None) -> str:
    line = f"{name}: every {every}"
    if state is None:
        return f"{line}; never run"
    began = f"began {state.last_started:%Y-%m-%d %H:%M:%S} UTC" if state.last_started else "never run"
    line = f"{line}; {began}; {state.last_result or 'no result yet'}; due {state.next_due:%Y-%m-%d %H:%M:%S} UTC"
    return f"{line}; run by {state.holder}" if state.is_held(house().now) else line


def _migration_group() -> click.Group:
    from flask_migrate.cli import db as group  # noqa: PLC0415  # it loads Alembic, which only these commands need

    found: click.Group = group
    return found


@contextmanager
def in_one_line() -> Iterator[None]:
    """Say what went wrong in one line instead of a trace."""
    try:
        yield
    except (JobProblem, choice_closings.ChoicesDamaged) as problem:
        raise click.ClickException(str(problem)) from None
    except DATABASE_AWAY as problem:
        words = getattr(problem, "orig", None) or problem
        raise click.ClickException(f"the database does not answer ({words}): `make run` makes it ready.") from None

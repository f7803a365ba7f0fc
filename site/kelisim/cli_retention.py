"""``flask retention``: what will be destroyed when, and doing it now."""

import click
from flask import Flask
from flask.cli import AppGroup

from kelisim.cli import in_one_line
from kelisim.domain.deadlines import local_day
from kelisim.services import retention
from kelisim.services.records import SITE_ACTOR, By
from kelisim.storage.db import db
from kelisim.web.house import house

group = AppGroup("retention", help="Records whose time is over.")


def register(app: Flask) -> None:
    """Add the commands to an application."""
    app.cli.add_command(group)


@group.command("preview", help="Say which records will be destroyed when. Nothing is done.")
def preview() -> None:
    """One line for each record, the soonest first, then how many."""
    with in_one_line():
        rules = house().settings.retention
        lines = retention.plan(db.session(), today=local_day(house().now), rules=rules)
        for line in lines:
            click.echo(f"{line.goes.isoformat()} {line.reference} {line.ground.value}")
        click.echo(f"{len(lines)} records go within {rules.warning} days.")


@group.command("run", help="Do now what the daily job does.")
def run() -> None:
    """Say what was done."""
    with in_one_line():
        by = By(SITE_ACTOR, house().keys.site.journal, house().now)
        outcome = retention.run(db.session(), rules=house().settings.retention, by=by)
        click.echo(
            f"{outcome.warned} shown as about to go, {outcome.expired} consents expired, {outcome.destroyed} destroyed."
        )

"""``flask doctor``: is this installation well, and what mends it where it is not?"""

import json
from dataclasses import asdict

import click
from flask import Flask
from flask.cli import with_appcontext

from kelisim.cli import in_one_line
from kelisim.doctor import examine
from kelisim.domain.findings import Finding, Verdict
from kelisim.web.house import house


def register(app: Flask) -> None:
    """Add the command to an application."""
    app.cli.add_command(doctor)


@click.command("doctor", help="Look this installation over; say how to mend what is not well.")
@click.option("--json", "as_json", is_flag=True, help="For a program: a list of findings.")
@with_appcontext
def doctor(as_json: bool) -> None:
    """Exit code 1 where something must be mended."""
    with in_one_line():
        findings = list(examine(house()))
    click.echo(json.dumps([asdict(found) for found in findings]) if as_json else "\n".join(map(_line, findings)))
    if any(found.verdict is Verdict.MEND for found in findings):
        raise SystemExit(1)


def _line(found: Finding) -> str:
    line = f"{found.verdict.value:6} {found.name}: {found.says}"
    return f"{line}. To mend it: {found.remedy}." if found.remedy else f"{line}."

"""``flask operators``: the people who may sign in at the desk."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import click
from flask import Flask
from flask.cli import AppGroup

from kelisim.cli import in_one_line
from kelisim.domain.operators import Role
from kelisim.invitation import set_up_link
from kelisim.services import staff
from kelisim.services.records import SITE_ACTOR, By
from kelisim.services.staff import Invited, Member, StaffProblem, StaffRefused
from kelisim.storage.db import db
from kelisim.web.house import house

group = AppGroup("operators", help="The people who may sign in at the desk.")

_PROBLEMS: Mapping[StaffProblem, str] = {
    StaffProblem.NO_NAME: "{name!r} cannot be a name: letters, digits, spaces and . _ @ ' - up to 64 signs.",
    StaffProblem.KNOWN: "{name!r} is there already: `flask operators reset` gives a new set-up link.",
    StaffProblem.UNKNOWN: "There is no operator {name!r}: `flask operators add` makes one.",
    StaffProblem.DISABLED: "{name!r} is disabled already: `flask operators reset` lets them in again.",
    StaffProblem.LAST: "{name!r} is the last administrator who can come in: add another one first.",
}


def register(app: Flask) -> None:
    """Add the commands to an application."""
    app.cli.add_command(group)


@group.command("add", help="Add NAME and print a one-time set-up link. The first one is an administrator.")
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.OPERATOR.value)
def add(name: str, role: str) -> None:
    """The set-up link of a new person."""
    _print_link(
        name,
        lambda: staff.invite(
            db.session(),
            name,
            Role(role),
            settings=house().settings,
            keys=house().keys,
            by=_by(),
            randomness=house().randomness,
        ),
    )


@group.command("reset", help="Take NAME's way in and sessions away; print a new link. Lets in who was disabled.")
@click.argument("name")
def reset(name: str) -> None:
    """The set-up link of a person who lost their way in."""
    _print_link(
        name,
        lambda: staff.reset(
            db.session(),
            staff.number_of(db.session(), name),
            settings=house().settings,
            keys=house().keys,
            by=_by(),
            randomness=house().randomness,
        ),
    )


@group.command("disable", help="Take NAME's way in and every session away, at once.")
@click.argument("name")
def disable(name: str) -> None:
    """Their line stays, so that the journal keeps their name."""
    with _told(name):
        staff.disable(db.session(), staff.number_of(db.session(), name), by=_by())
    click.echo(f"{name} cannot come in any more.")


@group.command("list", help="Say who may come in, and as what.")
def list_all() -> None:
    """One line for each."""
    with in_one_line():
        for one in staff.members(db.session()):
            click.echo(_line(one))


def _print_link(name: str, verb: Callable[[], Invited]) -> None:
    with _told(name):
        invited = verb()
    click.echo(set_up_link(invited.token))
    click.echo(f"The link works once, for {house().settings.set_up_hours} hours.")
    click.echo(f"Role: {invited.operator.role.value}.")


def _line(one: Member) -> str:
    state = "disabled" if one.disabled_at is not None else "ready" if one.ready else "invited"
    seen = f"seen {one.seen_at:%Y-%m-%d %H:%M} UTC" if one.seen_at is not None else "never seen"
    passkeys = f", passkeys: {one.passkeys}" if one.passkeys else ""
    return f"{one.operator.name}: {one.operator.role.value}, {state}, {seen}{passkeys}"


def _by() -> By:
    return By(SITE_ACTOR, house().keys.site.journal, house().now)


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Say in one line why it is not done."""
    if not house().settings.has_desk:
        raise click.ClickException("role is public: run this where the desk is, with role operator or all.")
    with in_one_line():
        try:
            yield
        except StaffRefused as refused:
            raise click.ClickException(_PROBLEMS[refused.problem].format(name=name)) from None

"""``flask documents``: publish, list, verify, approve. They call services and print; nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from kelisim.cli import in_one_line
from kelisim.domain.deadlines import local_day
from kelisim.domain.differences import Change, Piece
from kelisim.domain.documents import DocumentError, Kind
from kelisim.domain.languages import LANGUAGES
from kelisim.domain.publishing import PublishProblem
from kelisim.services import document_checks, documents
from kelisim.services.document_checks import Damage, Flaw
from kelisim.services.documents import Plan, Planned
from kelisim.storage.db import db
from kelisim.web.document_facts import document_facts
from kelisim.web.house import house

documents_group = AppGroup("documents", help="The texts of the site: the Consent, the policy, the cookie page.")

_MARKS = {Change.REMOVED: ("[-", "-]"), Change.ADDED: ("{+", "+}")}
# How much of what stays is shown on each side of a change.
_AROUND = 60
_DAMAGES = {
    Flaw.PUBLISHED_CHANGED: "{}: the published text is not what was published",
    Flaw.PUBLISHED_GONE: "{}: the published text is gone",
    Flaw.NOT_JOURNALLED: "{}: the journal knows nothing of this published text",
    Flaw.SHOWN_CHANGED: "{}: the kept text is not what was shown",
    Flaw.TEXT_MISSING: "{}: the text this consent was given to is not kept",
    Flaw.APPROVED_MISSING: "{}: the approved words with this hash are not kept",
}


def register(app: Flask) -> None:
    """Add the commands to an application."""
    app.cli.add_command(documents_group)


@documents_group.command("publish", help="Publish a revision: one FILE for each language. A dry run without --yes.")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Publish. Without it nothing is written.")
def publish(files: tuple[Path, ...], yes: bool) -> None:
    """Show what would change and what it would ask of whom; with --yes, do it."""
    here, now = house(), house().now
    with _in_one_line():
        facts = {language: document_facts(here.settings, language) for language in LANGUAGES}
        texts = documents.read_files(files, facts)
        shipped = here.revisions.shipped
        _say_plan(documents.plan(db.session(), texts, shipped=shipped, today=local_day(now)))
        if not yes:
            click.echo("This was a dry run: nothing is written. Add --yes to publish.")
            return
        documents.publish(
            db.session(), texts, shipped=shipped, today=local_day(now), key=here.keys.site.journal, now=now
        )
    here.revisions.look(at_once=True)
    click.echo(f"Published: {len(texts)} texts. A running site shows them within seconds.")


@documents_group.command("list", help="Every revision: date, state, languages, hashes.")
def list_documents() -> None:
    """One line for each text."""
    with _in_one_line():
        known = documents.known(db.session(), house().revisions.shipped)
    today = local_day(house().now)
    for text in documents.in_order(known.library):
        state = known.library.force(text, today).value.replace("_", " ")
        approval = "approved" if text.sha256 in known.approved else "draft"
        click.echo(
            f"{text.kind:8} {text.revision:12} {text.in_force} {state:9} {text.language} {approval:9} {text.sha256}"
        )


@documents_group.command("verify", help="Hash every text again and look for the text of every consent.")
def verify() -> None:
    """Exit code 1 and a line for each damage."""
    with _in_one_line():
        found = document_checks.verify(db.session(), house().revisions.shipped)
    for name in found.reworded:
        click.echo(f"Note: {name} reads otherwise than it was shown: a setting was changed. Consents keep their words.")
    if found.damages:
        raise click.ClickException("; ".join(_said(damage) for damage in found.damages))
    click.echo(
        f"The documents hold: {found.published} published texts, {found.shown} texts that were shown or approved."
    )


@documents_group.command("approve", help="Approve a revision as it reads now: it is a draft no longer.")
@click.argument("kind", type=click.Choice([kind.value for kind in Kind]))
@click.argument("revision")
@click.option("--by", required=True, metavar="NAME", help="Who approved it.")
def approve(kind: str, revision: str, by: str) -> None:
    """Record the approval of each language's words."""
    here = house()
    with _in_one_line():
        approved = documents.approve(
            db.session(),
            Kind(kind),
            revision,
            by=by,
            shipped=here.revisions.shipped,
            key=here.keys.site.journal,
            now=here.now,
        )
    here.revisions.look(at_once=True)
    for text in approved:
        click.echo(f"Approved: {text.kind} {text.revision} ({text.language}) {text.sha256}")


def _say_plan(plan: Plan) -> None:
    for text in plan.texts:
        _say_text(text)
    first = {(text.document.kind, text.document.revision): text for text in plan.texts}
    for (kind, revision), text in sorted(first.items()):
        click.echo(f"\nWhat {kind} {revision} asks of whom, from {text.document.in_force} on:")
        for line in _asked(kind, revision, text, plan):
            click.echo(f"- {line}")
    click.echo()


def _say_text(text: Planned) -> None:
    document = text.document
    follows = f"follows {text.follows.revision}" if text.follows is not None else "is the first of its kind"
    click.echo(
        f"\n{document.kind} {document.revision} ({document.language}) {follows}, in force from {document.in_force}"
    )
    click.echo(f"{document.title}\nSHA-256 {document.sha256}\n")
    click.echo(marked(text.pieces))


def _asked(kind: Kind, revision: str, text: Planned, plan: Plan) -> Iterator[str]:
    if kind is Kind.COOKIES:
        yield "Nobody is asked anything: answers about cookies stand."
    else:
        yield "Visitors with a form open are asked to tick the box again; what they typed is kept."
        if text.follows is not None:
            count = plan.standing.get((kind, text.follows.revision), 0)
            yield f"{count} standing consents stay on {text.follows.revision} and are not moved."
    yield "Until that day the pages announce it; the revision before stays at its permanent address."
    yield f"It is marked as a draft until: flask documents approve {kind} {revision} --by NAME"


def marked(pieces: tuple[Piece, ...]) -> str:
    """A difference for a terminal: ``[-taken out-]``, ``{+put in+}``, and of what stays only what stands around it."""
    if all(piece.kind is Change.SAME or not piece.text.strip() for piece in pieces):
        return "No word changed."
    return "".join(_mark(piece, number, len(pieces)) for number, piece in enumerate(pieces)).strip()


def _mark(piece: Piece, number: int, count: int) -> str:
    words = piece.text.strip()
    if piece.kind is Change.SAME:
        before = "" if number == 0 else piece.text[:_AROUND].rpartition(" ")[0]
        after = "" if number == count - 1 else piece.text[-_AROUND:].partition(" ")[2]
        return piece.text if len(piece.text) <= 2 * _AROUND else f"{before} … {after}"
    if not words:
        return piece.text if piece.kind is Change.ADDED else ""
    opening, closing = _MARKS[piece.kind]
    # What comes after a piece is the new text's: a line that was taken out takes its end with it.
    end = " " if piece.kind is Change.REMOVED else piece.text[len(piece.text.rstrip()) :]
    return f"{opening}{words}{closing}{end}"


def _said(damage: Damage) -> str:
    return _DAMAGES[damage.flaw].format(damage.name)


@contextmanager
def _in_one_line() -> Iterator[None]:
    with in_one_line():
        try:
            yield
        except (DocumentError, PublishProblem) as problem:
            raise click.ClickException(str(problem)) from None

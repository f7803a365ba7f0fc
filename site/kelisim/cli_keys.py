"""``flask keys``: another key pair for the Operator, and the keys kept and brought back under a passphrase."""

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from kelisim.cli import in_one_line
from kelisim.services import desk_secret, journal, rotation, search
from kelisim.services.records import SITE_ACTOR, By
from kelisim.storage.db import db
from kelisim.vault import exchange, passphrase
from kelisim.vault import keys as key_files
from kelisim.vault import rotation as key_rotation
from kelisim.vault.keys import KeyFileError
from kelisim.vault.passphrase import BundleBroken
from kelisim.web.house import house

group = AppGroup("keys", help="The keys of the instance.")
_PATH = click.Path(path_type=Path)
_FROM_PIPE = click.option("--passphrase-fd", type=int, help="Read the passphrase from this file descriptor.")


def register(app: Flask) -> None:
    """Add the commands to an application."""
    app.cli.add_command(group)


@group.command("rotate", help="Give the Operator a new key pair, wrap everything anew for it, remove the old one.")
@click.option("--every-host", is_flag=True, help="Every host has the new operator.pub: the old key may go.")
@click.option("--batch", type=click.IntRange(1, 10_000), default=500, help="Records in one transaction.")
@click.option("--settle", type=click.IntRange(0), help="Seconds a process may still seal with the old key.")
def rotate(every_host: bool, batch: int, settle: int | None) -> None:
    """May be stopped at any time and run again: it goes on, and both keys open meanwhile."""
    with in_one_line(), _keys_in_one_line():
        settings, folder = house().settings, _folder()
        began = key_rotation.begin(folder)
        if every_host:  # the last of them may have been given it a moment ago
            began = time.time()
        wrapped, broken = _wrap_all(
            batch, began + (2 * settings.database_wait_seconds + 5 if settle is None else settle)
        )
        if broken:
            click.echo(f"{broken} keys open with neither key: they were damaged before, and are as they were.")
        if settings.database_url and not every_host:
            click.echo(
                f"{wrapped} keys are wrapped anew. Both keys open. Copy {folder / 'operator.pub'} to every host,"
            )
            click.echo("and, where the desk is served, operator-next.key; then `flask keys rotate --every-host`.")
            return
        by = By(SITE_ACTOR, house().keys.site.journal, house().now)
        rotation.note(db.session(), wrapped=wrapped, by=by)
        key_rotation.finish(folder)  # last: what cannot be taken back is in the journal before
        click.echo(f"{wrapped} keys are wrapped anew, the old key is gone. Keep the new one: `flask keys export`.")
        while search.enter(db.session(), keys=house().keys, least=settings.search_least, rows=batch):
            _show("the search index is entered anew")
        click.echo("The search index is entered anew.")


@group.command("rotate-desk", help="Give the desk a new secret, or its first. Stop the site before.")
def rotate_desk() -> None:
    """May be run again where it was stopped."""
    with in_one_line(), _keys_in_one_line():
        old, new = key_rotation.begin_desk(_folder())
        by = By(SITE_ACTOR, house().keys.site.journal, house().now)
        done = desk_secret.seal_anew(db.session(), old=old, new=new, by=by, randomness=house().randomness)
        key_rotation.finish_desk(_folder())
    click.echo(
        f"{done.factors} second factors and {done.webhooks} webhooks' secrets are sealed anew, in {_folder() / key_files.DESK}."
    )
    click.echo(
        f"{done.passkeys} passkeys and {done.recovery_codes} recovery codes have gone: make new ones at the account."
    )
    if done.broken:
        click.echo(f"{done.broken} open with neither secret: they were damaged before, and are as they were.")
    click.echo("Everybody is signed out. Copy desk.key to every host of the desk, start, then `flask keys export`.")


@group.command("export", help="Write all keys to the new file PATH, sealed under a passphrase.")
@click.argument("path", type=_PATH)
@_FROM_PIPE
def export(path: Path, passphrase_fd: int | None) -> None:
    """The passphrase is asked for twice."""
    with _keys_in_one_line():
        if path.exists():
            raise click.ClickException(f"{path} is there already: keys are never written over")
        given = _passphrase(passphrase_fd, twice=True)
        if len(given) < passphrase.SHORTEST:
            raise click.ClickException(f"the passphrase is too short: {passphrase.SHORTEST} signs are the least")
        content = passphrase.exported(_folder(), given)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    click.echo(f"{path} holds the keys. Keep it apart from the backups, and the passphrase apart from it.")


@group.command("import", help="Bring the keys back from PATH, into an instance whose database they fit.")
@click.argument("path", type=_PATH)
@_FROM_PIPE
def bring_back(path: Path, passphrase_fd: int | None) -> None:
    """The keys that were there lie beside afterwards: a start makes some for a new instance."""
    folder = _folder()
    fresh = exchange.coming(folder)
    with in_one_line(), _keys_in_one_line():
        content = path.read_bytes()
        given = _passphrase(passphrase_fd, twice=False)
        shutil.rmtree(fresh, ignore_errors=True)
        try:
            passphrase.imported(content, given, fresh)
            if not journal.fits(db.session(), key=key_files.load(fresh).site.journal):
                raise click.ClickException("the database was written with other keys: nothing was changed")
            before = folder.with_name(f"{folder.name}.before-{house().now:%Y%m%d-%H%M%S}")
            exchange.exchange(folder, before)
        finally:
            if not exchange.is_cut_off(folder):
                shutil.rmtree(fresh, ignore_errors=True)
    click.echo(f"The keys are back; those from before are in {before}. Start the site anew.")


def _wrap_all(batch: int, settled: float) -> tuple[int, int]:
    """Wrap until a pass that began once nobody seals with the old key any more found nothing to wrap."""
    wrapped = 0
    keys, every = key_files.load(_folder()), rotation.total(db.session())
    while True:
        began = time.time()
        done = rotation.wrap_anew(
            db.session(),
            keys=keys,
            batch=batch,
            progress=lambda number: _show(f"{number} of {every} looked at"),
        )
        wrapped += done.wrapped
        if began >= settled and not done.wrapped:
            return wrapped, done.broken
        if began < settled:
            _show("waiting for what was sealed with the old key meanwhile")
            time.sleep(max(0.0, settled - time.time()))


def _show(text: str) -> None:
    """Progress: on one line of a terminal, else a line for each step."""
    click.echo(f"\r{text}\033[K" if sys.stderr.isatty() else text, err=True, nl=not sys.stderr.isatty())


def _passphrase(descriptor: int | None, *, twice: bool) -> str:
    if descriptor is None:
        return str(click.prompt("Passphrase", hide_input=True, confirmation_prompt=twice))
    with os.fdopen(descriptor, "r", encoding="utf-8") as file:
        return file.readline().rstrip("\n")


def _folder() -> Path:
    return house().settings.instance / "keys"


@contextmanager
def _keys_in_one_line() -> Iterator[None]:
    """What is wrong with key files is said in one line."""
    try:
        yield
    except BundleBroken as problem:
        raise click.ClickException(f"the file does not open: {problem}") from None
    except KeyFileError as problem:
        raise click.ClickException(str(problem)) from None
    except OSError as problem:
        raise click.ClickException(f"{problem.filename or 'a file'}: {problem.strerror}") from None

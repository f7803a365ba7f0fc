"""``make demo``: the site with 500 made-up people, in an instance of its own that is gone when it is stopped.

Their month is lived through the site's own services, by the clock of the day each thing happened (``made_up``), so that
everything the desk shows is there for the reason a page says. Nobody in it exists: the phone numbers are of a range that
is not given out. No setting of a real instance reaches it but its ports. It begins with the tour of ``docs/tour.md``,
printed with a way in to the desk.
"""

import logging
import os
import re
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from textwrap import fill as fill_lines

from flask import Flask

from kelisim.app import create_app
from kelisim.serve.instance import ROOT, make_folder
from kelisim.serve.opening import migrate
from kelisim.services.operators import FIRST_NAME
from kelisim.settings import Settings
from kelisim.storage.db import db
from kelisim.vault.keys import make_missing
from kelisim.web.house import house
from scripts.made_up import life
from scripts.made_up.desk import Desk
from scripts.made_up.stage import Month, Stage

PEOPLE, DAYS = 500, 40
# What of the environment is the demo's too: no database, no mail server and no key of a real site is.
SETTINGS = ("KELISIM_HTTPS_PORT", "KELISIM_HTTP_PORT")
IN_FORCE = re.compile(r"^in_force = (\S+)$", re.MULTILINE)
# A step of the document of the tour, its pictures left out.
STEP = re.compile(r"^\d\. .+(?:\n {3}\S.+)*", re.MULTILINE)


class NotEmpty(Exception):
    """There is something in the instance already: made-up people are put beside nobody."""


@dataclass(frozen=True)
class WayIn:
    """A sign-in that is ready: a recovery code does where there is no authenticator app, each one once."""

    name: str
    password: str
    codes: tuple[str, ...]


def publish_earlier(app: Flask, clock: Month, folder: Path) -> None:
    """What a visitor could have read when the month began: the shipped texts, where they are newer, as a revision of
    their own.
    """
    texts, day = [], (clock.at + timedelta(days=1)).date().isoformat()
    for found in sorted((ROOT / "templates" / "documents").glob("*/*.md")):
        source = found.read_text(encoding="utf-8")
        revision = IN_FORCE.search(source)
        if revision is not None and revision[1] > day:
            earlier = folder / f"{found.parent.name}-{found.name}"
            earlier.write_text(source.replace(revision[1], day), encoding="utf-8")
            texts.append(str(earlier))
    if texts:
        done = app.test_cli_runner().invoke(args=["documents", "publish", "--yes", *texts])
        if done.exit_code != 0:
            raise RuntimeError(done.output)


def fill(settings: Settings, now: datetime, many: int = PEOPLE) -> WayIn:
    """Let the month of so many people pass in a new instance, up to ``now``. The way in to its desk. Raises NotEmpty."""
    if (settings.instance / "kelisim.sqlite3").exists() or settings.database_url:
        raise NotEmpty
    clock = Month(now)
    app = create_app(settings, clock=clock)
    migrate(app)
    logging.disable(logging.INFO)  # nobody asked for what the jobs say
    password = secrets.token_urlsafe(12)
    with app.app_context():
        # It is gone with a power cut anyway.
        with closing(db.engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA synchronous = OFF")
        stage = Stage(house(), clock, now, Random(2013))  # noqa: S311  # the same month each time, and nothing in it is secret
        clock.at = stage.ago(settings.retention_years * 365 + 24)
        publish_earlier(app, clock, settings.instance)
        life.before(stage)
        clock.at = stage.ago(DAYS + 3)
        desk = Desk(stage)
        codes = desk.open(password)
        life.live(stage, desk, many=many, days=DAYS)
        db.session.remove()
        db.engine.dispose()
    logging.disable(logging.NOTSET)
    return WayIn(FIRST_NAME, password, codes)


def tour(address: str, way_in: WayIn) -> str:
    """The tour as its document tells it, with whole addresses, and the way in."""
    document = (ROOT / "docs" / "tour.md").read_text(encoding="utf-8")
    plain = (re.sub("`(/[^`]*)`", rf"{address}\1", step) for step in STEP.findall(document))
    steps = [" ".join(re.sub("[*`]", "", step).split()) for step in plain]
    steps = [fill_lines(step, 110, subsequent_indent="   ", break_on_hyphens=False) for step in steps]
    lines = ["Five minutes, once the last lines say that Kelisim is there:", *steps]
    lines += [f"The desk: name {way_in.name} with the password {way_in.password}"]
    lines += ["Instead of an app's code any of these, each once:", *(f"  {code}" for code in way_in.codes), ""]
    return "\n".join(("", *lines))


def own_environment(environment: Mapping[str, str], instance: Path) -> dict[str, str]:
    """The environment of the demo: that of the shell, without what it says about a real site."""
    plain = {name: value for name, value in environment.items() if not name.startswith("KELISIM_")}
    ports = {name: environment[name] for name in SETTINGS if name in environment}
    return {**plain, **ports, "KELISIM_INSTANCE": str(instance)}


def main() -> int:
    """Fill an instance, then serve it until Ctrl-C. Returns the exit code of the site."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # leave through the ends of the blocks below
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    os.umask(0o077)
    try:
        with TemporaryDirectory(prefix="kelisim-demo-") as folder:
            return _serve(Path(folder) / "instance", datetime.now(UTC))
    except KeyboardInterrupt:
        return 0


def _serve(instance: Path, now: datetime) -> int:
    environment = own_environment(os.environ, instance)
    make_folder(instance, now.date())
    make_missing(instance / "keys")
    print(f"Making up {PEOPLE} people ...", flush=True)
    settings, began = Settings.load(instance, environment), time.monotonic()
    way_in = fill(settings, now)
    print(f"They are there after {time.monotonic() - began:.0f} seconds.")
    print(tour(settings.own_address, way_in))
    print("Nobody in it exists, and all of it is gone when it is stopped (Ctrl-C).", flush=True)
    site = subprocess.Popen([sys.executable, "-m", "kelisim.serve"], env=environment, cwd=ROOT)
    try:
        return site.wait()
    finally:
        site.terminate()
        site.wait()


if __name__ == "__main__":
    sys.exit(main())

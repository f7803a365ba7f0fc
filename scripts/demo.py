"""``make demo``: the site with a month of made-up people, in an instance of its own that is gone when it is stopped.

The month is lived through the site's own pages, by the clock of the day each thing happened, so that everything a desk
shows is there for the reason a page says. Nobody in it exists: the phone numbers are of a range that is not given out.
It begins with the tour of ``docs/tour.md``, printed with a way in to the desk.
"""

import logging
import os
import re
import secrets
import signal
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from textwrap import fill as fill_lines

from flask import Flask
from flask.testing import FlaskClient
from pyotp import TOTP
from werkzeug.test import TestResponse

from kelisim.app import create_app
from kelisim.domain.choices import ChoicePurpose
from kelisim.invitation import first_link
from kelisim.serve.instance import ROOT, make_folder
from kelisim.serve.opening import migrate
from kelisim.services import operators, visits
from kelisim.settings import Settings
from kelisim.storage.db import db
from kelisim.vault.keys import make_missing
from kelisim.web.house import house

DAYS = 30
IN_FORCE = re.compile(r"^in_force = (\S+)$", re.MULTILINE)
TOKEN = re.compile(r'<input [^>]*name="token"[^>]*value="([^"]+)"')
NAMES = (
    ("Айгерім", "Қуанышбекқызы"), ("Нұрсұлтан", "Әбдіқадыров"), ("Ольга", "Иванова"), ("Dinara", "Seitkali"),
    ("Мұхтар", "Жұмабаев"), ("Сергей", "Ким"), ("Aruzhan", "Bekova"), ("Әлихан", "Оспанов"), ("Гүлнәр", "Тілеуқызы"),
    ("Тимур", "Ахметов"), ("Zhanel", "O’Connor"), ("Ерлан", "Мұратұлы"), ("Mary-Ann", "van den Berg"), ("Ян", "Ли"),
    ("Әсел", "Нұрланқызы"), ("Борис", "Соколов-Ежов"), ("Madina", "Ibragimova"), ("Қайрат", "Сәрсенов"),
)  # fmt: skip
TOPICS = ("", "products", "products", "feedback", "support", "contracts")
AGENTS = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36",
    "Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1",
)
SOURCES = ("", "", "https://www.google.com/", "https://2gis.kz/astana", "https://www.instagram.com/")
# What some people do with their own data a while after the form, and after how many days.
LATER = (("correct", 2), ("unsubscribe", 3), ("block", 5), ("access", 1), ("withdraw", 9), ("delete", 4), ("object", 6))

# A step of the document of the tour, its pictures left out.
STEP = re.compile(r"^\d\. .+(?:\n {3}\S.+)*", re.MULTILINE)


class Month:
    """The clock of the demo: it stands at the moment that is being lived."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        """The moment."""
        return self.at


@dataclass
class Person:
    """Somebody at a browser of their own."""

    client: FlaskClient
    address: str
    language: str
    agent: str
    signal: bool
    clock: Month
    secret: str = ""

    def get(self, path: str, source: str = "") -> str:
        """Look at a page."""
        answer = self._ask("GET", path, None, source)
        return answer.get_data(as_text=True)

    def send(self, path: str, page: str, fields: dict[str, str]) -> TestResponse:
        """Fill in the last form of a page, in the time a person needs, and send it."""
        self.clock.at += timedelta(seconds=40)
        return self._ask("POST", path, {"token": TOKEN.findall(page)[-1], **fields}, "")

    def _ask(self, method: str, path: str, fields: dict[str, str] | None, source: str) -> TestResponse:
        headers = {"User-Agent": self.agent, "Sec-Fetch-Site": "same-origin" if fields else "none"}
        headers |= {"Referer": source} if source else {}
        headers |= {"Sec-GPC": "1"} if self.signal else {}
        where = f"/{self.language}{path}"
        return self.client.open(
            where, method=method, base_url=house_address(self.client), data=fields, headers=headers,
            environ_overrides={"REMOTE_ADDR": self.address},
        )  # fmt: skip


def house_address(client: FlaskClient) -> str:
    """Where the site of a client is."""
    with client.application.app_context():
        return house().settings.address


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


def live(app: Flask, clock: Month, now: datetime, days: int, chance: Random) -> None:
    """Some days of visits, forms and second thoughts."""
    later: list[tuple[datetime, Person, str]] = []
    known: list[Person] = []
    for back in range(days, -1, -1):
        morning = (now - timedelta(days=back)).replace(hour=4, minute=0, second=0, microsecond=0)
        people = chance.randint(4, 9) + (days - back) // 4
        for number in range(people):
            at = morning + timedelta(minutes=600 * number / people + chance.random() * 30)
            if at >= now - timedelta(minutes=5):
                break
            clock.at = max(at, clock.at)
            if known and chance.random() < 0.3:
                come_again(chance.choice(known), chance)
                continue
            person = newcomer(app, clock, chance)
            known.append(person)
            if come_by(person, chance) and chance.random() < 0.35:
                act, days = chance.choice(LATER)
                later.append((at + timedelta(days=days, minutes=7), person, act))
        evening = morning + timedelta(hours=14)
        for at, person, act in sorted((due for due in later if due[0] < min(evening, now)), key=lambda due: due[0]):
            later.remove((at, person, act))
            clock.at = max(at, clock.at)  # no clock goes back
            do(person, act)
        with app.app_context():
            visits.record(db.session(), house().visits.take())


def newcomer(app: Flask, clock: Month, chance: Random) -> Person:
    """Somebody who has not been here before."""
    address = f"10.{chance.randint(0, 255)}.{chance.randint(0, 255)}.{chance.randint(1, 254)}"
    language = chance.choices(("kk", "ru", "en"), (4, 5, 1))[0]
    return Person(app.test_client(), address, language, chance.choice(AGENTS), chance.random() < 0.12, clock)


def come_by(person: Person, chance: Random) -> bool:
    """One visit. True where the form was sent."""
    page = person.get("/", chance.choice(SOURCES))
    answer = chance.choices(("accept", "reject", ""), (5, 3, 4))[0]
    if answer and not person.signal:
        person.clock.at += timedelta(seconds=9)
        fields = {"answer": answer, "next": "/"} if chance.random() < 0.8 else one_by_one(chance)
        person.send("/cookies", person.get("/cookies"), fields)
        page = person.get("/")
    if chance.random() < 0.4:
        person.get("/consent")
    if chance.random() < 0.45:
        return False
    name, second_name = chance.choice(NAMES)
    fields = {"website": "", "name": name, "second_name": second_name, "topic": chance.choice(TOPICS), "consent": "yes"}
    fields["phone"] = f"8 700 000 {chance.randint(0, 99):02} {chance.randint(0, 99):02}"
    fields |= {"mailing": "yes"} if chance.random() < 0.3 else {}
    sent = person.send("/", page, fields)
    person.secret = sent.headers.get("Location", "").partition("/receipt/")[2].partition("?")[0]
    return bool(person.secret)


def one_by_one(chance: Random) -> dict[str, str]:
    """An answer of the page: each purpose by itself."""
    answers = {purpose.value: chance.choice(("yes", "yes", "no")) for purpose in ChoicePurpose}
    return {"answer": "choose", **answers}


def come_again(person: Person, chance: Random) -> None:
    """A visit of somebody who has been here: with the cookies they agreed to."""
    for path in chance.sample(("/", "/consent", "/rights", "/policy", "/cookies"), chance.randint(1, 3)):
        person.get(path, chance.choice(SOURCES))


def do(person: Person, act: str) -> None:
    """One act of a person with their own data, where their page offers it."""
    path = f"/my/{person.secret}/{act}"
    page = person.get(path)
    if TOKEN.search(page):
        fields = {"name": "Айгерім", "second_name": "Сейтқали", "phone": "8 700 000 55 55"} if act == "correct" else {}
        person.send(path, page, fields)


def fill(settings: Settings, now: datetime, days: int = DAYS) -> None:
    """Let ``days`` days pass in a new instance, up to ``now``."""
    clock = Month(now)
    unhurried = replace(settings, **dict.fromkeys(("form_limit", "choice_limit", "receipt_limit", "my_limit"), ""))
    app = create_app(unhurried, clock=clock)
    migrate(app)
    logging.disable(logging.INFO)  # nobody asked for these pages
    clock.at = now - timedelta(days=days + 3)
    publish_earlier(app, clock, settings.instance)
    live(app, clock, now, days, Random(2013))  # noqa: S311  # the same month each time, and nothing in it is secret
    logging.disable(logging.NOTSET)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@dataclass(frozen=True)
class WayIn:
    """A sign-in that is ready: a recovery code does where there is no authenticator app, each one once."""

    name: str
    password: str
    codes: tuple[str, ...]


def let_in(settings: Settings) -> WayIn:
    """Set up the desk's first operator, as the one-time link would, with a password of this demo alone."""
    token, password = (first_link(settings) or "").rpartition("/")[2], secrets.token_urlsafe(12)
    with create_app(settings).app_context():
        session, built = db.session(), house()
        invited = operators.invitation(session, token, keys=built.keys, now=built.now)
        codes = operators.set_up(
            session,
            token,
            password=password,
            code=TOTP(invited.secret).at(built.now),
            passwords=built.passwords,
            settings=settings,
            keys=built.keys,
            now=built.now,
            randomness=built.randomness,
        )
        db.session.remove()
        db.engine.dispose()
    return WayIn(invited.operator.name, password, codes)


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
    environment = {**os.environ, "KELISIM_INSTANCE": str(instance)}
    make_folder(instance, now.date())
    make_missing(instance / "keys")
    print("Making up a month of people ...", flush=True)
    settings = Settings.load(instance, environment)
    fill(settings, now)
    print(tour(settings.own_address, let_in(settings)))
    print("Nobody in it exists, and all of it is gone when it is stopped (Ctrl-C).", flush=True)
    site = subprocess.Popen([sys.executable, "-m", "kelisim.serve"], env=environment, cwd=ROOT)
    try:
        return site.wait()
    finally:
        site.terminate()
        site.wait()


if __name__ == "__main__":
    sys.exit(main())

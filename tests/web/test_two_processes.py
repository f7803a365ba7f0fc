"""Two processes: the public site without a desk, the desk without public forms."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from kelisim.jobs import JOBS, jobs_here
from kelisim.runner import JobProblem, Runner
from kelisim.settings import Settings
from kelisim.settings.entry import SettingsError
from kelisim.vault.keys import KeyFileError, NotReadable
from kelisim.web.desk_session import is_desk
from kelisim.web.security.openings import BESIDE_DESK
from tests.conftest import FixedClock, dispose, migrated
from tests.support.people import Person
from tests.support.visitor import Visitor
from tests.web.conftest import strict_client
from tests.web.desk import Desk
from tests.web.rows import count, everything
from tests.web.test_security import address, methods

SITE = "https://localhost:8443"
DESK = "https://desk.example.kz:8444"


@pytest.fixture
def settings(instance: Path) -> Settings:
    return Settings(instance=instance, site_address=SITE)


@pytest.fixture
def public(settings: Settings, clock: FixedClock) -> Iterator[Flask]:
    """The public site over an instance that holds none of the desk's files."""
    for name in ("operator.key", "desk.key"):
        (settings.instance / "keys" / name).rename(settings.instance / name)
    built = migrated(replace(settings, role="public"), clock=clock)
    yield built
    dispose(built)


@pytest.fixture
def operators(settings: Settings, clock: FixedClock) -> Iterator[Flask]:
    """The desk on a host of its own."""
    built = migrated(replace(settings, role="operator", desk_address=DESK), clock=clock)
    yield built
    dispose(built)


def rules(app: Flask) -> list[Rule]:
    return list(app.url_map.iter_rules())


def test_the_public_site_has_no_address_of_the_desk(public: Flask, app: Flask) -> None:
    client = public.test_client()
    closed = [
        (address(app, rule.rule), method) for rule in rules(app) for method in methods(rule) if is_desk(rule.rule)
    ]
    assert len(closed) > 80
    for path, method in closed:
        answer = client.open(path, method=method, base_url=SITE, data={"x": "y"} if method == "POST" else None)
        assert answer.status_code == 404, path
    assert client.get("/.well-known/change-password", base_url=SITE).status_code == 404
    assert not [rule.rule for rule in rules(public) if is_desk(rule.rule)]


def test_the_public_site_is_whole_and_what_it_takes_opens_at_the_desk(
    public: Flask, settings: Settings, clock: FixedClock, person: Person
) -> None:
    visitor = Visitor(strict_client(public))
    receipt = visitor.send(person).headers["Location"]
    assert visitor.get(receipt).status_code == 200
    own = visitor.get(f"/my/{receipt.rpartition('/')[2]}").get_data(as_text=True)
    assert person.name in own
    with public.app_context(), pytest.raises(NotReadable):
        _ = public.extensions["kelisim"].keys.desk
    for name in ("operator.key", "desk.key"):
        (settings.instance / name).rename(settings.instance / "keys" / name)
    whole = migrated(settings, clock=clock)
    desk = Desk(strict_client(whole), whole, clock)
    desk.whole()
    reference = desk.page("/operator/submissions").elements("code")[0].text
    assert person.name in desk.get(f"/operator/submissions/{reference}").get_data(as_text=True)
    dispose(whole)


def test_the_public_site_runs_the_jobs_that_need_no_key_of_the_desk(public: Flask, settings: Settings) -> None:
    here = {job.name for job in jobs_here(replace(settings, role="public"))}
    assert {job.name for job in JOBS} - here == {"backup", "search", "exports", "transfers"}
    assert jobs_here(settings) == jobs_here(replace(settings, role="operator")) == JOBS
    for name in sorted(here):
        assert Runner(public).run_now(name), name
    with pytest.raises(JobProblem, match="there is no job 'exports'"):
        Runner(public).run_now("exports")


def test_a_mail_of_either_process_leads_to_the_desk(settings: Settings) -> None:
    both = replace(settings, site_address="https://site.example", desk_address="https://desk.example/")
    found = {role: replace(both, role=role).address_of_desk for role in ("all", "public", "operator")}
    assert found == {
        "all": "https://site.example",
        "public": "https://desk.example",
        "operator": "https://desk.example",
    }
    assert replace(settings, role="public").address_of_desk == settings.address


def test_no_operator_is_made_where_the_desk_is_not(public: Flask) -> None:
    done = public.test_cli_runner().invoke(args=["operators", "add", "Ayan"])
    assert done.exit_code == 1
    assert "role is public: run this where the desk is" in done.output


def test_a_desks_key_that_the_public_site_could_read_stops_a_real_start(settings: Settings, clock: FixedClock) -> None:
    real = replace(settings, role="public", trial=False, operator_email="consent@artsofte.kz", trusted_proxies=1)
    with pytest.raises(KeyFileError, match=r"operator\.key can be read by this process, whose role is public"):
        migrated(real, clock=clock)
    (settings.instance / "keys" / "operator.key").unlink()
    with pytest.raises(KeyFileError, match=r"desk\.key can be read"):
        migrated(real, clock=clock)
    (settings.instance / "keys" / "desk.key").unlink()
    dispose(migrated(real, clock=clock))


@pytest.mark.parametrize(
    "place",
    ["keys.before-20261128-120000/operator.key", "keys.unfinished/desk.key", "keys/operator-next.key.unfinished"],
)
def test_so_does_one_that_an_import_or_a_stopped_rotation_left_beside(
    settings: Settings, clock: FixedClock, place: str
) -> None:
    real = replace(settings, role="public", trial=False, operator_email="consent@artsofte.kz", trusted_proxies=1)
    left = settings.instance / place
    left.parent.mkdir(exist_ok=True)
    (settings.instance / "keys" / "operator.key").rename(left)
    (settings.instance / "keys" / "desk.key").unlink()
    with pytest.raises(KeyFileError, match=f"{place} can be read by this process, whose role is public"):
        migrated(real, clock=clock)


def test_the_desk_alone_sends_visitors_to_the_site_and_takes_no_form(operators: Flask, person: Person) -> None:
    client = operators.test_client()
    before = everything(operators)
    for rule in rules(operators):
        if is_desk(rule.rule) or rule.endpoint in BESIDE_DESK:
            continue
        path = address(operators, rule.rule)
        for method in methods(rule):
            data = {"x": "y"} if method == "POST" else None
            answer = client.open(f"/ru{path}", method=method, base_url=DESK, data=data)
            if method == "POST":
                assert answer.status_code == 404, path
            elif path != "/":
                assert (answer.status_code, answer.headers["Location"]) == (303, f"{SITE}/ru{path}"), path
            assert "Set-Cookie" not in answer.headers
    assert client.get("/", base_url=DESK).headers["Location"] == "/operator"
    assert everything(operators) == before
    assert count(operators, "submissions") == 0


def test_the_desk_alone_answers_at_its_own_address(operators: Flask) -> None:
    client = operators.test_client()
    assert client.get("/operator/sign-in", base_url=DESK).status_code == 200
    assert client.get("/operator", base_url=DESK).headers["Location"] == "/operator/sign-in"
    assert client.get("/operator/sign-in", base_url="https://consent.example.kz").status_code == 400
    plain = client.get("/operator/sign-in", base_url=DESK.replace("https", "http"))
    assert (plain.status_code, plain.headers["Location"]) == (308, f"{DESK}/operator/sign-in")
    done = operators.test_cli_runner().invoke(args=["operators", "add", "Ayan"])
    assert done.output.startswith(f"{DESK}/operator/set-up/")


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"KELISIM_ROLE": "desk"}, "role must be all, public or operator"),
        ({"KELISIM_ROLE": "operator"}, "site_address is empty: letters and receipts"),
        ({"KELISIM_DESK_ADDRESS": "http://desk.example.kz"}, "desk_address must be an origin"),
    ],
)
def test_a_role_that_cannot_be_is_named(tmp_path: Path, environment: dict[str, str], says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        Settings.load(tmp_path, environment)

"""Every route and every wall in front of it. ``routes.txt`` is the reviewed list: method, path, who may, which token."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.routing import Rule
from werkzeug.test import EnvironBuilder, TestResponse, run_wsgi_app

from kelisim.domain.addresses import network_of
from kelisim.runner import Runner
from kelisim.settings import Settings
from kelisim.settings.entry import SettingsError
from kelisim.web.areas import AREAS
from kelisim.web.security import openings
from kelisim.web.security.headers import PASSKEY_PAGES
from kelisim.web.security.limits import masked_network
from kelisim.web.security.walls import same_origin_path
from tests.conftest import FixedClock, dispose, migrated
from tests.support.authenticator import Authenticator
from tests.support.people import Person
from tests.support.visitor import ORIGIN, Visitor
from tests.web import handing_over, passkeys
from tests.web.conftest import strict_client
from tests.web.desk import NAME, PASSWORD, Desk
from tests.web.rows import count, everything, rows
from tests.web.strict import page_of

REVIEWED = Path(__file__).with_name("routes.txt")
PARTS = {
    "kind": "consent",
    "revision": "2023-07-20",
    "older": "2023-07-20",
    "sha256": "0" * 64,
    "secret": "a" * 32,
    "act": "withdraw",
    "token": "0" * 48,
    "reference": "34679CDF",
    "recipient_id": "00000000-0000-7000-8000-000000000000",
    "export_id": "00000000-0000-7000-8000-000000000000",
    "transfer_id": "00000000-0000-7000-8000-000000000000",
    "incident_id": "00000000-0000-7000-8000-000000000000",
    "request_id": "00000000-0000-7000-8000-000000000000",
    "name": "site.css",
    "number": "1",
}


@pytest.fixture(autouse=True)
def partner(app: Flask) -> None:
    """The Operator states that somebody gets data: a record can be handed over."""
    handing_over.tell_of_a_partner(app)


@pytest.fixture
def settings(instance: Path) -> Settings:
    """A code opens once, a password each time: an operator is asked for the password again."""
    return Settings(instance=instance, asked_again="password")


def methods(rule: Rule) -> set[str]:
    return (rule.methods or set()) - {"HEAD", "OPTIONS"}


def who_may(endpoint: str) -> str:
    if endpoint in openings.OPEN:
        return "open"
    return "half" if endpoint in openings.HALF_OPEN else AREAS[endpoint].value


def token_of(method: str, endpoint: str) -> str:
    if method == "GET" or endpoint in openings.NO_WALL:
        return "none"
    return "form" if endpoint in openings.OWN_TOKEN else "session"


def routes(app: Flask) -> list[tuple[str, str, str, str]]:
    return sorted(
        (rule.rule, method, who_may(rule.endpoint), token_of(method, rule.endpoint))
        for rule in app.url_map.iter_rules()
        for method in methods(rule)
    )


def reviewed() -> list[tuple[str, str, str, str]]:
    lines = [line for line in REVIEWED.read_text().splitlines() if not line.startswith("#")]
    split = [(line.split(maxsplit=1)[0], *line.split(maxsplit=1)[1].rsplit(maxsplit=2)) for line in lines]
    return sorted((path.strip(), method, who, token) for method, path, who, token in split)


def address(app: Flask, path: str) -> str:
    rule = next(rule for rule in app.url_map.iter_rules() if rule.rule == path)
    with app.test_request_context(base_url=ORIGIN):
        adapter = app.url_map.bind("localhost")
        return str(adapter.build(rule.endpoint, {name: PARTS[name] for name in rule.arguments}))


def test_the_routes_are_the_reviewed_ones(app: Flask) -> None:
    assert routes(app) == reviewed()


def test_every_name_in_the_lists_of_security_is_a_route(app: Flask) -> None:
    named = openings.OPEN | openings.HALF_OPEN | openings.OWN_TOKEN | openings.NO_WALL | openings.SECRET_ADDRESS
    assert named | set(openings.LIMITS) | set(PASSKEY_PAGES) | set(AREAS) <= set(app.view_functions)


def test_a_stranger_is_led_to_the_sign_in_from_every_closed_route(
    app: Flask, visitor: Visitor, desk: Desk, person: Person
) -> None:
    visitor.send(person)
    desk.whole()
    shown = desk.get("/operator/submissions").get_data(as_text=True)
    reference = next(code.text for code in page_of(desk.get("/operator/submissions")).elements("code"))
    before = everything(app)
    for path, method, who, _ in routes(app):
        if who != "open":
            asked = address(app, path).replace(PARTS["reference"], str(reference))
            answer = visitor.client.open(
                asked, method=method, base_url=ORIGIN, data={"x": "y"} if method == "POST" else None
            )
            assert (answer.status_code, answer.headers["Location"]) == (303, "/operator/sign-in"), path
            assert str(reference) not in answer.get_data(as_text=True)
    assert str(reference) in shown
    assert everything(app) == before


def test_whoever_gave_only_the_password_is_led_to_the_code(app: Flask, desk: Desk) -> None:
    desk.set_up(desk.link())
    desk.give_password()
    for path, method, who, _ in routes(app):
        if who not in {"open", "half"}:
            data = {"x": "y"} if method == "POST" else None
            answer = desk.client.open(address(app, path), method=method, base_url=ORIGIN, data=data)
            assert (answer.status_code, answer.headers["Location"]) == (303, "/operator/sign-in/code"), path


# Without a contact there is no security.txt; a password manager is led to the sign-in; the first revision follows none,
# and no text has been shown yet.
ABSENT = {
    "/cookies/records.json",
    "/.well-known/security.txt",
    "/<any(consent, policy, cookies):kind>/<revision>/since/<older>",
    "/texts/<sha256>.txt",
}
LEADS_ON = {"/.well-known/change-password"}


def test_open_routes_answer_a_stranger_without_a_cookie(app: Flask, visitor: Visitor) -> None:
    for path, method, who, _ in routes(app):
        if who == "open" and method == "GET":
            answer = visitor.get(address(app, path))
            secret = "<secret>" in path or "<token>" in path
            assert answer.status_code == (
                404 if secret else 303 if path in LEADS_ON else 404 if path in ABSENT else 200
            ), path
            assert "Set-Cookie" not in answer.headers


Sending = Callable[..., TestResponse]
Form = tuple[str, dict[str, str], Sending]


def every_form(app: Flask, person: Person, clock: FixedClock) -> list[Form]:
    """Each form of the site filled in well on a fresh page: its path, its fields, and a browser that may send it."""
    visitor, chooser = Visitor(strict_client(app)), Visitor(strict_client(app))
    chooser.post("/cookies", {"token": chooser.page("/cookies").value("token"), "answer": "accept"})
    invited, asked, half, full = (Desk(strict_client(app), app, clock) for _ in range(4))
    full.whole()
    half.secret = asked.secret = full.secret
    half.give_password()
    link = invited.link("Тимур Ахметов")
    set_up = invited.page(link)
    invited.secret = "".join(set_up.elements("code")[0].itertext()).replace(" ", "")
    code_page = half.page("/operator/sign-in/code")
    choice_token = chooser.page("/cookies").value("token")
    handed = Visitor(strict_client(app))
    handed_secret = handed.send(person).headers["Location"].rpartition("/")[2]
    (other,) = rows(app, "SELECT reference FROM receipts")[0]
    owner = Visitor(strict_client(app))
    secret = owner.send(person).headers["Location"].rpartition("/")[2]
    (reference,) = rows(app, f"SELECT reference FROM receipts WHERE reference <> '{other}'")[0]
    own = f"/my/{secret}/object"
    numbers = {"way": "paper", "reference": str(reference), "sha256": "0" * 64}
    asking = requests_at(full, str(reference))
    handing = recipients_at(full, str(other), lambda: handing_over.correct(handed, handed_secret))
    # After the correction, which takes away the exports that were made before it.
    asking = exports_at(full) + asking
    device = passkeys.added(full, again={"password": PASSWORD})
    codes = invited.code(), half.code()
    half.get("/operator/sign-in/code"), full.get("/operator")  # each session is seen at this moment: no write is due
    return [
        ("/", visitor.filled(person), visitor.post),
        ("/cookies", {"token": choice_token, "answer": "reject"}, chooser.post),
        ("/appearance", {"token": choice_token, "appearance": "dark"}, chooser.post),
        ("/cookies/forget", {"token": choice_token}, chooser.post),
        ("/my", {"token": owner.page("/my").value("token"), "reference": reference, "secret": secret}, owner.post),
        (own, {"token": owner.page(own).value("token"), "objection": "term"}, owner.post),
        ("/receipts/check", {"token": owner.page("/receipts/check").value("token"), **numbers}, owner.post),
        (
            "/operator/sign-in",
            {"token": asked.page("/operator/sign-in").value("token"), "name": NAME, "password": PASSWORD},
            asked.post,
        ),
        (passkeys.SIGN_IN, passkeys.shown(owner, device), owner.post),
        (link, {"token": set_up.value("token"), "password": PASSWORD, "code": codes[0]}, invited.post),
        ("/operator/sign-in/code", {"csrf_token": code_page.value("csrf_token"), "code": codes[1]}, half.post),
        *(
            (path, {**fields, "csrf_token": full.page(shown_at(path)).value("csrf_token")}, full.post)
            for path, fields in asking
        ),
        *(
            (path, {**fields, "csrf_token": full.page(page or path).value("csrf_token")}, full.post)
            for path, fields, page in handing
        ),
        *(
            (path, {**fields, "csrf_token": full.page(shown_at(path)).value("csrf_token")}, full.post)
            for path, fields in acts_at(reference)
        ),
        ("/operator/sign-out", {"csrf_token": full.page("/operator").value("csrf_token")}, full.post),
    ]


def requests_at(desk: Desk, reference: str) -> list[tuple[str, dict[str, str]]]:
    """The forms of the desk about requests, filled in: three letters have come, two of them are taken up, one is a stranger's."""
    new = "/operator/requests/new"
    letter = {"kind": "access", "channel": "letter", "received": "2026-11-20", "reference": reference,
              "identity": "signature", "language": "en"}  # fmt: skip  # one letter
    paths = []
    for identity in ("signature", "signature", ""):
        sent = desk.post(new, {**letter, "identity": identity, "csrf_token": desk.page(new).value("csrf_token")})
        paths.append(sent.headers["Location"])
    for path in paths[1:]:
        desk.post(path, {"step": "take_up", "csrf_token": desk.page(path).value("csrf_token")})
    paper = "/operator/submissions/new"
    signed = {"name": "Name", "second_name": "Second", "phone": "8 701 123 45 67", "signed": "2026-11-22",
              "text": "2023-07-20.ru", "place": "scan_safe", "number": "17",
              "entry": desk.page(paper).value("entry")}  # fmt: skip  # one paper
    return [
        (new, letter),
        (paper, signed),
        (paths[0], {"step": "take_up"}),
        (f"{paths[1]}/meet", {}),
        (f"{paths[2]}/refuse", {"ground": "identity_not_confirmed", "until": ""}),
        (f"/operator/submissions/{reference}/keep", {"ground": "state_body_case", "until": "2027-01-01"}),
        ("/operator/days", {"day": "2026-12-21", "works": "no"}),
        ("/operator/search", {"text": "a"}),
        ("/operator/bulk", {"act": "block", "row": reference}),
        ("/operator/bulk/do", {"act": "unblock", "row": reference}),
        ("/operator/journal", {}),
        ("/operator/compliance", {}),
        *incidents_at(desk),
        *people_at(desk),
        ("/operator/tags", {"words": "call back", "act": "add"}),
        (f"/operator/submissions/{reference}/tags", {}),
        (
            f"/operator/submissions/{reference}/contact",
            {"day": "2026-11-22", "way": "call", "outcome": "answered", "purpose": "feedback"},
        ),
    ]


def exports_at(desk: Desk) -> list[tuple[str, dict[str, str]]]:
    """The forms about exports, filled in; one is ready to be saved and removed."""
    fields = {"purpose": "feedback", "columns": "phone", "format": "csv", "password": PASSWORD}
    made = desk.post(EXPORTS, {**fields, "csrf_token": desk.page(EXPORTS).value("csrf_token")}).headers["Location"]
    assert Runner(desk.app).run_now("exports")
    return [(EXPORTS, fields), (f"{made}/file", {}), (f"{made}/remove", {})]


def people_at(desk: Desk) -> list[tuple[str, dict[str, str]]]:
    """The forms about the Operator's people and about the own account, filled in; the password is changed last."""
    desk.command("operators", "add", "Тимур Оспанов")
    (number,) = rows(desk.app, "SELECT max(id) FROM operators")[0]
    made, options = passkeys.offered(desk, "Tablet", {"password": PASSWORD})
    return [
        ("/operator/people", {"name": "Новая", "role": "viewer", "password": PASSWORD}),
        (f"/operator/people/{number}/role", {"role": "auditor", "password": PASSWORD}),
        ("/operator/account/sessions", {"session": "00"}),
        ("/operator/account/codes", {"password": PASSWORD}),
        (f"{passkeys.PASSKEYS}/new", {"name": "Laptop", "password": PASSWORD}),
        (passkeys.PASSKEYS, {**made, "answer": Authenticator(ORIGIN).make(options)}),
        (f"{passkeys.PASSKEYS}/1/remove", {"password": PASSWORD}),
        ("/operator/account/app", {"password": PASSWORD, "first": "000000"}),
        ("/operator/account/password", {"password": PASSWORD, "new": PASSWORD + "!"}),
    ]


def incidents_at(desk: Desk) -> list[tuple[str, dict[str, str]]]:
    """The forms about incidents, filled in."""
    new = "/operator/incidents/new"
    fields = {"kind": "loss", "day": "2026-11-20", "hour": "10:00", "categories": "phone", "persons": "1"}
    made = desk.post(new, {**fields, "csrf_token": desk.page(new).value("csrf_token")})
    return [(new, fields), (made.headers["Location"], {"step": "add", "note": "x"})]


def acts_at(reference: str) -> list[tuple[str, dict[str, str]]]:
    """The decisions about a record, the last ones: nothing can be done with it afterwards."""
    acts = f"/operator/submissions/{reference}/acts"
    return [(f"{acts}/achieve/do", {}), (f"{acts}/block", {"code": "report"})]


EXPORTS = "/operator/exports"
# Forms that stand on the page of another address.
STANDS_AT = dict.fromkeys(("/operator/search", "/operator/bulk", "/operator/bulk/do"), "/operator/submissions") | {
    "/operator/account/sessions": "/operator/account",
    passkeys.PASSKEYS: "/operator/account",
}


def shown_at(path: str) -> str:
    """The page a form stands on."""
    if path.startswith(EXPORTS):
        return path.removesuffix("/remove").removesuffix("/file")
    return STANDS_AT.get(path, path.removesuffix("/do"))


def files_of(desk: Desk, path: str) -> dict[str, str]:
    """What names the files made just now for the recipient at a path."""
    return {"recipient": path.rpartition("/")[2].replace("-", ""), "at": desk.clock.at.isoformat()}


def recipients_at(desk: Desk, reference: str, correct: Callable[[], object]) -> list[tuple[str, dict[str, str], str]]:
    """The forms about recipients and transfers, filled in, each with the page it stands on where that is another."""
    one = handing_over.recipient(desk)
    handing_over.webhook(desk, one)
    handing_over.received(desk, reference, one)
    correct()
    made, sent = handing_over.transfer(desk, reference, one), handing_over.transfer(desk, reference, one, way="webhook")
    return [
        (handing_over.NEW, {**handing_over.FACTS, "country": "DE", "number": "HRB 12345"}, ""),
        (one, {"contact": "x", "age_key": handing_over.KEY}, ""),
        (f"{one}/undertakings", handing_over.UNDERTAKING, one),
        (f"{made}/file", {}, made),
        (f"{one}/webhook", {"webhook": "https://crm.example/in"}, one),
        ("/operator/transfers/files", files_of(desk, one), "/operator/transfers"),
        (sent, {"step": "give_up"}, ""),
        (f"/operator/submissions/{reference}/transfer", handing_over.chosen(one), ""),
        (f"{one}/end", {}, ""),
        ("/operator/recipients/tasks/1", {"how": "email", "told_on": "2026-11-22"}, ""),
    ]


def test_every_form_of_the_list_is_tried_below(app: Flask, person: Person, clock: FixedClock) -> None:
    one = "/operator/requests/<uuid:request_id>"
    recipient = "/operator/recipients/<uuid:recipient_id>"
    secret = {
        "set-up": "/operator/set-up/<token>",
        "/passkeys/1": f"{passkeys.PASSKEYS}/<int:number>/remove",
        "/object": "/my/<secret>/<act>",
        "/meet": f"{one}/meet",
        "/refuse": f"{one}/refuse",
        "/keep": "/operator/submissions/<reference>/keep",
        "/contact": "/operator/submissions/<reference>/contact",
        "/achieve/do": "/operator/submissions/<reference>/acts/<act>/do",
        "/acts/": "/operator/submissions/<reference>/acts/<act>",
        "requests/0": one,
        "incidents/0": "/operator/incidents/<uuid:incident_id>",
        "/undertakings": f"{recipient}/undertakings",
        "/end": f"{recipient}/end",
        "/webhook": f"{recipient}/webhook",
        "recipients/0": recipient,
        "/tasks/1": "/operator/recipients/tasks/<int:number>",
        "/transfers/files": "/operator/transfers/files",
        "/remove": "/operator/exports/<uuid:export_id>/remove",
        "exports/0": "/operator/exports/<uuid:export_id>/file",
        "/file": "/operator/transfers/<uuid:transfer_id>/file",
        "transfers/0": "/operator/transfers/<uuid:transfer_id>",
        "/transfer": "/operator/submissions/<reference>/transfer",
        "submissions/new": "/operator/submissions/new",
        "/role": "/operator/people/<int:number>/<act>",
        "submissions/": "/operator/submissions/<reference>/tags",
    }
    tried = {
        next((rule for part, rule in secret.items() if part in path), path)
        for path, *_ in every_form(app, person, clock)
    }
    assert tried == {path for path, _, _, token in routes(app) if token != "none"}


ELSEWHERE = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": ""},
    {"Sec-Fetch-Site": "cross-site", "Origin": ORIGIN},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost:8443"},
    {"Origin": "https://localhost:8443.evil.example"},
    {"Origin": "https://localhost"},
)


# The forms of these pages come with "null" from older browsers, since the pages send no referrer.
NO_REFERRER = ("/my/", "/operator/set-up/")


def test_a_form_sent_from_elsewhere_is_refused_whatever_its_token(
    app: Flask, person: Person, clock: FixedClock
) -> None:
    forms = every_form(app, person, clock)
    before = everything(app)
    for path, fields, send in forms:
        client = send.__self__.client  # type: ignore[attr-defined]  # the browser that may send it
        for headers in ELSEWHERE:
            if headers == {"Origin": "null"} and path.startswith(NO_REFERRER):
                continue
            answer = client.post(path, base_url=ORIGIN, data=fields, headers=headers)
            assert answer.status_code == 403, (path, headers)
            assert "Nothing was saved" in answer.get_data(as_text=True)
            assert "Set-Cookie" not in answer.headers
    assert everything(app) == before


def test_a_form_without_its_token_or_with_another_forms_is_refused(
    app: Flask, person: Person, clock: FixedClock
) -> None:
    forms = every_form(app, person, clock)
    names = ("token", "csrf_token")
    tokens = {path: next(fields[name] for name in names if name in fields) for path, fields, _ in forms}
    # The two forms of the cookies page share their token. A session's tokens are all good for each form of it; they
    # are not equal, since each says the second it was made in.
    shared = {token: path for path, token in tokens.items()}
    kinds = {path: send.__self__ if "csrf_token" in fields else shared[tokens[path]] for path, fields, send in forms}  # type: ignore[attr-defined]  # the browser that may send it
    before = everything(app)
    for path, fields, send in forms:
        # One token of each other kind: each wrong one counts against the limit of the sign-in.
        foreign = list({kinds[other]: token for other, token in tokens.items() if kinds[other] != kinds[path]}.values())
        own = next(name for name in names if name in fields)
        assert len(foreign) >= 5
        for token in (None, "", tokens[path][:-1], tokens[path] + "x", *foreign):
            sent = {"x": "y", **{name: value for name, value in fields.items() if name not in names}}
            answer = send(path, sent if token is None else {**sent, own: token})
            # Both the sign-out and the code belong to one session's token, each here to another session's.
            assert answer.status_code in {400, 422}, (path, answer.status)
            assert "Set-Cookie" not in answer.headers
        assert everything(app) == before, path


SHOWN = (
    "set-up",
    "check",
    "/file",
    "/webhook",
    "/compliance",
    "submissions/new",
    "/account/codes",
    "/passkeys/new",
)  # answered with a page or a file; every other form leads on


def test_every_form_is_taken_from_our_own_page(app: Flask, person: Person, clock: FixedClock) -> None:
    for path, fields, send in every_form(app, person, clock):
        answer = send(path, fields)
        shown = path in {"/operator/bulk", "/operator/people"} or any(word in path for word in SHOWN)
        # The code of a new app is right once it is shown on the page; here it is not.
        expected = 422 if path == "/operator/account/app" else 200 if shown else 303
        assert answer.status_code == expected, path


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": ORIGIN}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}], ids=str
)
def test_older_browsers_and_clients_that_say_nothing_are_not_shut_out(
    app: Flask, visitor: Visitor, person: Person, headers: dict[str, str]
) -> None:
    answer = visitor.client.post("/", base_url=ORIGIN, data=visitor.filled(person), headers=headers)
    assert answer.status_code == 303
    assert count(app, "submissions") == 1


def test_the_person_is_not_shut_out_of_my_data_by_an_older_browser(
    app: Flask, visitor: Visitor, person: Person
) -> None:
    link = visitor.send(person).headers["Location"].replace("/receipt/", "/my/")
    fields = {"token": visitor.page(f"{link}/withdraw").value("token")}
    assert visitor.get(f"{link}/withdraw").headers["Referrer-Policy"] == "no-referrer"
    answer = visitor.client.post(f"{link}/withdraw", base_url=ORIGIN, data=fields, headers={"Origin": "null"})
    assert answer.status_code == 303
    assert rows(app, "SELECT consent_state FROM submissions") == [("withdrawn",)]


def test_a_session_token_of_another_browser_is_refused(app: Flask, clock: FixedClock) -> None:
    first, second = (Desk(strict_client(app), app, clock) for _ in range(2))
    first.whole()
    second.secret = first.secret
    second.sign_in()
    answer = first.post("/operator/sign-out", {"csrf_token": second.page("/operator").value("csrf_token")})
    assert answer.status_code == 400
    assert first.get("/operator").status_code == 200


# --- Headers ---------------------------------------------------------------------------------------------------------


def test_every_kind_of_answer_carries_the_reviewed_headers(app: Flask, visitor: Visitor, person: Person) -> None:
    receipt = visitor.send(person)
    statuses = [
        receipt,
        visitor.get(receipt.headers["Location"]),
        visitor.get("/consent/2023-07-20.txt"),
        visitor.get("/static/site.css"),
        visitor.get("/static/site.css", headers={"If-None-Match": visitor.get("/static/site.css").headers["ETag"]}),
        visitor.get("/static/nothing.css"),
        visitor.get("/static/../wsgi.py"),
        visitor.get("/nothing"),
        visitor.post("/", {"name": ""}),
        visitor.post("/reports", "[]"),
        visitor.get("//consent"),
        visitor.client.options("/", base_url=ORIGIN),
        visitor.client.head("/", base_url=ORIGIN),
        visitor.client.put("/", base_url=ORIGIN),
        visitor.client.get("/", base_url="http://localhost:8080"),
        visitor.client.post("/", base_url="http://localhost:8080", data={}),
        visitor.client.get("/", base_url="https://evil.example"),
    ]
    # StrictClient has looked at the headers of each.
    codes = [answer.status_code for answer in statuses]
    assert codes == [303, 200, 200, 200, 304, 404, 404, 404, 422, 204, 308, 200, 200, 405, 308, 403, 400]


@pytest.mark.parametrize(
    ("asked", "leads"),
    [
        ("/consent/", "/consent"),
        ("/ru/my/", "/ru/my"),
        ("/operator/", "/operator"),
        ("/operator/requests/?tab=done&x=%22", "/operator/requests?tab=done&x=%22"),
        (f"/my/{'a' * 32}/", f"/my/{'a' * 32}"),
    ],
)
def test_a_slash_too_many_leads_to_the_page(visitor: Visitor, asked: str, leads: str) -> None:
    answer = visitor.get(asked)
    assert (answer.status_code, answer.headers["Location"]) == (308, leads)


@pytest.mark.parametrize(
    "asked",
    ["/nothing/", "/operator/nothing/", "/consent/2023-07-20.txt//", "/ru//evil.example/",
     "/my/x/y/z/", "/%2Fevil.example/", "/.well-known/"],
)  # fmt: skip  # one list
def test_a_slash_leads_nowhere_where_no_page_is(visitor: Visitor, asked: str) -> None:
    answer = visitor.get(asked)
    assert answer.status_code == 404 or answer.headers["Location"].startswith(ORIGIN)
    assert visitor.post("/my/", {}).status_code == 404


def test_hsts_follows_the_settings(settings: Settings) -> None:
    app = migrated(replace(settings, hsts_seconds=63_072_000, hsts_include_subdomains=False))
    answer = app.test_client().get("/", base_url=ORIGIN)
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000"
    dispose(app)


# --- Methods, sizes, hosts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "LISP"])
@pytest.mark.parametrize("path", ["/", "/consent", "/operator", "/static/site.css"])
def test_methods_without_a_use_are_refused_by_name(visitor: Visitor, method: str, path: str) -> None:
    answer = visitor.client.open(path, method=method, base_url=ORIGIN)
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert method not in answer.headers["Allow"]


def test_options_says_what_a_page_does_and_nothing_of_other_origins(visitor: Visitor) -> None:
    answer = visitor.client.options("/", base_url=ORIGIN, headers={"Origin": "https://evil.example"})
    assert (answer.status_code, answer.data) == (200, b"")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
    assert not [name for name in answer.headers.keys() if name.startswith("Access-Control")]  # noqa: SIM118  # Headers iterates over pairs


def test_a_post_without_its_length_is_refused(app: Flask, visitor: Visitor, person: Person) -> None:
    body = EnvironBuilder(method="POST", data=visitor.filled(person)).get_environ()
    del body["CONTENT_LENGTH"]
    body.update({"wsgi.url_scheme": "https", "HTTP_HOST": "localhost:8443", "HTTP_TRANSFER_ENCODING": "chunked"})
    body["wsgi.input_terminated"] = True
    data, status, headers = run_wsgi_app(app, body)
    assert status == "411 LENGTH REQUIRED"
    assert "text/html" in headers["Content-Type"]
    assert "Nothing was saved" in b"".join(data).decode()
    assert count(app, "submissions") == 0


@pytest.mark.parametrize("length", ["-1", "ten", "1e3", "0x10", "99999999999999999999"])
def test_a_length_that_is_no_length_stores_nothing(app: Flask, visitor: Visitor, person: Person, length: str) -> None:
    environ = EnvironBuilder(method="POST", base_url=ORIGIN, data=visitor.filled(person)).get_environ()
    environ["CONTENT_LENGTH"] = length
    assert run_wsgi_app(app, environ)[1][:3] in {"413", "422"}, "too large, or read as an empty body"
    assert count(app, "submissions") == 0


def test_a_body_over_the_limit_is_refused_and_one_at_the_limit_is_read(app: Flask, visitor: Visitor) -> None:
    assert visitor.post("/", b"x" * 65_537, content_type="application/x-www-form-urlencoded").status_code == 413
    assert visitor.post("/", b"x" * 65_536, content_type="application/x-www-form-urlencoded").status_code == 422
    assert count(app, "submissions") == 0


@pytest.mark.parametrize(
    "host",
    ["", "evil.example", "localhost.evil.example", "evil.example:8443", "ex..ample", "a" * 300, "локалхост",
     "localhost:port", "localhost:8443:1", "[::1", "::1", "xn--a", "localhost@evil.example", "a\\b"],
)  # fmt: skip
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_foreign_host_gets_a_page_that_never_names_it(app: Flask, host: str, scheme: str) -> None:
    environ = EnvironBuilder(path="/consent", base_url=f"{scheme}://localhost").get_environ()
    environ["HTTP_HOST"] = host.encode().decode("latin-1")
    data, status, headers = run_wsgi_app(app, environ)
    text = b"".join(data).decode()
    assert status == "400 BAD REQUEST"
    assert "could not be read" in text
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert not host or host not in text


@pytest.mark.parametrize(
    "host", ["localhost:8443", "LOCALHOST:8443", "127.0.0.1:9000", "[::1]:8443", "[::1]", "localhost"]
)
def test_a_trial_answers_on_this_machine_under_each_of_its_names(visitor: Visitor, host: str) -> None:
    assert visitor.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    ("address", "host", "status"),
    [
        ("https://consent.example.kz", "consent.example.kz", 200),
        ("https://consent.example.kz", "Consent.Example.KZ", 200),
        ("https://consent.example.kz", "localhost", 400),
        ("https://consent.example.kz", "127.0.0.1", 400),
        ("https://consent.example.kz", "www.consent.example.kz", 400),
        ("https://келісім.қаз", "xn--e1afhjfo6c7d.xn--80ao21a", 200),
        ("https://[2001:db8::1]:8443", "[2001:db8::1]:8443", 200),
    ],
)
def test_a_site_answers_to_its_address_alone(settings: Settings, address: str, host: str, status: int) -> None:
    app = migrated(replace(settings, trial=False, site_address=address))
    host = address.removeprefix("https://").encode("idna").decode() if host.startswith("xn--") else host
    environ = EnvironBuilder(base_url=ORIGIN).get_environ()
    environ["HTTP_HOST"] = host
    assert run_wsgi_app(app, environ)[1].startswith(str(status))
    dispose(app)


# --- Plain HTTP and proxies ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "query", "target"),
    [
        ("/", "", "/"),
        ("/consent", "said=1", "/consent?said=1"),
        ("/consent", "a=1?&b=%2F%D0%B6", "/consent?a=1?&b=%2F%D0%B6"),
        ("//evil.example/x", "", "/evil.example/x"),
        ("/a\r\nSet-Cookie: x=1", "", "/a%0D%0ASet-Cookie:%20x=1"),
        ("/a?b", "c=1", "/a%3Fb?c=1"),
        ("/100%/ж", "", "/100%25/%D0%B6"),
        ("/\\evil.example", "", "/%5Cevil.example"),
        ("", "", "/"),
    ],
)
def test_a_page_asked_for_over_plain_http_is_at_the_same_place_over_https(
    app: Flask, path: str, query: str, target: str
) -> None:
    for method in ("GET", "HEAD"):
        environ = EnvironBuilder(base_url="http://localhost:8080", method=method).get_environ()
        environ["PATH_INFO"], environ["QUERY_STRING"] = path.encode().decode("latin-1"), query
        _, status, headers = run_wsgi_app(app, environ)
        assert status == "308 PERMANENT REDIRECT"
        assert headers["Location"] == ORIGIN + target


def test_the_redirect_leads_to_the_address_of_the_settings_not_to_the_host_asked(settings: Settings) -> None:
    app = migrated(replace(settings, site_address="https://consent.example.kz"))
    answer = app.test_client().get("/consent", base_url="http://localhost:8080")
    assert answer.headers["Location"] == "https://consent.example.kz/consent"
    dispose(app)


def test_a_form_over_plain_http_is_refused_and_not_processed(app: Flask, visitor: Visitor, person: Person) -> None:
    fields = visitor.filled(person)
    for method in ("POST", "PUT", "OPTIONS"):
        answer = visitor.client.open("/", method=method, base_url="http://localhost:8080", data=fields)
        assert answer.status_code == 403
        assert "not over HTTPS. Nothing was saved" in page_of(answer).text
    assert count(app, "submissions") == 0
    assert visitor.post("/", fields).status_code == 303, "the token has not been spent"


FORWARDED = {
    "X-Forwarded-For": "198.51.100.7",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Port": "443",
    "X-Forwarded-Prefix": "/evil",
    "Forwarded": "for=198.51.100.7;proto=https;host=evil.example",
    "X-Real-IP": "198.51.100.7",
}


def test_what_a_visitor_says_about_proxies_is_ignored(app: Flask, visitor: Visitor) -> None:
    answer = visitor.client.get("/consent", base_url="http://localhost:8080", headers=FORWARDED)
    assert (answer.status_code, answer.headers["Location"]) == (308, f"{ORIGIN}/consent")
    assert "Strict-Transport-Security" not in answer.headers
    assert "evil" not in visitor.get("/", headers=FORWARDED).get_data(as_text=True)


def test_a_declared_proxy_is_believed_about_the_scheme_and_about_nothing_else(settings: Settings) -> None:
    app = migrated(replace(settings, trusted_proxies=1))
    client = app.test_client()
    assert client.get("/", base_url="http://localhost:8080").status_code == 308
    answer = client.get("/", base_url="http://localhost:8080", headers=FORWARDED)
    assert answer.status_code == 200
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert "evil" not in answer.get_data(as_text=True)
    chained = {"X-Forwarded-Proto": "https, http"}
    assert client.get("/", base_url="http://localhost:8080", headers=chained).status_code == 308
    dispose(app)


def statuses(app: Flask, networks: list[tuple[str, dict[str, str]]]) -> list[int]:
    """Empty forms sent from these addresses with these headers."""
    client = app.test_client()
    return [
        client.post(
            "/", base_url=ORIGIN, data={"name": ""}, headers=headers, environ_overrides={"REMOTE_ADDR": sender}
        ).status_code
        for sender, headers in networks
    ]


def test_limits_count_a_network_and_not_what_its_visitors_say(settings: Settings) -> None:
    app = migrated(replace(settings, form_limit="2 per hour"))
    same = [("203.0.113.77", {}), ("203.0.113.5", {"X-Forwarded-For": "198.51.100.7"}), ("::ffff:203.0.113.200", {})]
    assert statuses(app, [*same, ("203.0.114.1", {})]) == [422, 422, 429, 422]
    six = [("2001:db8:85a3:8d3::1", {}), ("2001:db8:85a3:ffff::2", {}), ("2001:db8:85a3::3", {})]
    assert statuses(app, [*six, ("2001:db8:85a4::1", {})]) == [422, 422, 429, 422]
    dispose(app)


def test_limits_behind_a_declared_proxy_count_the_network_it_names(settings: Settings) -> None:
    app = migrated(replace(settings, form_limit="2 per hour", trusted_proxies=1))
    https = {"X-Forwarded-Proto": "https"}
    through = [("10.0.0.1", {**https, "X-Forwarded-For": said}) for said in
               ("203.0.113.77", "198.51.100.7, 203.0.113.5", "203.0.113.9", "198.51.100.7", "nonsense")]  # fmt: skip
    assert statuses(app, through) == [422, 422, 429, 422, 422]
    dispose(app)


def test_the_only_address_the_site_knows_is_masked(app: Flask) -> None:
    with app.test_request_context(environ_overrides={"REMOTE_ADDR": "203.0.113.77"}):
        assert masked_network() == network_of("203.0.113.77") == "203.0.113.0"
    with app.test_request_context(environ_overrides={"REMOTE_ADDR": ""}):
        assert masked_network() == "unknown"


@pytest.mark.parametrize("name", sorted(set(openings.LIMITS.values())))
def test_a_limit_that_cannot_be_read_stops_the_start(settings: Settings, name: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} is 'sixty a minute': write it as"):
        migrated(replace(settings, **{name: "sixty a minute"}))


def test_an_empty_limit_is_no_limit(settings: Settings) -> None:
    app = migrated(replace(settings, form_limit=""))
    assert statuses(app, [("203.0.113.77", {})] * 70) == [422] * 70
    dispose(app)


# --- Where a form may lead back to -----------------------------------------------------------------------------------

PIECES = st.sampled_from(["/", "\\", "//", ".", "..", ":", "@", "?", "#", "[", "]", "evil.example", "https:", "http://",
                          "javascript:", "\t", "\r\n", "\x00", " ", "%2F", "%0a", "cookies", "é", "\u202e", "\ud800"])  # fmt: skip


@given(st.lists(PIECES, max_size=8).map("".join) | st.text())
def test_a_way_back_never_leads_off_the_site(text: str) -> None:
    path = same_origin_path(text, "/default")
    assert path in {"/default", text}
    # What a browser makes of it (WHATWG URL): tabs and line ends dropped, a backslash is a slash.
    seen = "".join(sign for sign in path if sign not in "\t\r\n").replace("\\", "/")
    assert seen.startswith("/")
    assert not seen.startswith("//")
    assert seen.isprintable()


@pytest.mark.parametrize("text", ["/", "/cookies", "/consent/2023-07-20", "/a?b=c#d", "/a//b"])
def test_a_way_back_within_the_site_is_kept(text: str) -> None:
    assert same_origin_path(text, "/default") == text


@pytest.mark.parametrize("text", ["//[", "http://[", "//[x]/", "///", "/\\evil", "\\/evil", " /x", "x", ""])
def test_a_way_back_that_is_none_is_the_default(text: str) -> None:
    assert same_origin_path(text, "/default") == "/default"

"""Every page and state of the site, each with the way into it: what axe, the small screen and the large text look at."""

from collections.abc import Callable
from datetime import date
from functools import cache
from secrets import token_hex
from typing import NamedTuple

from playwright.sync_api import Page

from tests.browser import public_form, request_states
from tests.browser.desk import PASSWORD, Desk, cookies, half_sign_in
from tests.support.documents import write_revision
from tests.support.people import PEOPLE
from tests.support.server import Server, send


class Site(NamedTuple):
    """What a way into a state may use."""

    server: Server
    desk: Desk


def _at(path: str) -> Callable[[Page, Site], None]:
    return lambda page, _site: _go(page, path)


def _go(page: Page, path: str) -> None:
    page.goto(path)


def _form_with_errors(page: Page, _site: Site) -> None:
    page.goto("/")
    public_form.send(page)


def _form_with_notice(page: Page, site: Site) -> None:
    page.goto("/")
    public_form.fill(page, PEOPLE[0])
    with site.server.locked_database():
        public_form.send(page)


def _receipt(page: Page, site: Site, more: str = "") -> None:
    with site.server.client() as client:
        page.goto(send(client, PEOPLE[1], topic="contract", mailing="yes") + more)


def _repeated_receipt(page: Page, site: Site) -> None:
    _receipt(page, site, "?again=1")


def _answered(page: Page, _site: Site) -> None:
    page.goto("/")
    page.locator(".cookies button[value=accept]").click()
    page.locator(".cookies [tabindex='-1']").wait_for()


def _cookies_saved(page: Page, _site: Site) -> None:
    page.goto("/cookies")
    for radio in page.locator("form:has(button[value=choose]) input[value=yes]").all():
        radio.check()
    with page.expect_navigation():
        page.locator("button[value=choose]").click()


def _cookies_wrong(page: Page, _site: Site) -> None:
    page.goto("/cookies")
    with page.expect_navigation():
        page.locator("button[value=choose]").click()


def _posted_from_elsewhere(page: Page, site: Site) -> None:
    page.goto("about:blank")
    page.set_content(f"<form method=post action='{site.server.address}/cookies'><button>Go</button></form>")
    with page.expect_navigation():
        page.get_by_role("button").click()


def _too_much(page: Page, _site: Site) -> None:
    page.goto("/")
    page.fill("#name", "a" * 70_000)
    public_form.send(page)


def _sign_in_refused(page: Page, _site: Site) -> None:
    page.goto("/operator/sign-in")
    page.fill("#name", f"nobody-{token_hex(4)}")
    page.fill("#password", "wrong")
    with page.expect_navigation():
        page.get_by_role("button", name="Continue to the code").click()


def _code(page: Page, site: Site) -> None:
    with site.server.client() as client:
        half_sign_in(client, site.desk.name)
        page.context.add_cookies(cookies(client, site.server))  # type: ignore[arg-type]  # they have its shape
    page.goto("/operator/sign-in/code")


def _code_refused(page: Page, site: Site) -> None:
    _code(page, site)
    page.fill("#code", "000-000")
    with page.expect_navigation():
        page.locator("main button").click()


def _set_up(page: Page, site: Site) -> None:
    page.goto(site.server.set_up_link())


def _set_up_wrong(page: Page, site: Site) -> None:
    _set_up(page, site)
    page.fill("#password", "short")
    with page.expect_navigation():
        page.locator("main button").click()


def _desk_at(path: str) -> Callable[[Page, Site], None]:
    def go(page: Page, site: Site) -> None:
        _full_desk(page, site)
        page.goto(path)

    return go


@cache
def _fill_the_desk(server: Server) -> None:
    with server.client() as client:
        for person in (PEOPLE[2], PEOPLE[3], PEOPLE[4]):
            send(client, person, website="http://spam.example" if person is PEOPLE[4] else "")


def _full_desk(page: Page, site: Site) -> None:
    _fill_the_desk(site.server)
    page.context.add_cookies(site.desk.cookies)  # type: ignore[arg-type]  # they have its shape
    page.goto("/operator/submissions")


def _record(page: Page, site: Site) -> None:
    _full_desk(page, site)
    page.locator("main tbody a").first.click()
    page.wait_for_url("**/operator/submissions/*")


def _ticked(page: Page, site: Site) -> None:
    _full_desk(page, site)
    for box in page.locator("input[name=row]").all()[:2]:
        box.check()
    with page.expect_navigation():
        page.locator("button[form=bulk]").click()


def _exports_wrong(page: Page, site: Site) -> None:
    _desk_at("/operator/exports?topic=support")(page, site)
    with page.expect_navigation():
        page.locator("main form button").click()


def _export(page: Page, site: Site) -> None:
    """One is asked for; who comes later opens that one: a recovery code is good once."""
    _desk_at("/operator/exports")(page, site)
    if page.locator("main tbody a").count():
        page.locator("main tbody a").first.click()
        page.wait_for_url("**/operator/exports/*")
        return
    page.select_option("#purpose", "feedback")
    page.fill("#password", PASSWORD)
    page.fill("#app_code", site.desk.recovery_codes.pop())
    with page.expect_navigation():
        page.locator("main form button").click()
    page.wait_for_url("**/operator/exports/*")
    # Until it is ready, the page looks again by itself.
    page.locator("form[action$='/file'] button").wait_for()


def _person_wrong(page: Page, site: Site) -> None:
    _desk_at("/operator/people")(page, site)
    with page.expect_navigation():
        page.locator("main form button").click()


def _recipient_wrong(page: Page, site: Site) -> None:
    _desk_at("/operator/recipients/new")(page, site)
    with page.expect_navigation():
        page.locator("main button").click()


def _check_wrong(page: Page, _site: Site) -> None:
    page.goto("/receipts/check")
    with page.expect_navigation():
        page.get_by_role("button", name="Check the numbers").click()


def _checked(page: Page, site: Site) -> None:
    with site.server.client() as client:
        raw = client.get(f"{send(client, PEOPLE[1])}/receipt.json").content
    page.goto("/receipts/check")
    page.set_input_files("#file", {"name": "receipt.json", "mimeType": "application/json", "buffer": raw})
    with page.expect_navigation():
        page.get_by_role("button", name="Check the file").click()


def publish_coming(server: Server) -> None:
    """Publish a revision of the cookie page that comes one day: it asks nobody anything."""
    with server.client() as client:
        there = client.get("/cookies/coming").status_code == 200
    if not there:
        files = write_revision(server.instance, "coming", date(2099, 1, 1), kind="cookies")
        done = server.flask("documents", "publish", "--yes", *files)
        assert done.returncode == 0, done.stderr


def _changes(page: Page, site: Site) -> None:
    """What changes with a revision that comes one day."""
    publish_coming(site.server)
    page.goto("/cookies/archive")
    # The worker asks once in a few seconds whether anything was published.
    while not (link := page.get_by_role("link", name="what changed")).count():
        page.wait_for_timeout(200)
        page.reload()
    link.click()
    page.wait_for_url("**/since/*")


def _as_state(way: request_states.Way) -> Callable[[Page, Site], None]:
    return lambda page, site: way(page, site.server, site.desk)


STATES: dict[str, Callable[[Page, Site], None]] = {
    "form": _at("/"),
    "form with errors": _form_with_errors,
    "form with notice": _form_with_notice,
    "banner answered": _answered,
    "receipt": _receipt,
    "repeated receipt": _repeated_receipt,
    "check": _at("/receipts/check"),
    "check with errors": _check_wrong,
    "checked receipt": _checked,
    "consent": _at("/consent"),
    "policy": _at("/policy"),
    "archive": _at("/consent/archive"),
    "changes": _changes,
    "documents": _desk_at("/operator/documents"),
    "cookies": _at("/cookies"),
    "cookies saved": _cookies_saved,
    "cookies with errors": _cookies_wrong,
    "not found": _at("/nothing"),
    "refused": _posted_from_elsewhere,
    "too much": _too_much,
    "sign-in": _at("/operator/sign-in"),
    "sign-in refused": _sign_in_refused,
    "code": _code,
    "code refused": _code_refused,
    "set-up": _set_up,
    "set-up with errors": _set_up_wrong,
    "spent link": _at("/operator/set-up/0123"),
    "list": _full_desk,
    "filtered list": _desk_at("/operator/submissions?mailing=no&since=2020-01-01"),
    "ticked submissions": _ticked,
    "tags": _desk_at("/operator/tags"),
    "home": _desk_at("/operator"),
    "journal": _desk_at("/operator/journal?act=access"),
    "incident": _desk_at("/operator/incidents/new"),
    "compliance": _desk_at("/operator/compliance"),
    "end of the list": _desk_at("/operator/submissions?before=00000000000000000000000000000000"),
    "not found at the desk": _desk_at("/operator/submissions/NOTHING1"),
    "record": _record,
    "exports": _desk_at("/operator/exports"),
    "exports with errors": _exports_wrong,
    "an export": _export,
    "recipients": _desk_at("/operator/recipients"),
    "recipient with errors": _recipient_wrong,
    "register of transfers": _desk_at("/operator/transfers"),
    "what recipients have to be told": _desk_at("/operator/recipients/tasks"),
    "statistics": _desk_at("/operator/statistics"),
    **{state: _as_state(way) for state, way in request_states.WAYS.items()},
    "statements": _desk_at("/operator/statements"),
    "components": _at("/components"),
    "people": _desk_at("/operator/people"),
    "person with errors": _person_wrong,
    "account": _desk_at("/operator/account"),
    "keys": _desk_at("/operator/keys"),
    "new password": _desk_at("/operator/account/password"),
    "new app": _desk_at("/operator/account/app"),
    "new passkey": _desk_at("/operator/account/passkeys/new"),
}

"""The source of every page is valid and whole: strict HTML, one h1, unique ids, nothing inline."""

import httpx
import pytest

from tests.browser.desk import Desk, half_sign_in
from tests.support.pages import Page
from tests.support.people import PEOPLE
from tests.support.server import Server, filled, send

OPEN_PAGES = {
    "/": 200,
    "/consent": 200,
    "/policy": 200,
    "/cookies": 200,
    "/cookies?said=1": 200,
    "/?said=1": 200,
    "/consent/2023-07-20": 200,
    "/nothing": 404,
    "/receipt/nothing": 404,
    "/operator/sign-in": 200,
    "/operator/set-up/nothing": 404,
}
DESK_PAGES = {
    "/operator": 200,
    "/operator/submissions": 200,
    "/operator/submissions?before=" + "0" * 32: 200,
    "/operator/submissions/NOTHING1": 404,
}


def checked(answer: httpx.Response, status: int) -> Page:
    """The page of an answer."""
    assert answer.status_code == status
    return Page(answer.text)


@pytest.mark.parametrize("path", OPEN_PAGES)
def test_pages_open_to_all(server: Server, path: str) -> None:
    with server.client() as client:
        checked(client.get(path), OPEN_PAGES[path])


def test_pages_of_a_sent_form(server: Server) -> None:
    with server.client() as client:
        fields = filled(client, PEOPLE[0])
        wrong = {**fields, "name": "<script>alert(1)</script>\"'&", "phone": "12", "topic": "x", "consent": ""}
        assert "Error: " in checked(client.post("/", data=wrong), 422).title
        with server.locked_database():
            checked(client.post("/", data=fields), 503)
        receipt = client.post("/", data=fields).headers["Location"]
        checked(client.get(receipt), 200)
        checked(client.get(f"{receipt}?again=1"), 200)
        checked(client.post("/", data=fields, headers={"Sec-Fetch-Site": "cross-site"}), 403)
        checked(client.post("/consent", data=fields), 405)
        checked(client.post("/", data={"name": "a" * 70_000}), 413)


def test_pages_after_an_answer_about_cookies(server: Server) -> None:
    with server.client() as client:
        token = Page(client.get("/cookies").text).value("token")
        checked(client.post("/cookies", data={"token": token}), 422)
        said = client.post("/cookies", data={"token": token, "answer": "accept", "next": "/"})
        assert said.status_code == 303
        for path in (said.headers["Location"], "/cookies", "/"):
            checked(client.get(path), 200)
        checked(client.post("/appearance", data={"token": token, "appearance": "pink"}), 422)


def test_pages_of_the_desk(server: Server, desk: Desk) -> None:
    with server.client() as client:
        send(client, PEOPLE[9]._replace(phone="8 702 123 45 67"))
        checked(client.get(server.set_up_link()), 200)
        half_sign_in(client, desk.name)
        checked(client.get("/operator/sign-in/code"), 200)
    with server.client() as client:
        for cookie in desk.cookies:
            client.cookies.set(str(cookie["name"]), str(cookie["value"]))
        for path, status in DESK_PAGES.items():
            checked(client.get(path), status)
        rows = [element.get("href") for element in Page(client.get("/operator/submissions").text).elements("a")]
        records = [path for path in rows if path and path.startswith("/operator/submissions/")]
        checked(client.get(records[0]), 200)

"""The list at the desk: searching, filters in the address, chips, tabs, the way on and back."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from tests.conftest import FixedClock
from tests.support.people import PEOPLE
from tests.support.visitor import Visitor
from tests.web.conftest import Log, Prepared
from tests.web.desk import Desk
from tests.web.rows import count, everything
from tests.web.strict import page_of

pytestmark = pytest.mark.usefixtures("prepared")

NAME = PEOPLE[1].second_name


@pytest.fixture
def desk(desk: Desk, prepared: Prepared, visitor: Visitor, clock: FixedClock) -> Desk:
    """At the desk, with three submissions."""
    for person, topic in zip(PEOPLE[:3], ("support", "contract", ""), strict=True):
        visitor.send(person, topic=topic, **({"mailing": "yes"} if topic else {}))
        clock.at += timedelta(minutes=1)
    desk.secret = prepared.secret
    return desk.sign_in()


def shown(desk: Desk, path: str) -> list[str]:
    """The masked names of a list."""
    return re.findall(r"<bdi>(\S+ \S+•••)</bdi>", desk.get(path).get_data(as_text=True))


def search(desk: Desk, text: str, path: str = "/operator/submissions") -> str:
    """Search on a page of the list: where it leads."""
    page = desk.page(path)
    action = next(str(form.get("action")) for form in page.elements("form") if "/search" in str(form.get("action")))
    answer = desk.post(action, {"csrf_token": page.value("csrf_token"), "text": text})
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def test_a_search_finds_by_name_phone_and_reference_and_its_address_names_nobody(
    app: Flask, desk: Desk, log: Log
) -> None:
    for text in (NAME.upper(), NAME[:3], PEOPLE[1].phone, PEOPLE[1].e164[-4:]):
        address = search(desk, text)
        assert shown(desk, address) == ["Н••• Ә•••"], text
        assert text not in address
        assert f"Search: {text}" in desk.page(address).text
    assert count(app, "journal") == 8, "a search opens nobody's record"
    assert {NAME, NAME.upper(), PEOPLE[1].phone, address.partition("sought=")[2]} & set(log.text.split('"')) == set()
    assert "sought" not in log.text
    reference = page_of(desk.get(address)).elements("code")[0].text
    assert shown(desk, search(desk, str(reference))) == ["Н••• Ә•••"]


def test_a_get_of_the_list_changes_nothing_and_says_where_the_index_is_behind(
    app: Flask, desk: Desk, visitor: Visitor
) -> None:
    address = search(desk, NAME)
    visitor.send(PEOPLE[1])
    before = everything(app)
    page = desk.page(address)
    assert "Some submissions are not in the search index yet." in page.text
    assert everything(app) == before
    assert len(shown(desk, search(desk, NAME, address))) == 2


def test_filters_stand_in_the_address_each_as_a_chip_that_comes_off(desk: Desk) -> None:
    assert shown(desk, "/operator/submissions?topic=support") == ["А••• С•••"]
    assert shown(desk, "/operator/submissions?mailing=yes") == ["Н••• Ә•••", "А••• С•••"]
    assert shown(desk, "/operator/submissions?mailing=yes&topic=contract&state=active") == ["Н••• Ә•••"]
    assert shown(desk, "/operator/submissions?since=2026-11-23") == []
    page = desk.page("/operator/submissions?mailing=yes&topic=contract&order=oldest")
    links = {"".join(a.itertext()): str(a.get("href")) for a in page.elements("a")}
    chip = next(words for words in links if words.startswith("Topic: A contract"))
    assert links[chip] == "/operator/submissions?mailing=yes&order=oldest"
    assert shown(desk, links[chip]) == ["А••• С•••", "Н••• Ә•••"]
    assert "2 submissions, oldest first" in desk.page(links[chip]).text
    assert page.elements("th")[5].get("aria-sort") == "ascending"
    assert any(words.startswith("active (1)") for words in links)


def test_a_search_keeps_the_filters_and_a_filter_keeps_the_search(desk: Desk) -> None:
    address = search(desk, PEOPLE[0].name, "/operator/submissions?mailing=yes")
    assert "mailing=yes" in address
    page = desk.page(address)
    assert page.value("sought") == re.search(r"sought=([^&]+)", address)[1]  # type: ignore[index]  # it is there
    assert shown(desk, address) == ["А••• С•••"]


def test_a_part_that_cannot_be_read_narrows_nothing(desk: Desk) -> None:
    for query in ("state=x", "topic=' OR 1=1", "since=9999-99-99", "until=0001-01-01", "sought=%00", "order=up",
                  "sought=" + "A" * 900, "revision=%F0%9F%99%82", "mailing=maybe", "due=1"):  # fmt: skip  # one glance
        assert len(shown(desk, f"/operator/submissions?{query}")) == 3, query


def test_any_text_is_searched_for_without_a_fault(desk: Desk) -> None:
    for text, found in (("  ", 3), ("'", 0), ("\x00🙂%s", 0), ("x" * 5000, 0), ("\u200d", 0)):
        assert len(shown(desk, search(desk, text))) == found, text


def test_pages_lead_on_and_back_within_the_filter(desk: Desk, visitor: Visitor) -> None:
    for _ in range(51):
        visitor.send(PEOPLE[3], topic="support")
    page = desk.page("/operator/submissions?topic=support")
    links = {"".join(a.itertext()): str(a.get("href")) for a in page.elements("a")}
    second = desk.page(links["Older submissions"])
    back = {"".join(a.itertext()): str(a.get("href")) for a in second.elements("a")}
    assert len(shown(desk, links["Older submissions"])) == 2
    assert shown(desk, back["Newer submissions"]) == shown(desk, "/operator/submissions?topic=support")
    assert "topic=support" in back["Newest submissions"]

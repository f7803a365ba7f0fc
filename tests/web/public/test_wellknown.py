"""Addresses that other people's programs know."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

from flask import Flask

from kelisim.settings import Settings
from tests.conftest import FixedClock, dispose, migrated
from tests.support.visitor import ORIGIN, Visitor


def test_security_txt_is_absent_without_a_contact(visitor: Visitor) -> None:
    assert visitor.get("/.well-known/security.txt").status_code == 404


def test_security_txt_names_the_contact_and_ends_within_a_year(settings: Settings, clock: FixedClock) -> None:
    chosen = Settings(instance=settings.instance, security_contact="mailto:security@example.com")
    app: Flask = migrated(chosen, clock=clock)
    answer = Visitor(app.test_client()).get("/.well-known/security.txt")
    fields = dict(line.split(": ", 1) for line in answer.get_data(as_text=True).splitlines())
    ends = datetime.strptime(fields["Expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert fields["Contact"] == "mailto:security@example.com"
    assert clock() < ends < clock() + timedelta(days=365)
    assert fields["Canonical"] == f"{ORIGIN}/.well-known/security.txt"
    dispose(app)


def test_global_privacy_control_is_declared(visitor: Visitor) -> None:
    answer = visitor.get("/.well-known/gpc.json")
    assert answer.get_json() == {"gpc": True, "lastUpdate": "2026-11-22"}
    assert answer.mimetype == "application/json"


def test_a_password_manager_is_led_to_the_sign_in(visitor: Visitor) -> None:
    answer = visitor.get("/.well-known/change-password")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/operator/account/password")
    assert visitor.get("/operator/account/password").headers["Location"] == "/operator/sign-in"


def test_a_random_well_known_address_is_not_there(visitor: Visitor) -> None:
    assert (
        visitor.get("/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200").status_code
        == 404
    )


def test_robots_are_told_of_the_sitemap_and_kept_from_the_desk(visitor: Visitor) -> None:
    lines = visitor.get("/robots.txt").get_data(as_text=True).splitlines()
    assert lines[0] == "User-agent: *"
    assert {f"Disallow: {prefix}/my/" for prefix in ("", "/kk", "/ru", "/en")} <= set(lines)
    assert {"Disallow: /operator", "Disallow: /ru/receipt/", f"Sitemap: {ORIGIN}/sitemap.xml"} <= set(lines)


def test_every_page_of_the_sitemap_is_there(visitor: Visitor) -> None:
    tree = ElementTree.fromstring(visitor.get("/sitemap.xml").data)  # noqa: S314  # our own answer
    addresses = [element.text or "" for element in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert len(addresses) == len(set(addresses)) >= 21
    assert {f"{ORIGIN}/kk/rights", f"{ORIGIN}/ru/my", f"{ORIGIN}/en/receipts/check"} <= set(addresses)
    assert visitor.get("/ru/sitemap.xml").data == visitor.get("/sitemap.xml").data
    for address in addresses:
        assert visitor.get(address.removeprefix(ORIGIN)).status_code == 200

"""My data in a real browser, with JavaScript and without: from the receipt to the withdrawal, and in from paper."""

from playwright.sync_api import Page

from tests.support.people import PEOPLE
from tests.support.server import Server, send


def test_from_the_receipt_to_the_withdrawal(server: Server, each_page: Page) -> None:
    page, person = each_page, PEOPLE[1]
    with server.client() as client:
        receipt = send(client, person, mailing="yes")
    page.goto(receipt)
    page.get_by_role("link", name="My data: see and steer what is held").click()
    page.get_by_role("link", name="Correct your data").click()
    assert page.input_value("#name") == person.name
    page.fill("#second_name", "")
    page.get_by_role("button", name="Correct my data").click()
    assert page.title().startswith("Error: ")
    page.fill("#second_name", "Әбілқасым")
    page.get_by_role("button", name="Correct my data").click()
    assert page.get_by_text("Әбілқасым").count() == 1
    page.goto(receipt)
    page.get_by_role("link", name="Withdraw your consent here").click()
    page.get_by_role("button", name="Withdraw my consent").click()
    assert page.get_by_role("heading", name="Your consent is withdrawn and your data are blocked.").count() == 1
    page.goto(f"{receipt.replace('receipt', 'my')}/withdraw")
    assert "Your consent has ended already." in page.locator("main").inner_text()
    assert page.context.cookies() == []


def test_the_way_in_from_paper(server: Server, each_page: Page) -> None:
    page = each_page
    with server.client() as client:
        receipt = send(client, PEOPLE[0])
    page.goto(receipt)
    reference = page.locator(".reference code").inner_text()
    page.goto("/my")
    page.fill("#reference", reference.lower())
    page.fill("#secret", "a" * 32)
    page.get_by_role("button", name="Open my data").click()
    page.fill("#secret", " ".join(receipt.rpartition("/")[2].upper()))
    page.get_by_role("button", name="Open my data").click()
    assert page.locator("h1").inner_text() == "My data"

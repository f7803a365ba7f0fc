"""What a person does with the form, in a real browser."""

from playwright.sync_api import Locator, Page

from tests.support.people import Person

FORM = "form:has(#name)"


def fill(page: Page, person: Person, *, consent: bool = True) -> None:
    """Fill in the three fields and tick the box."""
    page.fill("#name", person.name)
    page.fill("#second_name", person.second_name)
    page.fill("#phone", person.phone)
    page.set_checked("#consent", consent)


def send_button(page: Page) -> Locator:
    """The button that sends the form."""
    return page.locator(f"{FORM} button:not([type])")


def send(page: Page) -> None:
    """Press it, and wait for what comes."""
    with page.expect_navigation():
        send_button(page).click()


def typed(page: Page) -> tuple[str, str, str]:
    """What stands in the three fields."""
    return page.input_value("#name"), page.input_value("#second_name"), page.input_value("#phone")


def reference(page: Page) -> str:
    """The reference on a receipt."""
    page.wait_for_url("**/receipt/*")
    return page.locator("main .reference code").inner_text()


def focused(page: Page) -> str:
    """The id of the element in focus, else its class, else its tag."""
    return str(
        page.evaluate(
            "(document.activeElement.id || document.activeElement.className || document.activeElement.tagName)"
        )
    )

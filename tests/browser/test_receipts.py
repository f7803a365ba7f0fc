"""Saving a receipt and checking it, in a real browser: with JavaScript and without."""

from hashlib import sha256
from pathlib import Path

import pytest

from tests.browser.conftest import NewPage
from tests.support.people import PEOPLE
from tests.support.server import Server, send


@pytest.mark.parametrize("scripts", [True, False])
def test_a_receipt_that_was_saved_is_known_by_file_and_by_its_numbers(
    server: Server, new_page: NewPage, tmp_path: Path, scripts: bool
) -> None:
    page = new_page(java_script_enabled=scripts)
    with server.client() as client:
        page.goto(send(client, PEOPLE[1]))
    with page.expect_download() as saving:
        page.get_by_role("link", name="Save the signed receipt (JSON)").click()
    saved = tmp_path / saving.value.suggested_filename
    saving.value.save_as(saved)
    assert saved.name.startswith("kelisim-receipt-")
    number = sha256(saved.read_bytes()).hexdigest()
    assert page.locator(f"code:text-is('{number}')").count() == 1
    page.get_by_role("link", name="Check a receipt").click()
    page.set_input_files("#file", saved)
    page.get_by_role("button", name="Check the file").click()
    assert page.locator(".notice h2").inner_text() == "This site issued this receipt"
    page.fill("#reference", saved.stem.rpartition("-")[2])
    page.fill("#sha256", number)
    page.get_by_role("button", name="Check the numbers").click()
    assert page.locator(".notice h2").inner_text() == "This site issued this receipt"

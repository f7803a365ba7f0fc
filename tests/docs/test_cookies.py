"""docs/cookies.md lists the cookies of the table, and nothing else."""

from pathlib import Path

from kelisim.web.cookies import COOKIES

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "cookies.md"


def test_the_list_is_the_table() -> None:
    lines = [line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    listed = [[cell.strip() for cell in line.strip("|").split("|")][:4] for line in lines]
    assert listed == [
        [
            f"`{cookie.name}`",
            "necessary" if cookie.needs is None else cookie.needs.value,
            "until sign-out" if cookie.days is None else f"`{cookie.days}`",
            cookie.same_site,
        ]
        for cookie in COOKIES
    ]

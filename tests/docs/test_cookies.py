"""docs/cookies.md lists the cookies of the table, and nothing else."""

import re
from pathlib import Path

from kelisim.web.cookies import COOKIES, DRAFT

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
    ] + [[f"`{DRAFT.name}`", DRAFT.needs.value, f"`{DRAFT.days}`", "storage"]]


def test_the_scripts_keep_nothing_else() -> None:
    static = DOCUMENT.parents[1] / "static"
    named = {name for file in static.glob("*.js") for name in re.findall(r'"(kelisim\.\w+)"', file.read_text("utf-8"))}
    assert named == {DRAFT.name}
    used = {file.name for file in static.glob("*.js") if "localStorage" in file.read_text("utf-8")}
    assert used == {"site.js", "draft.js"}
    for file in static.glob("*.js"):
        assert not re.search(r"sessionStorage|indexedDB|document\.cookie|caches\b", file.read_text("utf-8")), file

"""docs/design.md says the style sheet's colours, and each is readable where it stands."""

import re

import pytest

from kelisim.core import ROOT
from kelisim.domain.colours import DARK, LEAST_CONTRAST, LIGHT, Scheme, contrast

TOKEN = re.compile(r"--(\w+): light-dark\((#[0-9a-f]+), (#[0-9a-f]+)\)")
LINE = re.compile(r"^\| `--(\w+)` \| `(#[0-9a-f]{6})` \| `(#[0-9a-f]{6})` \|", re.MULTILINE)


def whole(colour: str) -> str:
    return colour if len(colour) == 7 else "#" + "".join(2 * sign for sign in colour[1:])


def tokens() -> dict[str, tuple[str, str]]:
    sheet = (ROOT / "static" / "site.css").read_text(encoding="utf-8")
    return {name: (whole(light), whole(dark)) for name, light, dark in TOKEN.findall(sheet)}


def test_the_table_is_the_style_sheets() -> None:
    document = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    assert {name: (light, dark) for name, light, dark in LINE.findall(document)} == tokens()


@pytest.mark.parametrize(("place", "scheme"), [(0, LIGHT), (1, DARK)], ids=["light", "dark"])
def test_words_can_be_read_and_edges_seen(place: int, scheme: Scheme) -> None:
    found = {name: both[place] for name, both in tokens().items()}
    grounds = [found[name] for name in ("paper", "sheet", "tint")]
    assert (scheme.accent, scheme.grounds) == (found["act"], tuple(grounds))
    for words in ("ink", "quiet", "act", "alarm"):
        assert min(contrast(found[words], ground) for ground in grounds) >= LEAST_CONTRAST, words
    assert min(contrast(found["edge"], ground) for ground in grounds) >= 3, "WCAG 1.4.11"

"""The Operator's own mark and accent, and why one is refused."""

import math
import re
from pathlib import Path

import pytest

from kelisim.core import ROOT
from kelisim.settings import Settings
from kelisim.settings.entry import SettingsError
from kelisim.web.looks import read_looks

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="4"/></svg>'


def settings(folder: Path, **values: str) -> Settings:
    return Settings.load(folder, {f"KELISIM_{name.upper()}": value for name, value in values.items()})


def test_without_any_the_files_are_the_houses(tmp_path: Path) -> None:
    looks = read_looks(ROOT / "static", settings(tmp_path))
    assert (looks.mark, looks.touch) == ("favicon.svg", "touch.png")
    assert looks.files["site.css"].content == (ROOT / "static" / "site.css").read_bytes()


def test_an_accent_stands_in_the_style_sheet(tmp_path: Path) -> None:
    looks = read_looks(ROOT / "static", settings(tmp_path, accent="#7a1f5c", accent_dark="#f0a8d8"))
    assert b"--act: light-dark(#7a1f5c, #f0a8d8);" in looks.files["site.css"].content
    assert looks.files["site.css"].version != read_looks(ROOT / "static", settings(tmp_path)).files["site.css"].version


def test_a_mark_is_served_under_a_name_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "Our Logo.SVG").write_bytes(SVG)
    looks = read_looks(ROOT / "static", settings(tmp_path, mark=str(tmp_path / "Our Logo.SVG")))
    assert (looks.mark, looks.files["mark.svg"].content) == ("mark.svg", SVG)
    assert looks.files["mark.svg"].content_type.startswith("image/svg+xml")
    assert looks.touch is None


def test_a_picture_of_the_operators_is_a_phones_icon_too(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes((ROOT / "static" / "touch.png").read_bytes())
    assert read_looks(ROOT / "static", settings(tmp_path, mark=str(tmp_path / "logo.png"))).touch == "mark.png"


def test_the_icon_of_a_phone_reaches_its_edges() -> None:
    """A phone cuts the corners itself: 180 pixels square, 8 bits, red, green and blue without transparency."""
    head = (ROOT / "static" / "touch.png").read_bytes()[:26]
    assert head[12:16] == b"IHDR"
    assert (int.from_bytes(head[16:20]), int.from_bytes(head[20:24]), head[24], head[25]) == (180, 180, 8, 2)


def test_what_the_mark_shows_is_left_by_the_roundest_cut() -> None:
    """A circle of 80 percent is what every phone leaves of an icon: both rings lie within it, to the outer edge of the line."""
    drawing = (ROOT / "static" / "favicon.svg").read_text(encoding="utf-8")
    stroke = float(re.findall(r'stroke-width="([\d.]+)"', drawing)[0])
    rings = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"', drawing)
    assert len(rings) == 2
    assert max(math.hypot(float(x) - 16, float(y) - 16) + float(r) + stroke / 2 for x, y, r in rings) <= 0.4 * 32


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"accent": "teal"}, "write a colour as #00605c"),
        (
            {"accent": "#ffd266"},
            r"accent #ffd266 has a contrast of 1\.\d on a light page, and words need 4.5: take a darker one",
        ),
        (
            {"accent_dark": "#00605c"},
            r"accent_dark #00605c has a contrast of \d\.\d on a dark page.*take a lighter one",
        ),
        ({"mark": "/nothing/here.svg"}, "no SVG or PNG file"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(tmp_path: Path, values: dict[str, str], says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        settings(tmp_path, **values)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.svg", b"words", "no SVG without a script"),
        ("a.svg", b"<svg><script/></svg>", "no SVG without a script"),
        ("a.png", b"words", "no PNG"),
        ("a.gif", b"GIF89a", "no SVG or PNG file"),
        ("a.svg", b"<svg>" + b" " * 16_384, "the most is 16384"),
    ],
)
def test_a_mark_that_is_none_is_refused(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SettingsError, match=says):
        settings(tmp_path, mark=str(tmp_path / name))

"""Small grey pictures of pages: taken, kept as PNG, compared. In them text is blocks (``blocks.py``), so they show how a page is
laid out and shaded, on any machine alike, and not what it says.
"""

import base64
import struct
import zlib
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from playwright.sync_api import Page

from tests.support.blocks import block_font

# What is drawn by chance, or by the machine: the code of a link, the sign in a field for a day.
_WEAR = """async (font) => {
  const face = new FontFace("Blocks", Uint8Array.from(atob(font), (sign) => sign.charCodeAt(0)));
  document.fonts.add(await face.load());
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`*, ::before, ::after { font-family: Blocks !important; font-synthesis: none !important }
    .qr, ::-webkit-calendar-picker-indicator { visibility: hidden !important }`);
  document.adoptedStyleSheets = [sheet];
}"""
_FONT = base64.b64encode(block_font()).decode()
# A picture is compared in squares of so many dots; a square differs by so many of 255 shades, and so many squares may.
_SQUARE, _SHADES, _SQUARES = 4, 26, 0.004
_LEVELS = 17
# So far down a page is looked at: further on, rows repeat themselves.
_MOST = 2400


@dataclass(frozen=True)
class Picture:
    """Rows of dots, a byte of grey each; as wide as some squares."""

    width: int
    dots: bytes

    @property
    def height(self) -> int:
        return len(self.dots) // self.width

    def squares(self) -> dict[tuple[int, int], float]:
        """The mean shade of each square."""
        found: dict[tuple[int, int], int] = {}
        for start in range(0, len(self.dots), _SQUARE):
            y, x = divmod(start, self.width)
            place = (x // _SQUARE, y // _SQUARE)
            found[place] = found.get(place, 0) + sum(self.dots[start : start + _SQUARE])
        return {place: shades / _SQUARE**2 for place, shades in found.items()}


def wear_blocks(page: Page) -> None:
    """Set everything in blocks."""
    page.evaluate(_WEAR, _FONT)


def take(page: Page, scale: float) -> Picture:
    """The page as far down as a few screens, smaller, in few shades."""
    session = page.context.new_cdp_session(page)
    size = session.send("Page.getLayoutMetrics")["cssContentSize"]
    clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], _MOST), "scale": scale}
    options = {"format": "png", "clip": clip, "captureBeyondViewport": True, "optimizeForSpeed": True}
    shot = session.send("Page.captureScreenshot", options)
    session.detach()
    return _few_shades(unpack(base64.b64decode(shot["data"])))


def _few_shades(picture: Picture) -> Picture:
    steps = bytes(min(255, round(dot / _LEVELS) * _LEVELS) for dot in range(256))
    return Picture(picture.width, picture.dots.translate(steps))


def differences(kept: Picture, new: Picture) -> Picture | None:
    """What differs, drawn dark; None where nothing does that a person would see."""
    if abs(kept.height - new.height) * 200 > kept.height or kept.width != new.width:
        return new
    before, after = kept.squares(), new.squares()
    off = {place for place in before.keys() & after.keys() if abs(before[place] - after[place]) > _SHADES}
    if len(off) <= _SQUARES * len(before):
        return None
    return Picture(
        new.width,
        bytes(
            0 if (place % new.width // _SQUARE, place // new.width // _SQUARE) in off else 255 - (255 - dot) // 4
            for place, dot in enumerate(new.dots)
        ),
    )


def pack(picture: Picture) -> bytes:
    """A PNG of sixteen shades."""
    rows = []
    for start in range(0, len(picture.dots), picture.width):
        row = picture.dots[start : start + picture.width] + b"\0"
        pairs = zip(row[0 : picture.width : 2], row[1 : picture.width + 1 : 2], strict=True)
        rows.append(b"\0" + bytes((one // _LEVELS) << 4 | two // _LEVELS for one, two in pairs))
    head = struct.pack(">IIBBBBB", picture.width, picture.height, 4, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(b"".join(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )


def unpack(png: bytes) -> Picture:
    """A PNG as ``pack`` writes it, or as Chromium does: 4 bits of grey, or 8 of red, green and blue (and alpha)."""
    place, raw, width, height, depth, colours = 8, b"", 0, 0, 0, 0
    while place < len(png):
        length, kind = struct.unpack(">I4s", png[place : place + 8])
        body = png[place + 8 : place + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colours = struct.unpack(">IIBB", body[:10])
        raw += body if kind == b"IDAT" else b""
        place += length + 12
    step = {0: 1, 2: 3, 6: 4}[colours]
    across = (width * step * depth + 7) // 8
    rows, before, packed = bytearray(), bytes(across), zlib.decompress(raw)
    for start in range(0, height * (across + 1), across + 1):
        before = _unfiltered(packed[start], packed[start + 1 : start + 1 + across], before, step)
        rows += _greys(before, depth, step, width)
    return Picture(width, bytes(rows))


def _greys(row: bytes, depth: int, step: int, width: int) -> bytes:
    if depth == 4:
        return bytes(half * _LEVELS for dot in row for half in (dot >> 4, dot & 15))[:width]
    return row[1::step]  # green is nearest to what an eye calls light


def _unfiltered(kind: int, row: bytes, above: bytes, step: int) -> bytes:
    if kind == 0:
        return row
    out = bytearray(row)
    if kind == 1:
        for colour in range(step):
            out[colour::step] = bytes(dot & 255 for dot in accumulate(row[colour::step]))
    elif kind == 2:
        out[:] = bytes((dot + up) & 255 for dot, up in zip(row, above, strict=True))
    else:
        for at, dot in enumerate(row):
            left, corner = (out[at - step], above[at - step]) if at >= step else (0, 0)
            guess = (left + above[at]) // 2 if kind == 3 else _nearest(left, above[at], corner)
            out[at] = (dot + guess) & 255
    return bytes(out)


def _nearest(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda one: abs(guess - one))


def kept_at(folder: Path, name: str) -> Picture | None:
    """The picture of this name, where there is one."""
    file = folder / f"{name}.png"
    return unpack(file.read_bytes()) if file.exists() else None

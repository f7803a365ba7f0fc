"""A font that is the same on every machine: each sign is a block of one width, so that text is grey bars that wrap alike."""

import struct

_UNITS, _ADVANCE, _HEIGHT = 1000, 540, 520
# Signs by their glyph: 1 is a block, 2 is nothing.
_GROUPS = ((0x20, 0x20, 2), (0x21, 0x9F, 1), (0xA0, 0xA0, 2), (0xA1, 0xFFFF, 1))


def block_font() -> bytes:
    """A TrueType font of three glyphs."""
    block, loca = _block(), struct.pack(">4H", 0, len(_block()) // 2, len(_block()), len(_block()))
    return _file(
        {
            b"OS/2": _os2(),
            b"cmap": _cmap(),
            b"glyf": block * 2,
            b"head": struct.pack(
                ">IIIIHHQQ4hHHhhh", 0x10000, 0x10000, 0, 0x5F0F3CF5, 3, _UNITS, 0, 0, 40, 0, 500, _HEIGHT, 0, 8, 2, 0, 0
            ),
            b"hhea": struct.pack(
                ">I3hH3h3h4hhH", 0x10000, 800, -200, 0, _ADVANCE, 40, 40, 500, 1, 0, 0, 0, 0, 0, 0, 0, 3
            ),
            b"hmtx": struct.pack(">HhHhHh", _ADVANCE, 40, _ADVANCE, 40, _ADVANCE, 0),
            b"loca": loca,
            b"maxp": struct.pack(">I14H", 0x10000, 3, 4, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
            b"name": _name(),
            b"post": struct.pack(">IIhhIIIII", 0x30000, 0, -100, 50, 0, 0, 0, 0, 0),
        }
    )


def _block() -> bytes:
    """One contour of four corners."""
    corners = ((40, 0), (0, _HEIGHT), (460, 0), (0, -_HEIGHT))
    head = struct.pack(">5hHH", 1, 40, 0, 500, _HEIGHT, 3, 0)
    shape = head + bytes([1] * 4) + b"".join(struct.pack(">h", x) for x, _ in corners)
    shape += b"".join(struct.pack(">h", y) for _, y in corners)
    return shape + b"\0" * (-len(shape) % 4)


def _cmap() -> bytes:
    """Format 13: many signs, one glyph."""
    groups = b"".join(struct.pack(">III", *group) for group in _GROUPS)
    table = struct.pack(">HHIII", 13, 0, 16 + len(groups), 0, len(_GROUPS)) + groups
    return struct.pack(">HHHHI", 0, 1, 3, 10, 12) + table


def _os2() -> bytes:
    return struct.pack(
        ">HhHHH10hh10sIIII4sHHH3hHHII2h3H",
        *(3, _ADVANCE, 400, 5, 0),
        *(500, 500, 0, 0, 500, 500, 0, 0, 50, 250),
        *(0, bytes(10), 1, 0, 0, 0, b"KLSM", 0x40, 0x20, 0xFFFF),
        *(800, -200, 0, 800, 200, 1, 0, _HEIGHT, 700, 0, 0x20, 0),
    )


def _name() -> bytes:
    words = {1: "Blocks", 2: "Regular", 3: "Blocks", 4: "Blocks", 6: "Blocks"}
    rows, said = b"", b""
    for number, word in words.items():
        encoded = word.encode("utf-16-be")
        rows += struct.pack(">6H", 3, 1, 0x409, number, len(encoded), len(said))
        said += encoded
    return struct.pack(">3H", 0, len(words), 6 + len(rows)) + rows + said


def _file(tables: dict[bytes, bytes]) -> bytes:
    """The tables behind their directory, each with its checksum, the whole with its own."""
    power = 1 << (len(tables).bit_length() - 1)
    head = struct.pack(
        ">IHHHH", 0x10000, len(tables), power * 16, power.bit_length() - 1, len(tables) * 16 - power * 16
    )
    place, directory, body = len(head) + 16 * len(tables), b"", b""
    for tag, content in sorted(tables.items()):
        padded = content + b"\0" * (-len(content) % 4)
        directory += struct.pack(">4sIII", tag, _sum(padded), place + len(body), len(content))
        body += padded
    whole = bytearray(head + directory + body)
    adjust = whole.index(tables[b"head"]) + 8
    whole[adjust : adjust + 4] = struct.pack(">I", (0xB1B0AFBA - _sum(bytes(whole))) % (1 << 32))
    return bytes(whole)


def _sum(content: bytes) -> int:
    return sum(struct.unpack(f">{len(content) // 4}I", content)) % (1 << 32)

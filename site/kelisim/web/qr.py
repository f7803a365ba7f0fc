"""A QR code as one SVG path, so that a template can draw it without a style or a picture file."""

import segno

from kelisim.web.pages import QrPage

_QUIET_ZONE = 4


def qr_page(text: str) -> QrPage:
    """The code of ``text``: one dark module is ``h1v1h-1z`` at its place."""
    matrix = segno.make(text, error="m", micro=False).matrix
    path = "".join(
        f"M{column + _QUIET_ZONE},{row + _QUIET_ZONE}h1v1h-1z"
        for row, modules in enumerate(matrix)
        for column, dark in enumerate(modules)
        if dark
    )
    return QrPage(path=path, size=len(matrix) + 2 * _QUIET_ZONE)

"""The Operator's own look: its mark and its accent colour in the files that every page brings."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kelisim.domain.colours import DARK, LIGHT
from kelisim.settings import Settings
from kelisim.web.static_files import StaticFile, packed_file, read_files

_SHEET = "site.css"
_ACCENT = f"--act: light-dark({LIGHT.accent}, {DARK.accent});"
_OWN_MARK, _HOUSE_MARK, _HOUSE_TOUCH = "mark", "favicon.svg", "touch.png"


@dataclass(frozen=True)
class Looks:
    """The files at /static/, which of them is the mark, and which a phone may put among its own icons."""

    files: Mapping[str, StaticFile]
    mark: str
    touch: str | None


def read_looks(folder: Path, settings: Settings) -> Looks:
    """The house's files with the Operator's accent in the style sheet, and its mark where it has one of its own."""
    files = read_files(folder)
    files[_SHEET] = packed_file(_SHEET, _with_accent(files[_SHEET].content, settings))
    if not settings.mark:
        return Looks(files, _HOUSE_MARK, _HOUSE_TOUCH)
    path = Path(settings.mark)
    name = f"{_OWN_MARK}{path.suffix.lower()}"
    files[name] = packed_file(name, path.read_bytes())
    # A phone takes no drawing there, and asks for what it knows where nothing is named.
    return Looks(files, name, name if name.endswith(".png") else None)


def _with_accent(sheet: bytes, settings: Settings) -> bytes:
    own = f"--act: light-dark({settings.accent}, {settings.accent_dark});"
    return sheet.replace(_ACCENT.encode(), own.encode())

"""docs/settings.md lists every setting with its default, its bounds and its variable, in the words of the code."""

from dataclasses import Field
from pathlib import Path
from typing import Any

from kelisim.settings import topics
from kelisim.settings.reading import variable_of

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "settings.md"


def row(entry: "Field[Any]") -> str:
    """The line of a setting."""
    least, most = entry.metadata["least"], entry.metadata["most"]
    default = f'"{entry.default}"' if isinstance(entry.default, str) else str(entry.default).lower()
    bounds = "" if least is None else f"from {least}" if most is None else f"{least} to {most}"
    return f"| `{entry.name}` | `{variable_of(entry)}` | `{default}` | {bounds} | {entry.metadata['says']} |"


def test_the_table_is_what_the_code_says() -> None:
    lines = [line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith(("| `", "## "))]
    assert lines == [
        line for topic, entries in topics().items() for line in (f"## {topic}", *(row(entry) for entry in entries))
    ]

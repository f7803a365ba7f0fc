"""The first settings.toml of an instance."""

from datetime import date
from typing import Any

from kelisim.settings import topics


def default_file(today: date) -> str:
    """The text of a first ``settings.toml``: the Operator's facts set, everything else a commented default."""
    lines = [
        f"# Settings of this Kelisim instance, written on {today.isoformat()}.",
        "# Each line may also be set by an environment variable: https_port is KELISIM_HTTPS_PORT.",
        "# A line that begins with # shows the default.",
        "",
    ]
    for topic, entries in topics().items():
        lines += [f"# == {topic} ==", ""]
        for entry in entries:
            stated = entry.name == "trial" or entry.name.startswith("operator_")
            lines += [
                f"# {entry.metadata['says']}",
                f"{'' if stated else '# '}{entry.name} = {_toml(entry.default)}",
                "",
            ]
    return "\n".join(lines)


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else f'"{value}"'

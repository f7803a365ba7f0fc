"""One setting: its default, its words, its bounds."""

from dataclasses import field
from typing import Any


class SettingsError(Exception):
    """A setting is missing or wrong. The message is one line: which, why, and how to mend it."""


def setting(default: Any, says: str, *, least: int | None = None, most: int | None = None) -> Any:
    """A field of Settings. ``says`` is its line in settings.toml and docs/settings.md; bounds hold for numbers."""
    return field(default=default, metadata={"says": says, "least": least, "most": most})


def term(default: int, to: str) -> Any:
    """A duty's term, in working days."""
    return setting(default, f"Working days to {to}; the law says {default}.", least=1, most=60)


def own_years(purpose: str) -> Any:
    """A purpose's own term, in years."""
    return setting(0, f"The same for the purpose of {purpose}; 0: as retention_years.", least=0, most=75)

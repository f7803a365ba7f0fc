"""Page values of what the Operator has stated."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class VersionRow:
    """One version of what the Operator states. ``since`` None: nobody has consented under it yet."""

    number: int
    since: datetime | None
    sentences: tuple[str, ...]
    operator: str

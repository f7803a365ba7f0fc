"""Acts on several records at once: those that were shown and ticked, each asked of the table of acts by itself."""

from dataclasses import dataclass
from enum import StrEnum


class BulkAct(StrEnum):
    """What can be done to several records at once."""

    CONTACT = "contact"
    TAG = "tag"
    UNTAG = "untag"
    BLOCK = "block"
    UNBLOCK = "unblock"
    TRANSFER = "transfer"


@dataclass(frozen=True)
class Refused:
    """A record that was left as it is. ``code``: of ``acts.Reason``, ``Obstacle``, ``ContactProblem``, ``TagProblem``; or ``held`` (a
    request holds its block), ``not_blocked``, ``consent_over`` (lifting the block would destroy), ``damaged``,
    ``gone``.
    """

    reference: str
    code: str


@dataclass(frozen=True)
class Outcome:
    """What came of it."""

    done: int
    refused: tuple[Refused, ...]

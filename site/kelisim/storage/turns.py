"""The turn of this process's writers, and the line of small writings that may go into one transaction."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from sqlalchemy.orm import Session


@dataclass(eq=False)
class Waiting:
    """A writing that waits in the line. ``ended``: it is in the database for good, or ``problem`` says why not."""

    work: Callable[[Session], Any]
    result: Any = None
    problem: BaseException | None = None
    ended: bool = False


@dataclass(eq=False)
class Turn:
    """Who holds ``lock`` may write. ``line``: what the next holder can write along."""

    lock: Lock = field(default_factory=Lock)
    line: deque[Waiting] = field(default_factory=deque)

"""Page values of acts on several records."""

from dataclasses import dataclass


@dataclass(frozen=True)
class BulkPage:
    """What is about to be done. ``further``: how many there are beyond the samples."""

    title: str
    act: str
    references: tuple[str, ...]
    samples: tuple[str, ...]
    further: int
    means: str
    button: str
    url: str
    back_url: str
    has_contact: bool
    has_tag: bool
    has_transfer: bool


@dataclass(frozen=True)
class ResultRow:
    """A record that was left as it is, and why."""

    reference: str
    reason: str
    url: str


@dataclass(frozen=True)
class FilesPage:
    """The files made for a recipient at one moment, to be saved together. ``at``: ISO 8601; ``hours``: how long."""

    recipient: str
    at: str
    hours: int


@dataclass(frozen=True)
class ResultPage:
    """What came of it. ``files`` None: none were made."""

    title: str
    done: int
    refused: tuple[ResultRow, ...]
    back_url: str
    files: FilesPage | None

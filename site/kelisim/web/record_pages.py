"""Page values of what stands beside a record: its neighbours, its tags, its other submissions; and of the tags' list."""

from dataclasses import dataclass


@dataclass(frozen=True)
class BesidePage:
    """What stands beside a record. ``same_phone``: how many other records that may be opened have this number.

    ``tags_url`` and ``contact_url`` None: the state of the record does not permit its use.
    """

    previous_url: str | None
    next_url: str | None
    back_url: str
    same_phone: int
    same_phone_url: str
    tags: tuple[str, ...]
    tags_url: str | None
    contact_url: str | None


@dataclass(frozen=True)
class TagChoice:
    """One tag that a record can bear."""

    id: int
    words: str
    borne: bool


@dataclass(frozen=True)
class TagRowPage:
    """One tag of the list. ``url``: the records that bear it."""

    id: int
    words: str
    retired: bool
    url: str

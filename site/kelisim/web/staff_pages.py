"""Page values of the Operator's people."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class PersonRow:
    """One of the Operator's people. ``factors`` and ``state``: in words. ``acts``: words and address of each decision."""

    name: str
    oneself: bool
    role: str
    seen_at: datetime | None
    factors: str
    state: str
    disabled: bool
    acts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PeopleListPage:
    """Everyone. ``roles``: what each role is called and may."""

    rows: tuple[PersonRow, ...]
    roles: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class LinkPage:
    """A set-up link, shown once."""

    name: str
    link: str
    hours: int


@dataclass(frozen=True)
class SessionRow:
    """A session that stands. ``here``: this one."""

    id: str
    since: datetime
    seen_at: datetime
    here: bool


@dataclass(frozen=True)
class PasskeyRow:
    """One of the own passkeys. ``synced``: it may lie on several devices; ``remove``: the address of its decision."""

    name: str
    added_at: datetime
    used_at: datetime | None
    synced: bool
    remove: str


@dataclass(frozen=True)
class MakePage:
    """What the browser is asked to make. ``options``: JSON for the script; ``challenge``: its token, sent back."""

    name: str
    options: str
    challenge: str


@dataclass(frozen=True)
class AccountPage:
    """The own account. ``role`` and ``may``: in words."""

    name: str
    role: str
    may: str
    sessions: tuple[SessionRow, ...]
    passkeys: tuple[PasskeyRow, ...]

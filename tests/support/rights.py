"""Holds what the public site asks of its database to the rights its account is given."""

import re

from flask import has_request_context, request
from sqlalchemy import event
from sqlalchemy.engine import Engine

from kelisim.storage.rights import PUBLIC_SITE
from kelisim.web.desk_session import is_desk
from kelisim.web.security.openings import PROBES

_TABLE = re.compile(r'\b(INSERT INTO|UPDATE|DELETE FROM|FROM|JOIN)\s+"?([a-z_]+)"?')
_RIGHTS = {"INSERT INTO": "INSERT", "UPDATE": "UPDATE", "DELETE FROM": "DELETE", "FROM": "SELECT", "JOIN": "SELECT"}


def asked(statement: str) -> set[tuple[str, str]]:
    """The rights a statement needs, by table."""
    return {(table, _RIGHTS[verb]) for verb, table in _TABLE.findall(statement)}


def hold_to_rights() -> None:
    """From now on, in this process: a request of the public site that needs more than the table has is a fault."""
    event.listen(Engine, "before_cursor_execute", _hold)


def _hold(_connection: object, _cursor: object, statement: str, *_others: object) -> None:
    # A probe asks for what its process needs; that of the public site is asked on the account itself.
    if has_request_context() and not is_desk(request.path) and request.endpoint not in {None, *PROBES}:
        for table, right in asked(statement):
            assert right in PUBLIC_SITE.get(table, ()), f"{request.endpoint} needs {right} on {table}"

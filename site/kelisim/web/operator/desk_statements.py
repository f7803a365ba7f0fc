"""What was stated beside the form, and since when."""

from flask import Blueprint

from kelisim.domain.statements import Stated, Version
from kelisim.services import statements
from kelisim.storage.db import db
from kelisim.web.frame import language, render
from kelisim.web.house import house
from kelisim.web.statement_pages import VersionRow

blueprint = Blueprint("desk_statements", __name__, url_prefix="/operator/statements")


@blueprint.get("")
def page() -> str:
    """Every version, the newest first."""
    rows = _versions(statements.versions(db.session()), house().stated)
    return render("operator/statements.html", versions=rows)


def _versions(recorded: tuple[Version, ...], now: Stated) -> tuple[VersionRow, ...]:
    """What is stated now first, though nobody may have consented under it yet."""
    rows = [_row(version.number, version.stated, version) for version in recorded]
    if not recorded or recorded[0].stated != now:
        rows.insert(0, _row(len(recorded) + 1, now, None))
    return tuple(rows)


def _row(number: int, stated: Stated, version: Version | None) -> VersionRow:
    party = stated.operator[language()]
    facts = (party.name, party.number, party.address, party.contact, stated.address)
    return VersionRow(
        number=number,
        since=version.since if version is not None else None,
        sentences=stated.words[language()],
        operator=", ".join(fact for fact in facts if fact),
    )

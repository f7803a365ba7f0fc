"""Exports as the pages of the desk show them, and as files."""

import json
from collections.abc import Iterable, Iterator, Mapping

from flask import url_for
from flask_babel import gettext

from kelisim.domain.deadlines import local_day
from kelisim.domain.exports import UNFINISHED, ExportState, Format, Value
from kelisim.domain.filters import Filter
from kelisim.domain.spreadsheets import csv_text
from kelisim.domain.workbooks import xlsx
from kelisim.services import listing
from kelisim.services.exports import Export
from kelisim.storage.db import db
from kelisim.web.export_pages import ExportPage, ExportsPage
from kelisim.web.export_words import CAUSES, COLUMNS, EXPORT_STATES, FORMATS, LEFT_OUT, words_of_one_file
from kelisim.web.house import house
from kelisim.web.operator.filters import Asked, Lists, asked_by, in_words, lists
from kelisim.web.words import PURPOSES

TYPES: Mapping[Format, str] = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.JSON: "application/json",
}


def scope_of(given: Asked) -> dict[str, str]:
    """The parts of a filter that narrow, as they stand in an address: an export has no order of its own."""
    return {name: str(text) for name, text in given.but(order=None).items()}


def filter_of(scope: Mapping[str, str]) -> Filter | None:
    """The filter of a stored scope; None where a part of it leads nowhere any more: the export would grow wider."""
    given = asked_by(scope, lists())
    return given.filter if scope_of(given) == dict(scope) else None


def exports_page(given: Asked, found: Iterable[Export]) -> ExportsPage:
    """What is about to be asked for, and this operator's exports."""
    settings = house().settings
    counts = listing.counts(
        db.session(), given.filter, keys=house().keys, today=local_day(house().now), most=settings.count_most
    )
    scope = given.but(order=None)
    state = given.filter.state
    return ExportsPage(
        scope=_scope_words(given),
        number=counts.everything if state is None else counts.by_state.get(state, counts.most + 1),
        most=counts.most,
        list_url=url_for("records.index", **scope),
        url=url_for("exports.ask", **scope),
        exports=tuple(export_page(one, given.lists) for one in found),
        hours=settings.export_hours,
    )


def export_page(found: Export, there: Lists) -> ExportPage:
    """One export and what may be done with it. ``there``: what its filter chose from, as it is now."""
    wanted, state = found.wanted, found.state
    # Its time may be over though the job has not come yet.
    ready = state is ExportState.READY and house().now < found.ends_at
    given = asked_by(wanted.scope, there)
    return ExportPage(
        url=url_for("exports.one", export_id=found.id),
        asked_at=found.asked_at,
        scope=_stored_words(wanted.scope, given),
        columns=tuple(str(COLUMNS[column]) for column in wanted.columns),
        format=str(FORMATS[wanted.format]),
        purpose=str(PURPOSES[wanted.purpose]),
        state=str(EXPORT_STATES[state]),
        unfinished=state in UNFINISHED,
        gone=state not in UNFINISHED and not ready,
        cause=str(CAUSES[found.cause]) if found.cause is not None else "",
        looked_at=found.looked_at,
        total=max(found.total, found.looked_at),
        rows=found.rows,
        left_out=tuple((str(LEFT_OUT[code]), number) for code, number in sorted(found.left_out.items())),
        ends_at=found.ends_at,
        saved=found.saved,
        file_url=url_for("exports.save", export_id=found.id) if ready else None,
        remove_url=url_for("exports.remove", export_id=found.id) if ready or state in UNFINISHED else None,
        again_url=url_for("exports.index", **given.but(order=None)),
    )


def file_name(found: Export) -> str:
    """A name without a word about anybody."""
    return f"kelisim-{local_day(found.asked_at).isoformat()}-{found.id.hex[-6:]}.{found.wanted.format.value}"


def content(found: Export, rows: Iterable[list[Value]]) -> Iterator[bytes]:
    """The file, piece by piece."""
    columns = found.wanted.columns
    if found.wanted.format is Format.JSON:
        return _json(found, rows)
    head = [str(COLUMNS[column]) for column in columns]
    words = words_of_one_file()
    cells = ([words(column, value) for column, value in zip(columns, row, strict=True)] for row in rows)
    if found.wanted.format is Format.XLSX:
        return xlsx(gettext("Submissions"), head, cells, now=found.asked_at)
    return (line.encode() for line in csv_text(head, cells))


def _json(found: Export, rows: Iterable[list[Value]]) -> Iterator[bytes]:
    facts = {
        "export": str(found.id),
        "asked_at": found.asked_at.isoformat(timespec="seconds"),
        "purpose": found.wanted.purpose,
        "left_out": dict(found.left_out),
    }
    yield json.dumps(facts, ensure_ascii=False)[:-1].encode() + b', "submissions": ['
    for number, row in enumerate(rows):
        named = dict(zip(map(str, found.wanted.columns), row, strict=True))
        yield (",\n" if number else "\n").encode() + json.dumps(named, ensure_ascii=False).encode()
    yield b"\n]}\n"


def _stored_words(scope: Mapping[str, str], given: Asked) -> tuple[str, ...]:
    """The same of an export; what was searched for is kept as long as the export, and not longer."""
    if scope.get("sought") != "":
        return _scope_words(given)
    return (gettext("Search: not kept any more"), *(words for _, words in in_words(given)))


def _scope_words(given: Asked) -> tuple[str, ...]:
    return tuple(words for _, words in in_words(given)) or (gettext("All submissions"),)

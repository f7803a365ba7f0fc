"""The power goes at any moment of a destruction: the record is there whole afterwards, or gone for good; never half."""

import shutil
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import create_engine, event, func, select, text
from sqlalchemy.orm import Session

from kelisim.domain.acts import Act, State
from kelisim.domain.destructions import DestructionGround
from kelisim.services import journal, records, submissions
from kelisim.services.records import By
from kelisim.settings import Settings
from kelisim.storage.db import db, engine_options, forget, prepare_engine, writing
from kelisim.storage.tables.destructions import DestructionRow
from kelisim.storage.tables.submissions import SubmissionRow
from kelisim.vault.keys import Keys
from tests.services.given import house_of, send
from tests.support.people import PEOPLE

RECORDS = 3
_FRAME = 24 + 4096  # of the write-ahead log: its head and a page


class Cuts:
    """Copies of the database's files, as a disk would have them if the power went at each of these moments."""

    def __init__(self, database: Path, folder: Path) -> None:
        self._database, self._folder = database, folder
        self.taken: list[Path] = []

    def take(self, *_moment: object, log_bytes: int | None = None) -> None:
        """One more copy; of the write-ahead log only so many bytes have reached the disk."""
        made = self._folder / f"cut-{len(self.taken)}"
        made.mkdir(parents=True)
        for path in self._database.parent.glob(f"{self._database.name}*"):
            if not path.name.endswith("-shm"):  # memory, not disk
                shutil.copyfile(path, made / path.name)
        log = made / f"{self._database.name}-wal"
        if log_bytes is not None and log.exists():
            with log.open("r+b") as file:
                file.truncate(log_bytes)
        self.taken.append(made)

    @property
    def log_size(self) -> int:
        """How long the write-ahead log is now."""
        log = self._database.with_name(f"{self._database.name}-wal")
        return log.stat().st_size if log.exists() else 0


@pytest.fixture
def site(app: Flask) -> Flask:
    """Three people's records; nobody writes the log back into the file meanwhile."""
    with app.app_context():
        for person in PEOPLE[:RECORDS]:
            send(app, person)
    return app


def test_a_destruction_that_the_power_cut_is_whole_or_has_not_begun(
    site: Flask, settings: Settings, tmp_path: Path
) -> None:
    cuts = Cuts(settings.instance / "kelisim.sqlite3", tmp_path / "cuts")
    with site.app_context():
        before, session, house = cuts.log_size, db.session(), house_of(site)
        event.listen(db.engine, "after_cursor_execute", cuts.take)
        with writing(session):
            row = session.scalars(select(SubmissionRow).order_by(SubmissionRow.id)).first()
            assert row is not None
            gone = row.id
            by = By("person", house.keys.site.journal, house.now)
            records.destroy(session, row, by, {}, ground=DestructionGround.REQUESTED)
        cuts.take()
        # What was written may have reached the disk only in part: each page of it, and half of each.
        for reached in range(before, cuts.log_size, _FRAME // 2):
            cuts.take(log_bytes=reached)
        forget(session)
        cuts.take()
        event.remove(db.engine, "after_cursor_execute", cuts.take)
    found = [state_after(cut, gone, house.keys) for cut in cuts.taken]
    assert set(found) == {State.ACTIVE, State.DESTROYED}
    assert (found[0], found[-1]) == (State.ACTIVE, State.DESTROYED)


def state_after(cut: Path, record: UUID, keys: Keys) -> State:
    """What the site finds when it comes up on a copy; whatever that is, it is whole."""
    address = f"sqlite:///{cut / 'kelisim.sqlite3'}"
    engine = create_engine(address, **engine_options(address, 5))
    prepare_engine(engine)
    with Session(engine) as session:
        assert session.scalar(text("PRAGMA integrity_check")) == "ok"
        assert session.execute(text("PRAGMA foreign_key_check")).all() == []
        assert journal.verify(session, key=keys.site.journal) is None
        row = session.get_one(SubmissionRow, record)
        acts = session.scalar(select(func.count()).where(DestructionRow.submission_id == record))
        entries = [entry.act for entry in journal.of_subject(session, record)]
        state = State(row.state)
        if state is State.DESTROYED:
            assert (acts, entries.count(Act.DESTRUCTION)) == (1, 1)
            assert row.sealed_content == row.key_for_operator == row.key_for_person == b""
        else:
            assert (acts, entries.count(Act.DESTRUCTION)) == (0, 0)
            assert submissions.listed(row, "", keys).masked_phone
        assert session.scalar(select(func.count()).select_from(SubmissionRow)) == RECORDS
    engine.dispose()
    return state

"""A disk that fills up: a page says that nothing was saved, nothing was, and with room again the same form goes through."""

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from flask import Flask

from kelisim.services import journal
from kelisim.settings import Settings
from kelisim.storage.db import db
from kelisim.vault.keys import make_missing
from tests.conftest import FixedClock, dispose, migrated
from tests.services.given import house_of
from tests.support.pages import Page
from tests.support.people import PEOPLE
from tests.support.visitor import Visitor

_BYTES = 8 * 1024 * 1024


class Disk:
    """A folder that can be full: a small disk of its own where one may be mounted, else no file there may grow."""

    def __init__(self, folder: Path, *, mounted: bool) -> None:
        self.folder, self._mounted = folder, mounted

    @contextmanager
    def full(self) -> Iterator[None]:
        """Within the block there is no room."""
        if not self._mounted:
            soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
            try:
                yield
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            return
        ballast = os.open(self.folder / "ballast", os.O_WRONLY | os.O_CREAT)
        try:
            while os.write(ballast, bytes(65_536)) == 65_536:
                pass
        except OSError:
            pass
        os.close(ballast)
        yield
        (self.folder / "ballast").unlink()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A tmpfs where this user may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={_BYTES},mode=0700", "kelisim-test", str(folder)]
    mounted = subprocess.run(["mount", *options], capture_output=True, check=False).returncode == 0
    yield Disk(folder, mounted=mounted)
    if mounted:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def site(disk: Disk, clock: FixedClock) -> Iterator[Flask]:
    """A site whose whole instance lies on that disk."""
    make_missing(disk.folder / "instance" / "keys")
    with ExitStack() as stack:
        app = migrated(Settings(instance=disk.folder / "instance", form_limit=""), clock=clock)
        stack.callback(dispose, app)
        yield app


def test_full_then_room_again(site: Flask, disk: Disk) -> None:
    visitor = Visitor(site.test_client())
    receipts = [visitor.send(person).location for person in PEOPLE[:3]]
    refused = []
    with disk.full():
        for number in range(40):  # until what is left in the files' last pages is used up, too
            fields = visitor.filled(PEOPLE[number % 9])
            answer = visitor.post("/", fields)
            if answer.status_code == 303:
                receipts.append(answer.location)
                continue
            assert answer.status_code == 503
            page = Page(answer.get_data(as_text=True))
            assert "Nothing was saved" in page.text
            assert (page.value("name"), page.value("token", -1)) == (fields["name"], fields["token"])
            refused.append(fields)
            if len(refused) == 3:
                break
        assert visitor.get("/consent").status_code == 200
        assert visitor.get(receipts[0]).status_code == 200
    assert len(refused) == 3
    receipts += [visitor.post("/", fields).location for fields in refused]
    assert {visitor.get(path).status_code for path in receipts} == {200}
    with site.app_context():
        assert journal.verify(db.session(), key=house_of(site).keys.site.journal) is None

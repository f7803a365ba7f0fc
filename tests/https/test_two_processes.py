"""A process of the public site has nothing that opens a row: not in its memory, not among its open files."""

import shutil
from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import astuple
from pathlib import Path

import psutil
import pytest

from kelisim.vault.keys import DESK_FILES, Keys, load, make_missing
from tests.support.people import PEOPLE
from tests.support.server import Server, running, send


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory, server: Server) -> Iterator[Server]:
    """The public site; the desk's files lie in its folder and could be read."""
    made = Server(tmp_path_factory.mktemp("public"), tls_of=server, role="public")
    make_missing(made.instance / "keys")
    with running(made):
        yield made


def processes(server: Server) -> list[psutil.Process]:
    parent = psutil.Process(server.pid)
    return [parent, *parent.children(recursive=True)]


def opening_secrets(folder: Path) -> dict[str, bytes]:
    """Every secret that opens a row or makes an operator: as it lies in a file, and as it is used."""
    written = {name: (folder / name).read_bytes().strip() for name in DESK_FILES if (folder / name).exists()}
    private = b64decode(written["operator.key"])
    keys: Keys = load(folder)
    assert keys.search is not None
    halves = {"seed": private[:32], "implicit": private[32:64], "x25519": private[64:], "search": keys.search}
    derived = {f"desk {number}": key for number, key in enumerate(astuple(keys.desk))}
    return {**written, **halves, **derived, "desk": b64decode(written["desk.key"])}


def found_in_memory(server: Server, needles: dict[str, bytes]) -> set[str]:
    """Which of the byte strings lie anywhere in what the server's processes have mapped."""
    found: set[str] = set()
    for process in processes(server):
        for region in _regions(process.pid):
            found |= {name for name, needle in needles.items() if needle in region}
    return found


def _regions(pid: int) -> Iterator[bytes]:
    place = Path("/proc", str(pid))
    with (place / "maps").open() as maps, (place / "mem").open("rb", buffering=0) as memory:
        for line in maps:
            span, rights, *_ = line.split()
            if "r" in rights and "[v" not in line:  # [vvar] and its like are the kernel's
                begin, end = (int(part, 16) for part in span.split("-"))
                with suppress(OSError, ValueError):
                    memory.seek(begin)
                    yield memory.read(end - begin)


def test_the_public_site_cannot_open_what_it_takes_in(public: Server, server: Server) -> None:
    with public.client() as client:
        receipt = send(client, PEOPLE[0])
        assert client.get(f"/my/{receipt.rpartition('/')[2]}").status_code == 200
        assert client.get("/operator/sign-in").status_code == 404
    assert public.scalar("SELECT count(*) FROM submissions") >= 1
    secrets = opening_secrets(public.instance / "keys")
    assert found_in_memory(public, secrets) == set()
    opened = {Path(file.path).name for process in processes(public) for file in process.open_files()}
    assert "kelisim.sqlite3" in opened
    assert not opened & set(DESK_FILES)
    assert public.said().splitlines()[0] == f"Kelisim is at {public.address}"
    assert "operator/set-up" not in public.said()


def test_the_search_finds_them_where_the_desk_is(server: Server) -> None:
    found = found_in_memory(server, opening_secrets(server.instance / "keys"))
    assert {"seed", "x25519", "search", "desk 0", "desk 4"} <= found


def test_the_public_sites_own_secrets_are_found_as_well(public: Server) -> None:
    keys = load(public.instance / "keys").site
    assert found_in_memory(public, {"form": keys.form_token, "journal": keys.journal}) == {"form", "journal"}


def test_the_desk_alone_is_served_on_a_port_of_its_own(public: Server, server: Server, tmp_path: Path) -> None:
    desk = Server(
        tmp_path / "desk",
        tls_of=server,
        role="operator",
        site_address=public.address,
        database_url=f"sqlite:///{public.database}",
    )
    shutil.copytree(public.instance / "keys", desk.instance / "keys")
    with running(desk), desk.client() as client:
        assert desk.set_up_link().startswith(f"{desk.address}/operator/set-up/")
        assert client.get("/operator").headers["Location"] == "/operator/sign-in"
        assert client.get("/consent").headers["Location"] == f"{public.address}/consent"
        assert client.post("/", data={"name": "x"}).status_code == 404

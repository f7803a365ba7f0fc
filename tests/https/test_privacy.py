"""After a real submission: what the disk and the logs hold of the person, and of where they came from."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from tests.support.people import Person
from tests.support.server import ROOT, Server, filled, running

PERSON = Person("Айгерім-Перизат", "Қуанышбекқызы", "8 701 555 31 37", "+77015553137")
# A client of its own, so that finding it could not be confused with the address the server listens on (127.0.0.1).
ADDRESS = "127.0.0.77"
SIGNS_OF_PHONE = ("8 701 555 31 37", "+77015553137", "77015553137", "7015553137", "701 555", "555-31-37", "5553137")


@pytest.fixture(scope="module")
def traces(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, list[str]]]:
    """A server that was used in every way that carries personal data, and the secrets that were handed out."""
    with running(Server(tmp_path_factory.mktemp("traces"))) as server:
        yield server, _use(server)


def _use(server: Server) -> list[str]:
    with server.client(local_address=ADDRESS) as client:
        fields = filled(client, PERSON)
        wrong = client.post("/", data={**fields, "phone": "701 555", "consent": ""})
        assert wrong.status_code == 422
        sent = client.post("/", data=fields)
        assert sent.status_code == 303
        receipt = sent.headers["Location"]
        assert client.get(receipt).status_code == 200
        assert client.post("/", data=fields).headers["Location"] == f"{receipt}?again=1"
        assert client.get(f"/{quote(PERSON.name)}?phone={quote_plus(PERSON.phone)}").status_code == 404
        choice = client.post("/cookies", data={"token": filled(client, PERSON)["token"], "answer": "accept"})
        assert choice.status_code == 422, "a token of one form opens no other"
        refused = client.post("/operator/sign-in", data={"name": PERSON.name, "password": PERSON.phone})
        assert refused.status_code == 422
        forged = client.get("/consent", headers={"X-Forwarded-For": ADDRESS, "User-Agent": PERSON.name.encode()})
        assert forged.status_code == 200
    return [receipt.rpartition("/")[2], fields["token"]]


def _files(server: Server) -> list[Path]:
    return [path for path in (*server.instance.rglob("*"), server.stdout, server.stderr) if path.is_file()]


def _spellings(text: str) -> set[bytes]:
    """A text as it may stand in a file: three encodings, JSON, a URL, a form."""
    written = {text, json.dumps(text)[1:-1], quote(text), quote_plus(text), repr(text)[1:-1], text.casefold()}
    return {spelling.encode(code) for spelling in written for code in ("utf-8", "utf-16-le", "utf-16-be")}


def _holding(server: Server, texts: list[str] | tuple[str, ...]) -> list[str]:
    spellings = set().union(*(_spellings(text) for text in texts))
    return [path.name for path in _files(server) if any(it in path.read_bytes() for it in spellings)]


def test_the_search_itself_finds_what_is_there(traces: tuple[Server, list[str]], tmp_path: Path) -> None:
    server, _ = traces
    names = {path.name for path in _files(server)}
    assert {"kelisim.sqlite3", "kelisim.sqlite3-wal", "settings.toml", "stderr.log"} <= names
    assert server.scalar("SELECT count(*) FROM submissions") == 1
    assert "stderr.log" in _holding(server, ['"status": 303'])
    assert "kelisim.sqlite3" in " ".join(_holding(server, ["2023-07-20"]))


def test_no_byte_under_the_instance_and_no_log_holds_the_name_or_the_phone(traces: tuple[Server, list[str]]) -> None:
    server, _ = traces
    assert _holding(server, (PERSON.name, PERSON.second_name, "Перизат", *SIGNS_OF_PHONE)) == []


def test_no_byte_holds_the_clients_address(traces: tuple[Server, list[str]]) -> None:
    server, _ = traces
    assert _holding(server, (ADDRESS, "::ffff:127.0.0.77")) == []
    stored = [path for path in _files(server) if path.name.startswith("kelisim.sqlite3")]
    assert not any(bytes([127, 0, 0, 77]) in path.read_bytes() for path in stored)


def test_no_byte_holds_the_secret_of_a_receipt_or_the_token_of_a_form(traces: tuple[Server, list[str]]) -> None:
    server, secrets = traces
    assert _holding(server, [secret for whole in secrets for secret in (whole, whole.partition(".")[0])]) == []


def test_the_start_says_three_lines_and_no_more(traces: tuple[Server, list[str]]) -> None:
    server, _ = traces
    assert server.said().splitlines() == [
        f"Kelisim is at {server.address}",
        f"A browser warns until it trusts this authority: {server.authority}",
        f"Set up the first operator, once, at {server.set_up_link()}",
    ]


def test_each_line_of_the_log_is_json_of_codes_and_routes(traces: tuple[Server, list[str]]) -> None:
    server, _ = traces
    lines = [json.loads(line) for line in server.logged().splitlines()]
    requests = [line for line in lines if line["event"] == "request"]
    assert requests
    for line in requests:
        assert set(line) == {"at", "level", "event", "request", "method", "route", "status", "ms"}
    reviewed = (ROOT / "tests" / "web" / "routes.txt").read_text(encoding="utf-8")
    for route in {line["route"] for line in requests} - {None}:
        assert f" {route} " in reviewed

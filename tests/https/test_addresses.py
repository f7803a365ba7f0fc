"""The client's address: masked before it is stored, in no byte of a database and in no line of a log (promise P5).

Somebody who agreed to everything comes from an address of their own, over the socket or through a declared proxy, and
uses the site in every way in which an address could be kept: visits, choices, the form, errors, reports, limits.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from ipaddress import ip_address
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.support import pages
from tests.support.patience import PATIENCE_SECONDS, await_that
from tests.support.people import PEOPLE
from tests.support.postgres import PostgresServer
from tests.support.server import Server, running, send

# Linux answers on all of 127.0.0.0/8: a client of the loopback that can be told from everything else there.
SOCKET, SOCKET_NETWORK = "127.37.41.43", "127.37.41.0"
CLAIMED = "203.0.114.117"
# Through a proxy: the client, as the proxy names it, its network, and what the client itself claimed before.
THROUGH = (
    ("198.51.171.177", "198.51.171.0"),
    ("2001:db8:7a3:8d3:1319:8a2e:371:7349", "2001:db8:7a3::"),
    ("::ffff:198.51.173.179", "198.51.173.0"),
)
Numbers = Callable[[str], list[str]]


def use(client: httpx.Client) -> None:
    """Everything that could leave an address: each answer is looked at only so far that it is the one meant."""
    token = pages.Page(client.get("/cookies").text).value("token")
    assert client.post("/cookies", data={"token": token, "answer": "accept", "next": "/"}).status_code == 303
    for path in ("/", "/consent", "/kk/rights", "/my"):
        assert client.get(path).status_code == 200
    receipt = send(client, PEOPLE[0])
    for path in (receipt, receipt.replace("/receipt/", "/my/"), "/my/wrong", "/nothing", "/operator/set-up/wrong"):
        assert client.get(path).status_code in {200, 404}
    assert client.post("/", data={"name": ""}).status_code == 422
    assert client.post("/cookies", data={"token": "forged"}).status_code == 422
    assert client.post("/operator/sign-in", data={"name": "nobody", "password": "x"}).status_code == 422
    report = {"Content-Type": "application/reports+json"}
    assert (
        client.post("/reports", content=b'[{"body": {"effectiveDirective": "img-src"}}]', headers=report).status_code
        == 204
    )
    assert client.post("/", data={}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def await_visits(numbers: Numbers, count: int) -> list[str]:
    """The networks of the visits, once all were written."""
    query = "SELECT network FROM visits ORDER BY network"
    await_that(lambda: len(numbers(query)) >= count)
    return numbers(query)


def spellings(address: str) -> set[bytes]:
    """An address as it may be written: as it came, whole, short, as a number, in hexadecimal, IPv6 as bytes too."""
    one = ip_address(address)
    written = {word.encode() for word in (address, str(one), one.exploded, str(int(one)), one.packed.hex())}
    mapped = getattr(one, "ipv4_mapped", None)
    # Four bytes of an IPv4 address would be found among a megabyte of random ones now and then.
    return written | ({one.packed} if one.version == 6 else set()) | (spellings(str(mapped)) if mapped else set())


def files(*folders: Path) -> dict[str, bytes]:
    """Every file as it lies there, database, write-ahead log and logs among them."""
    return {path.name: path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()}


def holding(places: dict[str, bytes], address: str) -> list[str]:
    return [name for name, content in places.items() if any(word in content for word in spellings(address))]


@pytest.fixture
def direct(tmp_path: Path) -> Iterator[Server]:
    """A server that knows of no proxy, on SQLite."""
    with running(Server(tmp_path, visit_write_seconds=1)) as server:
        yield server


def test_the_address_of_the_socket_is_nowhere_and_one_that_is_claimed_is_not_heard(
    direct: Server, tmp_path: Path
) -> None:
    with direct.client(local_address=SOCKET) as client:
        client.headers["X-Forwarded-For"] = client.headers["X-Real-IP"] = CLAIMED
        client.headers["Forwarded"] = f"for={CLAIMED}"
        use(client)
        plain = httpx.HTTPTransport(local_address=SOCKET)
        with httpx.Client(transport=plain, trust_env=False) as insecure:
            assert insecure.get(direct.plain_address, headers=client.headers).status_code == 308
            assert insecure.post(direct.plain_address, headers=client.headers).status_code == 403
    networks = await_visits(lambda query: sqlite_rows(direct, query), 1)
    assert networks == [SOCKET_NETWORK], "masked, and of the socket"
    places = files(tmp_path)
    assert {"kelisim.sqlite3", "kelisim.sqlite3-wal", "stderr.log", "stdout.log"} <= places.keys()
    assert any(SOCKET_NETWORK.encode() in content for content in places.values()), "the search finds what is there"
    assert (holding(places, SOCKET), holding(places, CLAIMED)) == ([], [])
    assert not any(CLAIMED.rpartition(".")[0].encode() in content for content in places.values())


def sqlite_rows(server: Server, query: str) -> list[str]:
    with closing(sqlite3.connect(f"file:{server.database}?mode=ro", uri=True, timeout=PATIENCE_SECONDS)) as connection:
        return [str(row[0]) for row in connection.execute(query)]


def test_behind_a_declared_proxy_only_the_network_it_names_is_kept(tmp_path: Path, postgres: PostgresServer) -> None:
    url = postgres.new_database()
    plain_url = url.replace("+psycopg", "")
    with running(Server(tmp_path, database_url=url, trusted_proxies=1, visit_write_seconds=1)) as server:
        for address, _ in THROUGH:
            with server.client(local_address=SOCKET) as client:
                # The client may say what it likes; the proxy adds what it saw.
                client.headers["X-Forwarded-For"] = f"{CLAIMED}, {address}"
                client.headers["X-Real-IP"] = CLAIMED
                use(client)
        networks = await_visits(lambda query: postgres_rows(plain_url, query), len(THROUGH))
        assert networks == sorted(network for _, network in THROUGH)
        tables = postgres_rows(plain_url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        scan = {table: f"SELECT every::text FROM {table} AS every" for table in tables}
        places = {name: "\n".join(postgres_rows(plain_url, query)).encode() for name, query in scan.items()}
    assert THROUGH[0][1].encode() in places["visits"], "the search finds what is there"
    places |= files(tmp_path)
    assert "stderr.log" in places
    found = {address: holding(places, address) for address in (*dict(THROUGH), CLAIMED, SOCKET)}
    assert not any(found.values()), found


def postgres_rows(url: str, query: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [str(row[0]) for row in connection.execute(query.encode())]

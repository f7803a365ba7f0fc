"""Three hosts behind the nginx that is shipped, on one PostgreSQL: whatever falls, nothing that was shown is lost."""

import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import html5lib
import httpx
import pytest

from kelisim.domain.languages import LANGUAGES
from tests.faults.books import assert_nothing_is_lost_or_twice
from tests.faults.load import Load, load
from tests.hosts.conftest import Hosts
from tests.support.nginx import DEPLOY, Nginx
from tests.support.people import PEOPLE
from tests.support.postgres import PostgresServer
from tests.support.server import filled, free_ports

_SOME = 15
# CPython leaves a socket open that is reset between its connection and its handshake (ssl.SSLSocket._create).
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning")


def test_a_host_dies_the_others_get_a_new_version_and_the_database_falls(
    hosts: Hosts, postgres: PostgresServer
) -> None:
    first, *others = hosts.servers
    with load(hosts.nginx, connections=8, pause=0.25) as sending:
        sending.wait_for(_SOME)
        workers = first.workers()
        first.kill()
        for worker in workers:
            worker.kill()
        sending.wait_for(_SOME)
        first.start()
        told_before = sending.told
        for server in others:
            assert server.stop() == 0
            sending.wait_for(_SOME)
            server.start()
        assert sending.told == told_before, "a host that is stopped in order keeps nobody from sending"
        fall(hosts, postgres, sending)
        sending.wait_for(_SOME)
    assert sending.told > 0, "nobody was told that nothing was saved"
    assert_nothing_is_lost_or_twice(first, sending, hosts.nginx)
    assert "/receipt/" not in hosts.nginx.log


def fall(hosts: Hosts, postgres: PostgresServer, sending: Load) -> None:
    """First every connection is ended, then the whole server, in the middle of what it does."""
    for _ in range(3):
        assert postgres.kill_backends(hosts.database) > 0
        sending.wait_for(_SOME)
    postgres.restart()


@contextmanager
def dying_host(files: Path) -> Iterator[int]:
    """A host that dies over each form it has begun to read. Its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files / "localhost.pem", files / "localhost.key")

    def die_over_each(listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:  # closed
                return
            with suppress(OSError), context.wrap_socket(connection, server_side=True) as secure:
                if secure.recv(1) == b"G":
                    secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=die_over_each, args=(listener,))
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


# The form goes to the address it was opened at, without one of its language or with it.
ADDRESSES_OF_THE_FORM = ("/", *(f"/{language}/" for language in LANGUAGES))


@pytest.mark.parametrize("address", ADDRESSES_OF_THE_FORM)
def test_a_form_in_any_language_is_passed_on_where_the_first_host_dies_over_it(
    hosts: Hosts, tmp_path: Path, address: str
) -> None:
    living = hosts.servers[0]
    port, plain_port = free_ports(2)
    files = living.instance / "tls"
    with dying_host(files) as first, dying_host(files) as second:
        ports = [(first, living.http_port), (second, living.http_port), (living.https_port, living.http_port)]
        nginx = Nginx(tmp_path / "nginx", port=port, plain_port=plain_port, hosts=ports, files=files)
        with hosts.nginx.client() as client:
            client.headers["Accept-Language"] = address.strip("/") or "en"  # the form says which words its reader saw
            fields = filled(client, PEOPLE[1])
            action = re.search('id="submission" method="post" action="([^"]*)"', client.get(address).text)
            assert action is not None
        with nginx.running(), nginx.client() as client:
            answer = client.post(action[1], data=fields)
            assert answer.status_code == 303, answer.text


def test_who_comes_is_known_by_the_network_nginx_saw_and_nothing_a_visitor_claims(hosts: Hosts) -> None:
    claims = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http", "X-Forwarded-Host": "evil.example"}
    with hosts.nginx.client() as client:
        answer = client.get("/", headers=claims)
        assert answer.status_code == 200
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
        assert "Server" not in answer.headers or answer.headers["Server"] == "nginx"
        foreign = client.post("/", data=filled(client, PEOPLE[0]), headers={"Origin": "https://evil.example"})
        assert foreign.status_code == 403


def test_plain_http_leads_to_https_and_takes_no_form(hosts: Hosts) -> None:
    with httpx.Client(trust_env=False) as client:
        plain = f"http://localhost:{hosts.nginx.plain_port}"
        led = client.get(f"{plain}/consent")
        assert (led.status_code, led.headers["Location"]) == (308, f"https://localhost:{hosts.nginx.port}/consent")
        assert client.post(f"{plain}/", data={"name": "x"}).status_code == 403


def test_the_page_of_a_site_that_is_away_says_what_to_do_in_each_language_with_nothing_from_elsewhere() -> None:
    page = html5lib.HTMLParser(strict=True).parse((DEPLOY / "kelisim-away.html").read_text(encoding="utf-8"))
    said = " ".join(" ".join(page.itertext()).split())
    for words in (
        "one form is never stored twice",
        "одна форма не сохраняется дважды",
        "бір форма екі рет сақталмайды",
    ):
        assert words in said
    assert not [element for element in page.iter() if {"src", "href", "style"} & set(element.keys())]


def test_the_shipped_configuration_is_one(hosts: Hosts) -> None:
    assert "test is successful" in hosts.nginx.check()

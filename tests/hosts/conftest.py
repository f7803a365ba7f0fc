"""Three hosts as they stand behind a balancer: one database, one set of keys, one address."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from kelisim.serve.certificates import make_ready
from kelisim.vault.keys import make_missing
from tests.support.nginx import Nginx
from tests.support.postgres import PostgresServer
from tests.support.server import Server, free_ports, stopped

HOSTS = 3


class Hosts:
    """The hosts behind nginx."""

    def __init__(self, servers: list[Server], nginx: Nginx, database: str) -> None:
        self.servers, self.nginx, self.database = servers, nginx, database


@pytest.fixture(scope="module")
def hosts(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosts]:
    """Started at once on an empty database, as they would be."""
    folder = tmp_path_factory.mktemp("hosts")
    make_missing(folder / "keys")
    make_ready(folder / "tls", "https://localhost", datetime.now(UTC))
    port, plain_port = free_ports(2)
    database = postgres.durable_database()
    servers = [
        Server(
            folder / f"host-{number}",
            database_url=database,
            site_address=f"https://localhost:{port}",
            trusted_proxies=1,
            run_jobs=False,
        )
        for number in range(HOSTS)
    ]
    for server in servers:
        for kind in ("keys", "tls"):
            shutil.copytree(folder / kind, server.instance / kind)
    ports = [(server.https_port, server.http_port) for server in servers]
    nginx = Nginx(folder / "nginx", port=port, plain_port=plain_port, hosts=ports, files=folder / "tls")
    with ExitStack() as stack:
        for server in servers:
            stack.enter_context(stopped(server))
        with ThreadPoolExecutor(HOSTS) as pool:
            list(pool.map(Server.start, servers))
        stack.enter_context(nginx.running())
        yield Hosts(servers, nginx, database)

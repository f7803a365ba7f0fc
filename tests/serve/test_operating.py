"""What an Operator's programs see of a running site."""

import os
import signal
import time
from pathlib import Path

import httpx

from tests.support.patience import await_that
from tests.support.server import Server, free_ports, running


def until(client: httpx.Client, path: str, status: int) -> httpx.Response:
    """Ask until the answer has this status."""
    end = time.monotonic() + 60
    while (answer := client.get(path)).status_code != status:
        assert time.monotonic() < end, answer.status_code
        time.sleep(0.05)
    return answer


def test_the_metrics_are_here_and_a_stop_says_so_first_and_serves_on_until_its_time_is_over(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    with running(Server(tmp_path, drain_seconds=120, metrics_port=port)) as server, server.client() as client:
        assert until(client, "/readyz", 200).json() == {"ready": True}
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=20) as own:
            assert until(own, "/readyz", 200).json() == {"ready": True, "failed": []}
            assert client.get("/robots.txt").status_code == 200
            counted = 'kelisim_requests_total{method="GET",route="/robots.txt",status="2xx"}'
            await_that(lambda: counted in own.get("/metrics").text)
        os.kill(server.pid, signal.SIGTERM)
        assert until(client, "/readyz", 503).json() == {"ready": False}
        assert client.get("/healthz").json() == {"alive": True}
        assert client.get("/").status_code == 200
        # The end of the block is a second signal, which ends it at once.

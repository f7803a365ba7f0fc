"""What is shipped for the machine, held against what the site does and what the documents say."""

import re

import pytest

from kelisim.core import ROOT
from kelisim.serve import https
from kelisim.settings import described

DEPLOY = ROOT / "deploy"


def unit(name: str) -> str:
    """What the unit of systemd says of one thing."""
    (found,) = re.findall(rf"^{name}=(.*)$", (DEPLOY / "kelisim@.service").read_text(encoding="utf-8"), re.MULTILINE)
    return str(found)


def test_a_stop_is_not_cut_short_while_a_balancer_is_given_time() -> None:
    (drain,) = (entry for entry in described() if entry.name == "drain_seconds")
    assert int(unit("TimeoutStopSec")) > drain.metadata["most"] + 10


def test_certbot_brings_the_certificate_to_the_user_and_the_unit_that_are_set_up() -> None:
    operations = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    part = operations.partition("\n## Certificates\n")[2].partition("\n## ")[0]
    user = unit("User").replace("%i", "all")
    assert set(re.findall(r"install -o (\S+)", part)) == {user}
    assert set(re.findall(r"/var/lib/([^/\s]+)/", part)) == {user}
    assert set(re.findall(r"systemctl reload (\S+?)'", part)) == {"kelisim@all"}
    assert unit("ExecReload") == "/bin/kill -HUP $MAINPID"


@pytest.mark.parametrize(
    ("file", "says"), [("nginx/kelisim.conf", r"keepalive_timeout (\d+)s;"), ("Caddyfile", r"keepalive (\d+)s\n")]
)
def test_a_proxy_lets_an_idle_connection_go_before_a_host_does(file: str, says: str) -> None:
    """granian ends one after the time it waits for a head."""
    (seconds,) = re.findall(says, (DEPLOY / file).read_text(encoding="utf-8"))
    assert int(seconds) * 1000 < vars(https)["_HTTP1"].header_read_timeout

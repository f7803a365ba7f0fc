"""Which protocols the server speaks, and who it proves to be."""

import socket
import ssl

import httpx
import pytest

from tests.support.patience import PATIENCE_SECONDS
from tests.support.server import Server


def shake_hands(server: Server, context: ssl.SSLContext, name: str = "localhost") -> str | None:
    """The version of TLS that both sides agreed on."""
    with (
        socket.create_connection(("127.0.0.1", server.https_port), timeout=PATIENCE_SECONDS) as plain,
        context.wrap_socket(plain, server_hostname=name) as secure,
    ):
        return secure.version()


def only(server: Server, version: ssl.TLSVersion) -> ssl.SSLContext:
    """A client of one version of TLS, with every cipher its OpenSSL still knows."""
    context = server.context()
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    return context


@pytest.mark.parametrize(("http2", "version"), [(False, "HTTP/1.1"), (True, "HTTP/2")])
def test_both_versions_of_http_are_spoken(server: Server, http2: bool, version: str) -> None:
    with server.client(http2=http2) as client:
        answer = client.get("/consent")
    assert (answer.status_code, answer.http_version) == (200, version)


@pytest.mark.parametrize(
    ("version", "name"), [(ssl.TLSVersion.TLSv1_2, "TLSv1.2"), (ssl.TLSVersion.TLSv1_3, "TLSv1.3")]
)
def test_good_tls_is_accepted(server: Server, version: ssl.TLSVersion, name: str) -> None:
    assert shake_hands(server, only(server, version)) == name


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_old_tls_is_refused_by_the_server(server: Server, version: ssl.TLSVersion) -> None:
    with pytest.warns(DeprecationWarning, match="deprecated"):
        context = only(server, version)
    with pytest.raises(ssl.SSLError) as refused:
        shake_hands(server, context)
    # An alert comes over the wire: it is the server that refuses, not this machine's OpenSSL.
    assert "ALERT" in refused.value.reason


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
def test_the_certificate_holds_under_the_strictest_check(server: Server, name: str) -> None:
    context = server.context()
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    assert shake_hands(server, context, name) == "TLSv1.3"


def test_the_certificate_is_for_no_other_host(server: Server) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        shake_hands(server, server.context(), "example.com")


def test_the_certificate_is_worth_nothing_without_its_authority(server: Server) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(server, ssl.create_default_context())


def test_plain_http_on_the_https_port_is_not_answered_as_a_page(server: Server) -> None:
    with pytest.raises(httpx.TransportError):
        httpx.get(f"http://localhost:{server.https_port}/", trust_env=False, timeout=PATIENCE_SECONDS)

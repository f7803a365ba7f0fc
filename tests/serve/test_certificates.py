import shutil
import ssl
import stat
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from kelisim.serve import certificates
from kelisim.serve.certificates import Files, make_ready

ADDRESS = "https://localhost:8443"


@pytest.fixture
def files(tmp_path: Path, now: datetime) -> Files:
    return make_ready(tmp_path / "tls", ADDRESS, now)


def content(files: Files) -> list[bytes]:
    return [path.read_bytes() for path in (files.authority, files.authority_key, files.certificate, files.key)]


def shake_hands(files: Files, host: str) -> None:
    """A whole TLS handshake in memory; the client is as strict as Python can be. Raises ssl.SSLError."""
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_context.load_cert_chain(files.certificate, files.key)
    client_context = ssl.create_default_context(cafile=str(files.authority))
    client_context.verify_flags |= ssl.VERIFY_X509_STRICT
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_context.wrap_bio(to_client, to_server, server_hostname=host)
    server = server_context.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(4):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    assert client.getpeercert()


def openssl_verify(files: Files, host: str, certificate: Path | None = None) -> str:
    done = subprocess.run(
        [
            "openssl",
            "verify",
            "-x509_strict",
            "-purpose",
            "sslserver",
            "-verify_hostname",
            host,
            "-CAfile",
            str(files.authority),
            str(certificate or files.certificate),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    return "OK" if done.returncode == 0 else done.stderr


def leaf_for(files: Files, host: str, now: datetime) -> Files:
    """What a thief of the authority's key would make."""
    authority = certificates._read(files.authority, files.authority_key)
    assert authority is not None
    stolen = Files(files.folder / "stolen")
    stolen.folder.mkdir()
    shutil.copy(files.authority, stolen.authority)
    pair = certificates._new_leaf(authority, [x509.DNSName(host)], now)
    certificates._write(stolen.certificate, stolen.key, pair)
    return stolen


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_strict_python_accepts_it(files: Files, host: str) -> None:
    shake_hands(files, host)


def test_strict_openssl_accepts_it(files: Files) -> None:
    assert shutil.which("openssl"), "the openssl command is needed: apt-get install openssl"
    assert openssl_verify(files, "localhost") == "OK"


def test_it_is_for_no_other_host(files: Files) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        shake_hands(files, "bank.example")


def test_a_stolen_authority_speaks_for_no_other_host(files: Files, now: datetime) -> None:
    stolen = leaf_for(files, "bank.example", now)
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        shake_hands(stolen, "bank.example")
    assert "permitted subtree violation" in openssl_verify(files, "bank.example", stolen.certificate)


def test_a_stolen_authority_makes_no_second_authority(files: Files) -> None:
    authority = x509.load_pem_x509_certificate(files.authority.read_bytes())
    limits = authority.extensions.get_extension_for_class(x509.BasicConstraints)
    assert limits.critical
    assert limits.value.path_length == 0


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://consent.example.kz", "consent.example.kz"),
        ("https://келісім.kz:8443", "келісім.kz"),
        ("https://192.0.2.7", "192.0.2.7"),
        ("https://[2001:db8::7]:8443", "2001:db8::7"),
    ],
)
def test_it_serves_the_public_address_too(tmp_path: Path, now: datetime, address: str, host: str) -> None:
    files = make_ready(tmp_path / "tls", address, now)
    shake_hands(files, host.encode("idna").decode() if host.endswith(".kz") else host)
    shake_hands(files, "localhost")


def test_keys_are_the_sites_own(files: Files) -> None:
    assert stat.S_IMODE(files.folder.stat().st_mode) == 0o700
    for path in (files.authority_key, files.key):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sorted(path.name for path in files.folder.iterdir()) == [
        "ca.key",
        "ca.pem",
        "localhost.key",
        "localhost.pem",
    ]


def test_a_second_start_changes_nothing(files: Files, now: datetime) -> None:
    before = content(files)
    assert content(make_ready(files.folder, ADDRESS, now + timedelta(days=59))) == before


def test_the_leaf_is_renewed_and_the_authority_kept(files: Files, now: datetime) -> None:
    before = content(files)
    after = content(make_ready(files.folder, ADDRESS, now + timedelta(days=61)))
    assert after[:2] == before[:2]
    assert after[2] != before[2]
    assert after[3] != before[3]


def test_the_leaf_is_short_lived(files: Files) -> None:
    leaf = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc < timedelta(days=91)


def test_an_authority_near_its_end_is_made_anew(files: Files, now: datetime) -> None:
    before = content(files)
    after = content(make_ready(files.folder, ADDRESS, now + timedelta(days=3600)))
    assert after[0] != before[0]


def test_another_host_needs_another_authority(files: Files, now: datetime) -> None:
    before = content(files)
    renewed = make_ready(files.folder, "https://consent.example.kz", now)
    assert content(renewed)[0] != before[0]
    shake_hands(renewed, "consent.example.kz")


def test_a_host_less_keeps_the_authority(tmp_path: Path, now: datetime) -> None:
    wide = make_ready(tmp_path / "tls", "https://consent.example.kz", now)
    before = content(wide)
    narrow = make_ready(tmp_path / "tls", ADDRESS, now)
    assert content(narrow)[:2] == before[:2]
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(narrow, "consent.example.kz")


@pytest.mark.parametrize("name", ["ca.pem", "ca.key", "localhost.pem", "localhost.key"])
@pytest.mark.parametrize("damage", [None, b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_a_damaged_file_is_made_anew(files: Files, now: datetime, name: str, damage: bytes | None) -> None:
    path = files.folder / name
    path.unlink()
    if damage is not None:
        path.write_bytes(damage)
    shake_hands(make_ready(files.folder, ADDRESS, now), "localhost")


def test_a_stop_between_two_files_heals(files: Files, tmp_path: Path, now: datetime) -> None:
    other = make_ready(tmp_path / "other", ADDRESS, now)
    shutil.copy(other.key, files.key)
    shake_hands(make_ready(files.folder, ADDRESS, now), "localhost")


def test_a_leaf_of_another_authority_is_made_anew(files: Files, tmp_path: Path, now: datetime) -> None:
    other = make_ready(tmp_path / "other", ADDRESS, now)
    shutil.copy(other.key, files.key)
    shutil.copy(other.certificate, files.certificate)
    shake_hands(make_ready(files.folder, ADDRESS, now), "localhost")

"""A local certificate authority and the certificate it signs, for an instance that was given none.

Files under ``instance/tls/``, the keys readable by the site's user only:

``ca.pem``, ``ca.key``                 the authority: a browser that is told to trust ca.pem shows no warning
``localhost.pem``, ``localhost.key``   what the server shows; a client has ca.pem already, so it is not sent along

The authority may speak for this instance's hosts and nothing else (name constraints, RFC 5280 4.2.1.10): somebody
who steals its key from a machine that trusts it can impersonate no bank.
"""

import ipaddress
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_AUTHORITY_DAYS = 3650
_LEAF_DAYS = 90  # verifiers of 2026 refuse more than 200 from public authorities; a short life costs nothing here
_RENEW_DAYS = 30  # left at a start
_SKEW = timedelta(hours=1)  # a client's clock that is a little late still accepts a new certificate


@dataclass(frozen=True)
class Files:
    """The files of one instance's certificates."""

    folder: Path

    @property
    def authority(self) -> Path:
        """The authority's certificate, to be trusted by a browser."""
        return self.folder / "ca.pem"

    @property
    def authority_key(self) -> Path:
        """The authority's private key."""
        return self.folder / "ca.key"

    @property
    def certificate(self) -> Path:
        """What the server shows."""
        return self.folder / "localhost.pem"

    @property
    def key(self) -> Path:
        """The private key of what the server shows."""
        return self.folder / "localhost.key"


@dataclass(frozen=True)
class _Pair:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def make_ready(folder: Path, address: str, now: datetime) -> Files:
    """Make or renew what is missing, about to end, damaged or for other hosts; leave the rest as it is.

    ``address`` is the public origin, ``now`` an aware datetime. The authority stays as long as it permits the hosts,
    so that a browser has to be told once. Raises OSError where the folder cannot be written.
    """
    files = Files(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    hosts = _hosts(address)
    authority = _read(files.authority, files.authority_key)
    if authority is None or not _authority_serves(authority, hosts, now):
        authority = _new_authority(hosts, now)
        _write(files.authority, files.authority_key, authority)
    leaf = _read(files.certificate, files.key)
    if leaf is None or not _leaf_serves(leaf, authority, hosts, now):
        _write(files.certificate, files.key, _new_leaf(authority, hosts, now))
    return files


def _hosts(address: str) -> list[x509.GeneralName]:
    host = urlsplit(address).hostname or "localhost"
    return [_general_name(name) for name in dict.fromkeys((*_LOOPBACK, host))]


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host.encode("idna").decode("ascii"))


def _subtree(host: x509.GeneralName) -> x509.GeneralName:
    """The name constraint that permits this host: for an address, the network of one."""
    return x509.IPAddress(ipaddress.ip_network(str(host.value))) if isinstance(host, x509.IPAddress) else host


def _authority_serves(authority: _Pair, hosts: list[x509.GeneralName], now: datetime) -> bool:
    try:
        limits = authority.certificate.extensions.get_extension_for_class(x509.NameConstraints).value
    except x509.ExtensionNotFound:
        return False
    permitted = limits.permitted_subtrees or []
    return all(_subtree(host) in permitted for host in hosts) and _is_current(authority.certificate, now, _LEAF_DAYS)


def _leaf_serves(leaf: _Pair, authority: _Pair, hosts: list[x509.GeneralName], now: datetime) -> bool:
    try:
        leaf.certificate.verify_directly_issued_by(authority.certificate)
        names = leaf.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False
    return list(names) == hosts and _is_current(leaf.certificate, now, _RENEW_DAYS)


def _is_current(certificate: x509.Certificate, now: datetime, days: int) -> bool:
    return certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc - timedelta(days=days)


def _new_authority(hosts: list[x509.GeneralName], now: datetime) -> _Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    # The identifier in the name keeps the authorities of two instances apart in a browser's list.
    name = _name(f"Kelisim local authority {identifier.digest[:4].hex()}")
    builder = (
        _builder(name, name, key, now, _AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .add_extension(x509.NameConstraints([_subtree(host) for host in hosts], None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    )
    return _Pair(builder.sign(key, hashes.SHA256()), key)


def _new_leaf(authority: _Pair, hosts: list[x509.GeneralName], now: datetime) -> _Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = authority.certificate
    authority_id = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    builder = (
        _builder(_name("localhost"), issuer.subject, key, now, _LEAF_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(authority_id), critical=False)
    )
    return _Pair(builder.sign(authority.key, hashes.SHA256()), key)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    public = key.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SKEW)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _key_usage(
    *, digital_signature: bool = False, key_cert_sign: bool = False, crl_sign: bool = False
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _read(certificate_file: Path, key_file: Path) -> _Pair | None:
    """The pair, or None where a part is missing, damaged or does not belong to the other."""
    try:
        certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
        key = serialization.load_pem_private_key(key_file.read_bytes(), password=None)
    except (FileNotFoundError, ValueError, TypeError):
        return None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or certificate.public_key() != key.public_key():
        return None
    return _Pair(certificate, key)


def _write(certificate_file: Path, key_file: Path, pair: _Pair) -> None:
    """Each file whole or not at all; a stop between the two leaves a pair that ``_read`` refuses."""
    private = pair.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _write_file(key_file, private)
    _write_file(certificate_file, pair.certificate.public_bytes(serialization.Encoding.PEM))


def _write_file(path: Path, content: bytes) -> None:
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)

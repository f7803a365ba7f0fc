"""What stops a start: values that would break a promise. Each message names the one setting to mend first."""

import re
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kelisim.domain.bin import bin_is_valid
from kelisim.domain.colours import DARK, LEAST_CONTRAST, LIGHT, is_colour, least_contrast
from kelisim.domain.languages import LANGUAGES
from kelisim.settings.entry import SettingsError

if TYPE_CHECKING:
    from kelisim.settings import Settings

# As a browser writes an origin, so that the two can be compared as texts.
_ORIGIN = re.compile(r"https://([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(:[0-9]{1,5})?")
_MAILBOX = re.compile(r"[^@\s]+@[^@\s]+")
_ONE_LIMIT = r"\s*[1-9][0-9]* per ([1-9][0-9]* )?(second|minute|hour|day)s?\s*"
_LIMITS = re.compile(rf"({_ONE_LIMIT}(;{_ONE_LIMIT})*)?")
_REPLICATES = "postgresql+psycopg://"
_DATABASES = ("sqlite:///", _REPLICATES)
_MARK_BYTES = 16_384
_REDIS = ("redis://", "rediss://", "unix://")
# What stands where an address has its port, as SQLAlchemy reads it: a password may hold anything but an @.
_PORT = re.compile(r"[a-z+]+://(?:[^:/]*(?::[^@]*)?@)?(?:\[[^/?]+\]|[^/:?]*)(?::([^/?]*))?")


def refuse_weak(settings: "Settings") -> None:
    """Stop a start that would break a promise, naming the one setting to mend first."""
    for name in (
        "operator_name",
        "operator_address",
        "site_name",
    ):
        if not getattr(settings, name).strip():
            raise SettingsError(f"{name} is empty: the Consent must name it.")
    if not bin_is_valid(settings.operator_bin):
        raise SettingsError("operator_bin is not a BIN: 12 digits with a right check digit, as in the registration.")
    for name in _limits(settings):
        if not _LIMITS.fullmatch(getattr(settings, name)):
            raise SettingsError(f"{name} is no limit: write it as 60 per minute; 600 per hour.")
    _refuse_bad_addresses(settings)
    if bool(settings.certificate) != bool(settings.certificate_key):
        missing = "certificate_key" if settings.certificate else "certificate"
        raise SettingsError(f"{missing} is empty: a certificate and its key go together.")
    _refuse_bad_mail(settings)
    _refuse_bad_desk(settings)
    _refuse_bad_look(settings)
    _refuse_bad_operation(settings)
    if not settings.trial:
        _refuse_unready(settings)


def _limits(settings: "Settings") -> list[str]:
    return [entry.name for entry in fields(settings) if entry.name.endswith("_limit")]


def _refuse_bad_addresses(settings: "Settings") -> None:
    for name, address in (
        ("site_address", settings.address),
        ("desk_address", settings.desk_address.rstrip("/") or settings.address),
    ):
        origin = _ORIGIN.fullmatch(address)
        if origin is None or not 0 < int((origin[3] or ":443")[1:]) < 65_536:
            raise SettingsError(
                f"{name} must be an origin such as https://consent.example.kz, in lower-case ASCII (xn--... for other "
                "scripts) and with nothing after it."
            )
    _refuse_bad_role(settings)
    _refuse_unreadable(settings)
    # The value is not repeated: it may hold a password.
    if settings.database_url and not settings.database_url.startswith(_DATABASES):
        raise SettingsError(f"database_url must begin with {' or '.join(_DATABASES)}.")
    if settings.replica_url and not all(
        address.startswith(_REPLICATES) for address in (settings.replica_url, settings.database_url)
    ):
        raise SettingsError(f"replica_url and the database_url it follows must both begin with {_REPLICATES}.")
    if settings.redis_url and not settings.redis_url.startswith(_REDIS):
        raise SettingsError(f"redis_url must begin with {', '.join(_REDIS)}.")


def _refuse_unreadable(settings: "Settings") -> None:
    """What reads these addresses would otherwise stop the start in words of its own, with a part of a password in them."""
    for name, reads in (
        ("database_url", _reads_database),
        ("replica_url", _reads_database),
        ("redis_url", _reads_redis),
    ):
        address = getattr(settings, name)
        if address and not reads(address):
            raise SettingsError(
                f"{name} cannot be read: write signs such as / : @ # in its password as %2F %3A %40 %23, and a port in "
                "digits."
            )


def _reads_database(address: str) -> bool:
    found = _PORT.match(address)
    port = found[1] if found is not None else None
    return port is None or (re.fullmatch("[0-9]{1,5}", port) is not None and int(port) < 65_536)


def _reads_redis(address: str) -> bool:
    try:
        urlsplit(address).port  # noqa: B018  # asking for it is the check
    except ValueError:
        return False
    return True


def _refuse_bad_role(settings: "Settings") -> None:
    if settings.role not in {"all", "public", "operator"}:
        raise SettingsError("role must be all, public or operator.")
    if not settings.has_site and not settings.site_address:
        raise SettingsError("site_address is empty: letters and receipts made at the desk lead to the public site.")


def _refuse_bad_operation(settings: "Settings") -> None:
    if settings.log_format not in {"json", "text"}:
        raise SettingsError("log_format must be json or text.")
    if settings.acme_folder and not Path(settings.acme_folder).is_dir():
        raise SettingsError(
            f"acme_folder names {settings.acme_folder}, which is no folder: make it, or leave it empty."
        )
    ports = range(settings.metrics_port, settings.metrics_port + settings.workers) if settings.metrics_port else ()
    if settings.https_port in ports or settings.http_port in ports:
        raise SettingsError("metrics_port, one for each worker, meets https_port or http_port: give it its own.")


def _refuse_bad_desk(settings: "Settings") -> None:
    if settings.asked_again not in {"password", "code", "both"}:
        raise SettingsError("asked_again must be password, code or both.")


def _refuse_bad_look(settings: "Settings") -> None:
    for name, scheme in (("accent", LIGHT), ("accent_dark", DARK)):
        colour = getattr(settings, name)
        if not is_colour(colour):
            raise SettingsError(f"{name} is {colour!r}: write a colour as #00605c.")
        if (found := least_contrast(colour, scheme)) < LEAST_CONTRAST:
            raise SettingsError(
                f"{name} {colour} has a contrast of {found:.1f} on a {scheme.name} page, and words need "
                f"{LEAST_CONTRAST}: take a {'darker' if scheme is LIGHT else 'lighter'} one."
            )
    if settings.mark:
        _refuse_bad_mark(Path(settings.mark))


def _refuse_bad_mark(path: Path) -> None:
    if path.suffix.lower() not in {".svg", ".png"} or not path.is_file():
        raise SettingsError(f"mark names {path}, which is no SVG or PNG file: give the path of one.")
    content = path.read_bytes()
    if len(content) > _MARK_BYTES:
        raise SettingsError(f"mark has {len(content)} bytes: each page brings it, so the most is {_MARK_BYTES}.")
    if path.suffix.lower() == ".svg" and (b"<svg" not in content or b"<script" in content.lower()):
        raise SettingsError("mark is no SVG without a script: save it as a plain SVG.")
    if path.suffix.lower() == ".png" and not content.startswith(b"\x89PNG\r\n\x1a\n"):
        raise SettingsError("mark is no PNG: save it as one.")


def _refuse_bad_mail(settings: "Settings") -> None:
    if settings.mail_language not in {"", *LANGUAGES}:
        raise SettingsError(f"mail_language must be empty or one of {', '.join(LANGUAGES)}.")
    if settings.smtp_from and not _MAILBOX.fullmatch(settings.smtp_from):
        raise SettingsError("smtp_from is no mailbox: write it as notices@example.kz.")
    if bool(settings.smtp_user) != bool(settings.smtp_password_file):
        missing = "smtp_password_file" if settings.smtp_user else "smtp_user"
        raise SettingsError(f"{missing} is empty: a user and the file with the password go together.")
    for name in ("smtp_password_file", "smtp_authority"):
        path = getattr(settings, name)
        if path and not Path(path).is_file():
            raise SettingsError(f"{name} names {path}, which is not there: give the path of the file.")


def _refuse_unready(settings: "Settings") -> None:
    missing = []
    if settings.email and not _MAILBOX.fullmatch(settings.email):
        missing.append("operator_email (a real mailbox)")
    if settings.site_address and urlsplit(settings.address).hostname in {"localhost", "127.0.0.1", "::1"}:
        missing.append("site_address (the public address)")
    if not settings.trusted_proxies and not (settings.certificate and settings.certificate_key):
        missing.append("certificate and certificate_key (or trusted_proxies, when a proxy ends TLS)")
    missing += [f"{name} (a limit)" for name in _limits(settings) if not getattr(settings, name)]
    if missing:
        raise SettingsError(f"trial = false needs {', '.join(missing)}; set them in settings.toml.")
    for name in ("certificate", "certificate_key"):
        path = getattr(settings, name)
        if path and not Path(path).is_file():
            raise SettingsError(f"{name} names {path}, which is not there: give the path of the PEM file.")

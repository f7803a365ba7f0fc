"""The instance: the folder with everything that is this site's own, and how its first start makes it."""

import os
import stat
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from kelisim.settings import Settings
from kelisim.settings.entry import SettingsError
from kelisim.settings.file import default_file

ROOT = Path(__file__).resolve().parents[3]  # where wsgi.py is


class StartError(Exception):
    """The site cannot start. The message is one line: what is wrong and what mends it."""


@dataclass(frozen=True)
class Secrets:
    """The files a start serves with. ``authority`` is None where the certificate is the settings' own."""

    certificate: Path
    key: Path
    authority: Path | None


def make_folder(folder: Path, today: date) -> None:
    """Make the instance folder (0700) with its first ``settings.toml``; what is there stays as it is.

    Raises StartError where this user has no right to write.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if stat.S_IMODE(folder.stat().st_mode) != 0o700:
            folder.chmod(0o700)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(13, "Permission denied")
        if not (folder / "settings.toml").exists():
            _write_new(folder / "settings.toml", default_file(today))
    except OSError as problem:
        raise no_right(folder, problem) from None


def make_secrets(settings: Settings, now: datetime) -> Secrets:
    """The instance's keys and its certificate, made where they are missing.

    Raises StartError where a file cannot be written or a part of the keys is gone.
    """
    from kelisim.serve.certificates import make_ready  # loads OpenSSL: after everything that may stop the start
    from kelisim.vault.keys import KeyFileError, make_missing

    try:
        if settings.has_desk:  # the public site's files are copies of the desk's, and are never made here
            make_missing(settings.instance / "keys")
        if settings.certificate and settings.certificate_key:
            return Secrets(Path(settings.certificate), Path(settings.certificate_key), None)
        files = make_ready(settings.instance / "tls", settings.own_address, now)
    except KeyFileError as problem:
        raise StartError(str(problem)) from None
    except OSError as problem:
        raise no_right(settings.instance, problem) from None
    return Secrets(files.certificate, files.key, files.authority)


def check_certificate(certificate: Path, key: Path) -> None:
    """Raises SettingsError where the two files are not a certificate and its key."""
    import ssl

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
    except ssl.SSLError as problem:
        reason = (problem.reason or "not PEM").replace("_", " ").lower()
        raise SettingsError(f"certificate {certificate} and its key {key} do not work together ({reason}).") from None
    except OSError as problem:
        raise SettingsError(f"certificate {certificate} or its key {key} cannot be read: {problem.strerror}.") from None


def no_right(folder: Path, problem: OSError) -> StartError:
    """The one line for a folder that cannot be written."""
    return StartError(
        f"{folder} cannot be written ({problem.strerror}): give this user the right, "
        "or choose another folder: KELISIM_INSTANCE=~/kelisim make run"
    )


def _write_new(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)

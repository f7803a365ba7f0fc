"""What the doctor looks at around the site: settings, files, disk, certificate, mail server."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from kelisim.domain.findings import Finding, advice, mend, well
from kelisim.domain.mails import MailFault
from kelisim.domain.readiness import Seen
from kelisim.services import certificate_check, file_modes
from kelisim.services.mail_server import MailProblem
from kelisim.settings import Settings
from kelisim.vault import keys as key_files
from kelisim.web.house import House
from kelisim.web.mailing import mail_server

_RENEWED_BY = timedelta(days=14)  # certbot renews with 30 days left: two weeks of tries have failed then
_MEGABYTE = 1_000_000
_MAIL_REMEDIES: Mapping[MailFault, str] = {
    MailFault.AWAY: "check smtp_host, smtp_port and the firewall",
    MailFault.TLS: "set smtp_tls_first as the server wants it, or use a server with TLS",
    MailFault.CERTIFICATE: "set smtp_host to the name in its certificate, or smtp_authority to who signed it",
    MailFault.LOGIN: "check smtp_user and the file smtp_password_file",
    MailFault.REFUSED: "ask the server's administrator why it refuses smtp_from",
}


def findings(here: House, seen: Seen, certificate: Path | None) -> Iterator[Finding]:
    """Each of them."""
    settings = here.settings
    yield _settings(settings)
    yield _files(settings)
    yield _keys(here, seen)
    yield _disk(settings, seen)
    yield _certificate(settings, seen, certificate)
    yield _mail(settings)


def _settings(settings: Settings) -> Finding:
    if settings.unset:
        return mend("settings", "the form is closed", f"set {' and '.join(settings.unset)} in settings.toml")
    if settings.trial:
        return advice("settings", "this is a trial", "set trial = false before real people send their data")
    return well("settings", "complete")


def _files(settings: Settings) -> Finding:
    folder = settings.instance
    own = tuple(file_modes.own_files(folder, settings.erasures, settings.backups))
    paths = _named(file_modes.closed_to_us(own))
    if paths:
        return mend(
            "files", f"cannot be looked into: {paths}", f"give them to the owner of {folder} (chown), and chmod u+rwx"
        )
    paths = _named(file_modes.owned_by_others(own, folder))
    if paths:
        return mend("files", f"not the site's own: {paths}", f"give them to the owner of {folder} (chown)")
    paths = _named(file_modes.open_to_others(own))
    if paths:
        return mend("files", f"others may read or write: {paths}", f"chmod -R go= {folder}, and what lies elsewhere")
    return well("files", "the site's own, closed to others")


def _named(paths: tuple[Path, ...]) -> str:
    return ", ".join(str(path) for path in paths[:5]) + (" and more" if len(paths) > 5 else "")


def _keys(here: House, seen: Seen) -> Finding:
    if seen.unreadable_keys:
        names = ", ".join(seen.unreadable_keys)
        return mend("keys", f"cannot be read: {names}", "bring them back from the backup of keys/")
    if here.keys.desk_or_none is not None and key_files.DESK not in here.keys.files:
        return advice("keys", "the desk's keys come from site.key", "stop the site and run `flask keys rotate-desk`")
    return well("keys", "all there" if here.keys.operator_private is not None else "all there but the private one")


def _disk(settings: Settings, seen: Seen) -> Finding:
    says = f"{seen.free_disk // _MEGABYTE} MB free at {settings.instance}"
    if seen.free_disk < settings.free_disk_megabytes * _MEGABYTE:
        return mend("disk", says, f"free some: free_disk_megabytes asks for {settings.free_disk_megabytes}")
    return well("disk", says)


def _certificate(settings: Settings, seen: Seen, certificate: Path | None) -> Finding:
    if certificate is None or seen.certificate_ends is None:
        return advice("certificate", "there is none yet", "start the site once: it makes a local one")
    local = not settings.certificate
    key = certificate.with_suffix(".key") if local else Path(settings.certificate_key)
    authority = certificate.with_name("ca.pem") if local else None
    host = urlsplit(settings.own_address).hostname or "localhost"
    why = certificate_check.refused(certificate, key, host=host, authority=authority)
    if why is not None:
        remedy = "start the site: it renews it" if local else "get it anew with its whole chain (fullchain.pem) and key"
        return mend("certificate", f"a browser would refuse it for {host}: {why}", remedy)
    left = seen.certificate_ends - seen.at
    says = f"{left.days} days left, its chain holds for {host}"
    if left < _RENEWED_BY:
        return mend("certificate", says, "renew it: certbot renew (docs/operations.md, Certificates)")
    return well("certificate", says)


def _mail(settings: Settings) -> Finding:
    if not settings.mails:
        return advice("mail", "nothing is mailed", "set smtp_host, smtp_from and a real operator_email")
    try:
        with mail_server(settings).connected():
            return well("mail", f"{settings.smtp_host} answers with TLS")
    except MailProblem as problem:
        return mend("mail", f"{settings.smtp_host}: {problem.fault.value}", _MAIL_REMEDIES[problem.fault])

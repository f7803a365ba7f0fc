"""The one frozen, typed Settings of an instance.

Read from ``instance/settings.toml``, then from the environment: a setting ``https_port`` is
``https_port`` in the file and ``KELISIM_HTTPS_PORT`` in the environment. Secrets are never settings: they are
files under ``instance/keys/``, because a process's environment is easy to read and to leak.
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kelisim.domain.bin import bin_is_valid
from kelisim.domain.colours import DARK, LEAST_CONTRAST, LIGHT, is_colour, least_contrast
from kelisim.domain.deadlines import Trigger
from kelisim.domain.languages import LANGUAGES
from kelisim.domain.purposes import Purpose
from kelisim.domain.retention import Rules
from kelisim.domain.webhooks import Pauses


class SettingsError(Exception):
    """A setting is missing or wrong. The message is one line: which, why, and how to mend it."""


_VARIABLE = "KELISIM_"
# The one variable that is no setting: it says where the settings are.
_INSTANCE = f"{_VARIABLE}INSTANCE"
# As a browser writes an origin, so that the two can be compared as texts.
_ORIGIN = re.compile(r"https://([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(:[0-9]{1,5})?")
_MAILBOX = re.compile(r"[^@\s]+@[^@\s]+")
# What the first settings.toml has. It is good for a trial and reaches nobody.
_EXAMPLE = "@example.com"
_ONE_LIMIT = r"\s*[1-9][0-9]* per ([1-9][0-9]* )?(second|minute|hour|day)s?\s*"
_LIMITS = re.compile(rf"({_ONE_LIMIT}(;{_ONE_LIMIT})*)?")
# What was a setting once, and what takes its place.
_GONE = {"recipients": "delete it: visitors are told of the recipients in the desk's register (/operator/recipients)."}
_REPLICATES = "postgresql+psycopg://"
_DATABASES = ("sqlite:///", _REPLICATES)
_MARK_BYTES = 16_384
_REDIS = ("redis://", "rediss://", "unix://")


def _setting(default: Any, says: str, *, least: int | None = None, most: int | None = None) -> Any:
    return field(default=default, metadata={"says": says, "least": least, "most": most})


def _term(default: int, to: str) -> Any:
    return _setting(default, f"Working days to {to}; the law says {default}.", least=1, most=60)


def _own_years(purpose: str) -> Any:
    return _setting(0, f"The same for the purpose of {purpose}; 0: as retention_years.", least=0, most=75)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Every setting with its default. The comment beside each is what ``settings.toml`` and docs/settings.md say."""

    instance: Path

    trial: bool = _setting(
        True, "A trial runs at once on this machine. false demands a real certificate, e-mail and address."
    )

    operator_name: str = _setting("Private Company Artsofte.KZ Limited", "Who processes the data: the Operator.")
    operator_name_ru: str = _setting("Частная компания Artsofte.KZ Limited", "The same in Russian; empty: as above.")
    operator_name_kk: str = _setting("Artsofte.KZ Limited жеке компаниясы", "The same in Kazakh; empty: as above.")
    operator_bin: str = _setting("220540900218", "The Operator's BIN, 12 digits; the check digit is verified.")
    operator_address: str = _setting(
        "Kazakhstan, Astana, Yessil district, Kerey Street, Zhanibek Khandar, building 18, apt. 1, Z05K4F8",
        "Postal address with the postal code: letters of withdrawal arrive here.",
    )
    operator_address_ru: str = _setting(
        "Казахстан, г. Астана, район Есиль, улица Керей, Жанибек хандар, дом 18, кв. 1, Z05K4F8",
        "The same in Russian; empty: as above.",
    )
    operator_address_kk: str = _setting(
        "Қазақстан, Астана қ., Есіл ауданы, Керей, Жәнібек хандар көшесі, 18-үй, 1-пәтер, Z05K4F8",
        "The same in Kazakh; empty: as above.",
    )
    operator_email: str = _setting(
        "consent@example.com",
        "E-mail for withdrawals and requests. Empty, or an example outside of a trial: the form is closed.",
    )
    responsible_person: str = _setting(
        "", "Who answers for the processing of personal data. Empty: the head of the Operator."
    )
    site_name: str = _setting("Kelisim", "The name of the site, shown on each page.")
    mark: str = _setting("", "SVG or PNG file with the Operator's mark, up to 16 KB. Empty: the mark of Kelisim.")
    accent: str = _setting(
        LIGHT.accent, "Colour of links and buttons on a light page, as #rrggbb; it must be readable."
    )
    accent_dark: str = _setting(DARK.accent, "The same on a dark page.")
    site_address: str = _setting(
        "",
        "Public origin, such as https://consent.example.kz; the policy is at /policy there. Empty: "
        "https://localhost:<https_port>, and outside of a trial the form is closed.",
    )

    retention_years: int = _setting(
        3, "How long a submission is kept, in years from its last real event (Art. 8(4)(3)).", least=1, most=75
    )
    retention_contract_years: int = _own_years("concluding and performing contracts")
    retention_personal_pages_years: int = _own_years("the person's own pages")
    retention_products_years: int = _own_years("information about products")
    retention_mailing_years: int = _own_years("mailings")
    retention_feedback_years: int = _own_years("answering and handling of requests")
    retention_support_years: int = _own_years("support")
    retention_warning_days: int = _setting(
        14, "How many days before it is destroyed a record is shown as about to go.", least=1, most=90
    )
    retention_grace_days: int = _setting(
        3, "The fewest days a record is shown as about to go, however late that was noticed.", least=0, most=30
    )
    cross_border: bool = _setting(
        False, "Do personal data leave Kazakhstan but for a foreign recipient of the register (Art. 8(4)(5))?"
    )
    public_sources: bool = _setting(False, "Are personal data published in open sources (Art. 8(4)(6))?")

    erasures_folder: str = _setting(
        "",
        "Folder for the ledger of erasures, best on another disk than the database; empty: erasures in the instance.",
    )

    backup_hours: int = _setting(
        0,
        "How often the worker makes a backup, in hours; 0: never, whoever wants one calls flask backup.",
        least=0,
        most=720,
    )
    backup_folder: str = _setting(
        "", "Folder for the worker's backups, best on another disk; empty: backups in the instance."
    )
    backups_kept: int = _setting(
        7, "How many of the worker's backups are kept; the oldest are removed.", least=1, most=1000
    )

    correction_days: int = _term(1, "correct data on request")
    completion_days: int = _term(1, "complete data on request")
    blocking_days: int = _term(1, "block data on a report of unlawful processing")
    unblocking_days: int = _term(1, "unblock data when the report is not confirmed")
    unlawful_days: int = _term(1, "destroy data when the processing was unlawful")
    breach_days: int = _term(1, "tell the authority of a breach")
    information_days: int = _term(3, "answer a request for information")
    objection_days: int = _term(3, "decide an objection")
    transfer_days: int = _term(10, "tell the person of a transfer, where that was promised")
    withdrawal_days: int = _term(15, "stop processing after a withdrawal, or refuse with reasons")

    recipient_days: int = _setting(
        1, "Working days to tell a recipient of a change, a block, a withdrawal or a destruction.", least=1, most=60
    )
    transfer_file_hours: int = _setting(
        24, "How long a file sealed for a recipient can be saved at the desk, in hours.", least=1, most=168
    )
    webhook_tries: int = _setting(8, "How often a webhook is tried before a person decides.", least=1, most=30)
    webhook_pause_seconds: int = _setting(
        60, "The pause after a webhook's first try; each later one is three times longer.", least=5, most=3600
    )
    webhook_longest_pause_hours: int = _setting(12, "The longest pause between two tries, in hours.", least=1, most=48)
    webhook_seconds: int = _setting(15, "How long one try of a webhook may take, in seconds.", least=2, most=60)

    role: str = _setting(
        "all",
        "all: site and desk in one process. public: the site alone, without a key that opens. operator: the desk.",
    )
    desk_address: str = _setting(
        "", "Origin of the desk where role is operator. Empty: https://localhost:<https_port> of that process."
    )
    https_port: int = _setting(8443, "Port of the HTTPS server.", least=1, most=65535)
    http_port: int = _setting(8080, "Port of the plain-HTTP listener that only redirects.", least=1, most=65535)
    bind: str = _setting("127.0.0.1", "Address both listeners bind to. 0.0.0.0 or :: opens them to the network.")
    workers: int = _setting(1, "Worker processes.", least=1, most=64)
    threads: int = _setting(512, "Threads per worker: how many slow forms it can wait for at once.", least=4, most=4096)
    certificate: str = _setting("", "PEM file with the certificate chain. Empty in a trial: a local one is made.")
    certificate_key: str = _setting("", "PEM file with the certificate's private key.")
    trusted_proxies: int = _setting(
        0, "How many reverse proxies stand in front. 0: X-Forwarded-* from anyone is ignored.", least=0, most=5
    )
    database_url: str = _setting(
        "", "postgresql+psycopg://user@host/name or sqlite:////path. Empty: the SQLite file instance/kelisim.sqlite3."
    )
    database_wait_seconds: int = _setting(
        15, "How long a write waits for the database before the person is told it is away.", least=1, most=120
    )
    replica_url: str = _setting(
        "",
        "A PostgreSQL that follows database_url: the desk's lists and statistics are read there. Empty: there is none.",
    )
    security_contact: str = _setting(
        "", "Where to report a weakness, mailto: or https:, for security.txt; empty: there is none."
    )
    smtp_host: str = _setting(
        "", "Mail server for notices to operator_email. Empty: nothing is mailed, and the desk says so."
    )
    smtp_port: int = _setting(587, "Port of the mail server.", least=1, most=65535)
    smtp_tls_first: bool = _setting(
        False, "TLS from the first byte (port 465)? false: STARTTLS (port 587). Nothing is sent without TLS."
    )
    smtp_user: str = _setting("", "User at the mail server. Empty: it asks for none.")
    smtp_password_file: str = _setting("", "File with the password of smtp_user, for this site's user alone.")
    smtp_from: str = _setting("", "Sender of the mails. Empty: operator_email.")
    smtp_authority: str = _setting(
        "", "PEM file of the authority that signed the mail server's certificate. Empty: those of the system."
    )
    smtp_wait_seconds: int = _setting(20, "How long the mail server is waited for.", least=1, most=120)
    mail_language: str = _setting("", "Language of the mails: kk, ru or en. Empty: each of them, one after another.")
    notice_submissions: bool = _setting(True, "Is a new submission mailed, with its reference alone?")
    notice_submission_minutes: int = _setting(
        15,
        "So long submissions are gathered into one mail; the first after a pause is mailed at once.",
        least=1,
        most=1440,
    )
    notice_clocks: bool = _setting(True, "Is a term mailed that is about to end, and again when it is over?")
    notice_clock_days: int = _setting(
        1, "So many working days are left when a term is mailed as about to end.", least=0, most=10
    )
    notice_jobs: bool = _setting(True, "Is a job of the background worker mailed that is late?")
    job_late_minutes: int = _setting(
        60,
        "A job that nobody has begun so long after it was due is late; so is one that failed three times.",
        least=5,
        most=1440,
    )
    notice_journal: bool = _setting(True, "Is it mailed when the journal does not hold?")
    home_rows: int = _setting(10, "Rows of each list on the desk's first page.", least=3, most=100)
    small_class_people: int = _setting(
        10_000, "So many people are the limit of a small operator of personal data.", least=1, most=1_000_000_000
    )
    medium_class_people: int = _setting(
        500_000, "So many people are the limit of a medium one.", least=1, most=1_000_000_000
    )
    incident_note_length: int = _setting(1000, "The longest note about an incident, in signs.", least=100, most=2000)
    journal_heads_shown: int = _setting(
        400, "How many published heads of the journal one answer has; older ones follow.", least=10, most=4000
    )
    run_jobs: bool = _setting(True, "Does this start also run the background worker with its jobs?")
    job_term_minutes: int = _setting(
        10,
        "A process that runs a job holds it this long and prolongs it; after a crash another takes it then.",
        least=1,
        most=120,
    )
    job_most_minutes: int = _setting(
        120, "A job that runs longer than this hangs: its worker is started anew.", least=5, most=1440
    )
    tidy_minutes: int = _setting(
        60, "How often ended sessions, unused links and forgotten sign-in tries are deleted.", least=1, most=1440
    )
    sweep_minutes: int = _setting(
        60, "How often what was destroyed is taken out of the database's files (VACUUM, log).", least=5, most=1440
    )
    worker_late_minutes: int = _setting(
        30, "/readyz says no when no job ran for so long; 0: it does not ask.", least=0, most=1440
    )
    free_disk_megabytes: int = _setting(
        200, "/readyz says no with less free disk where the instance is, in megabytes.", least=0, most=1_000_000
    )
    certificate_days_left: int = _setting(
        1, "/readyz says no when the certificate has fewer days left.", least=0, most=60
    )
    drain_seconds: int = _setting(
        0, "At a stop /readyz says no for so long before the server ends, for a balancer to notice.", least=0, most=120
    )
    metrics_port: int = _setting(
        0,
        "Port of the metrics (Prometheus) at 127.0.0.1, a further one for each further worker; 0: there are none.",
        least=0,
        most=65_535,
    )
    log_format: str = _setting("json", "Lines of the log on standard error: json, or text for a person's eye.")
    acme_folder: str = _setting(
        "", "certbot's webroot: challenges in it are answered on http_port. Empty: there are none."
    )
    redis_url: str = _setting("", "redis://host:6379/0 makes several workers or hosts count limits together.")
    hsts_seconds: int = _setting(
        31_536_000, "How long browsers insist on HTTPS; a year is the least that counts.", least=31_536_000
    )
    hsts_include_subdomains: bool = _setting(True, "Does HTTPS-only also bind the subdomains of the address?")

    body_bytes: int = _setting(65_536, "The largest request body, in bytes.", least=4096, most=1_048_576)
    receipt_file_bytes: int = _setting(
        49_152, "The largest receipt file that is checked, in bytes, within body_bytes.", least=4096, most=1_048_576
    )
    name_length: int = _setting(100, "The longest name or second name, in signs.", least=20, most=500)
    phone_length: int = _setting(40, "The longest phone number as typed, in signs.", least=20, most=100)
    form_hours: int = _setting(24, "How long an open form stays valid, in hours.", least=1, most=168)
    form_least_seconds: int = _setting(
        2, "A form sent sooner than this after opening is stored but flagged as suspect.", least=0, most=60
    )
    form_limit: str = _setting(
        "60 per minute; 600 per hour", "Sent forms per network (IPv4 /24, IPv6 /48). Empty, in a trial only: no limit."
    )
    choice_limit: str = _setting("120 per minute", "Cookie answers per network.")
    receipt_limit: str = _setting("60 per minute", "Receipts opened per network: what guessing would be held to.")
    check_limit: str = _setting("30 per minute", "Receipts checked per network.")
    my_limit: str = _setting(
        "30 per minute; 300 per hour", "Wrong tries to open My data per network; opening it rightly does not count."
    )
    sign_in_limit: str = _setting("30 per minute", "Sign-in and set-up tries per network, right or wrong.")

    choice_days: int = _setting(182, "How long a cookie answer is kept, yes and no alike, in days.", least=1, most=395)
    draft_days: int = _setting(
        7, "How long what was typed is kept on the device of a person who agreed, in days.", least=1, most=30
    )
    choice_record_days: int = _setting(
        760, "How long the record of a cookie answer is kept, in days; then only counts are.", least=396, most=3650
    )

    visit_cookie_days: int = _setting(
        395, "How long the statistics cookie is kept, in days; visits do not prolong it.", least=1, most=395
    )
    visit_days: int = _setting(
        30, "How long single visits are kept, in days; then only the numbers of each day.", least=1, most=760
    )
    visit_write_seconds: int = _setting(
        30, "How long counted visits wait in memory before they are written together.", least=1, most=600
    )
    compaction_minutes: int = _setting(
        60, "How often visits of days that are over are turned into numbers.", least=5, most=1440
    )

    password_length: int = _setting(12, "The shortest password of an operator, in signs.", least=8, most=64)
    sign_in_tries: int = _setting(5, "Wrong sign-ins for one name from one network before a pause.", least=2, most=50)
    sign_in_tries_everywhere: int = _setting(
        50, "Wrong sign-ins for one name from all networks before a pause.", least=10, most=1000
    )
    sign_in_pause_minutes: int = _setting(15, "How long that pause is, in minutes.", least=1, most=1440)
    session_idle_minutes: int = _setting(15, "An operator's session ends after this idle time.", least=1, most=240)
    session_hours: int = _setting(10, "An operator's session ends after this time in any case.", least=1, most=24)
    set_up_hours: int = _setting(24, "How long a set-up link is valid, in hours.", least=1, most=168)
    recovery_codes: int = _setting(10, "How many recovery codes an operator gets.", least=4, most=20)
    journal_check_minutes: int = _setting(
        60, "How long a check of the journal counts; then the desk checks it again.", least=1, most=10_080
    )
    journal_check_entries: int = _setting(
        5_000, "How many entries of the journal one page of the desk checks at most.", least=100, most=1_000_000
    )
    asked_again: str = _setting(
        "both", "What an operator is asked for again before an export or a destruction: password, code or both."
    )
    export_hours: int = _setting(24, "How long an export is kept sealed at the desk, in hours.", least=1, most=168)
    export_seconds: int = _setting(5, "How often the worker looks for exports to make, in seconds.", least=1, most=3600)
    export_batch: int = _setting(
        200, "How many records of an export are taken at once; the database is held meanwhile.", least=10, most=2000
    )
    exports_most: int = _setting(10, "How many exports one operator may have at a time.", least=1, most=100)
    page_rows: int = _setting(50, "Rows on one page of a list.", least=10, most=200)
    count_most: int = _setting(
        1000, "A list counts so many rows and says “more than” beyond: a longer count costs.", least=100, most=100_000
    )
    search_least: int = _setting(
        2, "The fewest first signs of a name the search finds it by; a change enters all records anew.", least=1, most=6
    )
    search_seconds: int = _setting(
        60, "How often new records are entered into the search index, in seconds.", least=5, most=3600
    )
    search_batch: int = _setting(
        500, "How many records that are not in the search index yet are entered at once.", least=50, most=10_000
    )

    def __repr__(self) -> str:
        """Nothing but the place: addresses of databases hold passwords."""
        return f"Settings({str(self.instance)!r}, ...)"

    @property
    def terms(self) -> Mapping[Trigger, int]:
        """The term of each clock, in working days of Kazakhstan."""
        return {trigger: getattr(self, f"{trigger.value}_days") for trigger in Trigger}

    @property
    def retention(self) -> Rules:
        """How long records are kept, and how they go."""
        years = {
            purpose: getattr(self, f"retention_{purpose.value}_years") or self.retention_years for purpose in Purpose
        }
        return Rules(years, self.retention_warning_days, self.retention_grace_days)

    @property
    def webhook_pauses(self) -> Pauses:
        """When a webhook is tried again."""
        return Pauses(
            tries=self.webhook_tries,
            first=timedelta(seconds=self.webhook_pause_seconds),
            longest=timedelta(hours=self.webhook_longest_pause_hours),
        )

    @property
    def address(self) -> str:
        """The public origin, without a slash at the end."""
        return self.site_address.rstrip("/") or f"https://localhost:{self.https_port}"

    @property
    def has_site(self) -> bool:
        """Does this process serve the public pages?"""
        return self.role != "operator"

    @property
    def has_desk(self) -> bool:
        """Does this process serve the desk, and hold what it needs to read?"""
        return self.role != "public"

    @property
    def own_address(self) -> str:
        """The origin of this process, without a slash at the end: the desk's where it serves nothing else."""
        if self.has_site:
            return self.address
        return self.desk_address.rstrip("/") or f"https://localhost:{self.https_port}"

    @property
    def address_of_desk(self) -> str:
        """The origin of the desk, whichever process asks."""
        return self.own_address if self.has_desk else self.desk_address.rstrip("/") or self.address

    @property
    def is_addressed(self) -> bool:
        """True where the origin of this process was set."""
        return bool(self.site_address if self.has_site else self.desk_address)

    @property
    def email(self) -> str:
        """The Operator's e-mail as pages name it; empty while there is none that reaches somebody."""
        given = self.operator_email.strip()
        return "" if not self.trial and given.lower().endswith(_EXAMPLE) else given

    @property
    def mails(self) -> bool:
        """True where notices are mailed: there is a server, and an address that reaches somebody."""
        return bool(self.smtp_host and self.email and not self.email.lower().endswith(_EXAMPLE))

    @property
    def unset(self) -> tuple[str, ...]:
        """The settings the Consent must name and nobody has set yet: while there is one, the form is closed."""
        missing = {"operator_email": not self.email, "site_address": not (self.trial or self.site_address.strip())}
        return tuple(name for name, is_missing in missing.items() if is_missing)

    @property
    def database(self) -> str:
        """The SQLAlchemy address of the database."""
        return self.database_url or f"sqlite:///{self.instance / 'kelisim.sqlite3'}"

    @property
    def erasures(self) -> Path:
        """The folder of the ledger of erasures."""
        return Path(self.erasures_folder).expanduser() if self.erasures_folder else self.instance / "erasures"

    @property
    def backups(self) -> Path:
        """The folder of the worker's backups."""
        return Path(self.backup_folder).expanduser() if self.backup_folder else self.instance / "backups"

    @classmethod
    def load(cls, instance: Path, environment: Mapping[str, str]) -> "Settings":
        """Read ``settings.toml`` of the instance, if it is there, and KELISIM_* of the environment.

        Raises SettingsError for an unknown name, a wrong type, a value out of bounds or a weak start.
        """
        values = {**_from_file(instance / "settings.toml"), **_from_environment(environment)}
        settings = cls(instance=instance, **values)
        _refuse_weak(settings)
        return settings


def described() -> list["Field[Any]"]:
    """The settings in the order of the file; each field's metadata says what it is."""
    return [entry for entry in fields(Settings) if "says" in entry.metadata]


def variable_of(entry: "Field[Any]") -> str:
    """The environment variable of a setting."""
    return f"{_VARIABLE}{entry.name.upper()}"


def instance_path(environment: Mapping[str, str], root: Path) -> Path:
    """The instance folder: ``KELISIM_INSTANCE``, else ``instance/`` beside wsgi.py."""
    chosen = environment.get(_INSTANCE, "").strip()
    return Path(chosen).expanduser().absolute() if chosen else root / "instance"


def _from_file(path: Path) -> dict[str, Any]:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as problem:
        raise SettingsError(f"{path} cannot be read ({problem}): give this user the right to read it.") from None
    except tomllib.TOMLDecodeError as problem:
        raise SettingsError(f"{path} is not valid TOML: {problem}.") from None
    known = {entry.name: entry for entry in described()}
    for name, value in found.items():
        if name not in known:
            raise SettingsError(f"{path}: there is no setting {name!r}; {_instead_of(name)}")
        _check(known[name], value, f"{name} in {path}")
    return found


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    known = {variable_of(entry): entry for entry in described()}
    for variable in sorted(name for name in environment if name.startswith(_VARIABLE) and name != _INSTANCE):
        if variable not in known:
            gone = variable.removeprefix(_VARIABLE).lower()
            raise SettingsError(f"{variable} is set, but there is no such setting; {_instead_of(gone)}")
        entry = known[variable]
        values[entry.name] = _converted(entry, environment[variable].strip(), variable)
        _check(entry, values[entry.name], variable)
    return values


def _instead_of(name: str) -> str:
    """What mends a name that is no setting."""
    return _GONE.get(name, "docs/settings.md lists them all.")


def _converted(entry: "Field[Any]", text: str, where: str) -> Any:
    if entry.type is bool:
        if text.lower() not in {"true", "false"}:
            raise SettingsError(f"{where} is {text!r}: write true or false.")
        return text.lower() == "true"
    if entry.type is int:
        if not re.fullmatch("[0-9]{1,18}", text):
            raise SettingsError(f"{where} is {text!r}: write a whole number.")
        return int(text)
    return text


def _check(entry: "Field[Any]", value: Any, where: str) -> None:
    if type(value) is not entry.type:
        kind = {bool: "true or false", int: "a whole number", str: 'text in "quotes"'}[entry.type]  # type: ignore[index]  # mypy: Field.type may be a string, but this module has no postponed annotations
        raise SettingsError(f"{where} is {value!r}: write {kind}.")
    least, most = entry.metadata["least"], entry.metadata["most"]
    if least is not None and value < least:
        raise SettingsError(f"{where} is {value}: the least is {least}.")
    if most is not None and value > most:
        raise SettingsError(f"{where} is {value}: the most is {most}.")
    if isinstance(value, str) and any(unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"} for sign in value):
        raise SettingsError(f"{where} holds a line break, a control sign or no UTF-8: write it on one line.")


def _refuse_weak(settings: Settings) -> None:
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
    for name in (entry.name for entry in described() if entry.name.endswith("_limit")):
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


def _refuse_bad_addresses(settings: Settings) -> None:
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
    # The value is not repeated: it may hold a password.
    if settings.database_url and not settings.database_url.startswith(_DATABASES):
        raise SettingsError(f"database_url must begin with {' or '.join(_DATABASES)}.")
    if settings.replica_url and not all(
        address.startswith(_REPLICATES) for address in (settings.replica_url, settings.database_url)
    ):
        raise SettingsError(f"replica_url and the database_url it follows must both begin with {_REPLICATES}.")
    if settings.redis_url and not settings.redis_url.startswith(_REDIS):
        raise SettingsError(f"redis_url must begin with {', '.join(_REDIS)}.")


def _refuse_bad_role(settings: Settings) -> None:
    if settings.role not in {"all", "public", "operator"}:
        raise SettingsError("role must be all, public or operator.")
    if not settings.has_site and not settings.site_address:
        raise SettingsError("site_address is empty: letters and receipts made at the desk lead to the public site.")


def _refuse_bad_operation(settings: Settings) -> None:
    if settings.log_format not in {"json", "text"}:
        raise SettingsError("log_format must be json or text.")
    if settings.acme_folder and not Path(settings.acme_folder).is_dir():
        raise SettingsError(
            f"acme_folder names {settings.acme_folder}, which is no folder: make it, or leave it empty."
        )
    ports = range(settings.metrics_port, settings.metrics_port + settings.workers) if settings.metrics_port else ()
    if settings.https_port in ports or settings.http_port in ports:
        raise SettingsError("metrics_port, one for each worker, meets https_port or http_port: give it its own.")


def _refuse_bad_desk(settings: Settings) -> None:
    if settings.asked_again not in {"password", "code", "both"}:
        raise SettingsError("asked_again must be password, code or both.")


def _refuse_bad_look(settings: Settings) -> None:
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


def _refuse_bad_mail(settings: Settings) -> None:
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


def _refuse_unready(settings: Settings) -> None:
    missing = []
    if settings.email and not _MAILBOX.fullmatch(settings.email):
        missing.append("operator_email (a real mailbox)")
    if settings.site_address and urlsplit(settings.address).hostname in {"localhost", "127.0.0.1", "::1"}:
        missing.append("site_address (the public address)")
    if not settings.trusted_proxies and not (settings.certificate and settings.certificate_key):
        missing.append("certificate and certificate_key (or trusted_proxies, when a proxy ends TLS)")
    missing += [
        f"{entry.name} (a limit)"
        for entry in described()
        if entry.name.endswith("_limit") and not getattr(settings, entry.name)
    ]
    if missing:
        raise SettingsError(f"trial = false needs {', '.join(missing)}; set them in settings.toml.")
    for name in ("certificate", "certificate_key"):
        path = getattr(settings, name)
        if path and not Path(path).is_file():
            raise SettingsError(f"{name} names {path}, which is not there: give the path of the PEM file.")


def default_file(today: date) -> str:
    """The text of a first ``settings.toml``: the Operator's facts set, everything else a commented default."""
    lines = [
        f"# Settings of this Kelisim instance, written on {today.isoformat()}.",
        "# Each line may also be set by an environment variable: https_port is KELISIM_HTTPS_PORT.",
        "# A line that begins with # shows the default.",
        "",
    ]
    for entry in described():
        stated = entry.name == "trial" or entry.name.startswith("operator_")
        lines += [f"# {entry.metadata['says']}", f"{'' if stated else '# '}{entry.name} = {_toml(entry.default)}", ""]
    return "\n".join(lines)


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else f'"{value}"'

"""The one frozen, typed Settings of an instance.

Read from ``instance/settings.toml``, then from the environment: a setting ``https_port`` is
``https_port`` in the file and ``KELISIM_HTTPS_PORT`` in the environment. Secrets are never settings: they are
files under ``instance/keys/``, because a process's environment is easy to read and to leak.
"""

from collections.abc import Mapping
from dataclasses import Field, dataclass, fields
from datetime import timedelta
from pathlib import Path
from typing import Any

from kelisim.domain.deadlines import Trigger
from kelisim.domain.purposes import Purpose
from kelisim.domain.retention import Rules
from kelisim.domain.webhooks import Pauses
from kelisim.settings.desk import DeskSettings
from kelisim.settings.duties import DutySettings
from kelisim.settings.mail import MailSettings
from kelisim.settings.operator import OperatorSettings
from kelisim.settings.reading import read
from kelisim.settings.rules import refuse_weak
from kelisim.settings.server import ServerSettings
from kelisim.settings.visitors import VisitorSettings

# What the first settings.toml has. It is good for a trial and reaches nobody.
_EXAMPLE = "@example.com"


@dataclass(frozen=True, kw_only=True)
class Settings(DeskSettings, VisitorSettings, MailSettings, ServerSettings, DutySettings, OperatorSettings):
    """Every setting with its default, topic by topic, and what follows from several of them."""

    instance: Path

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
        settings = cls(instance=instance, **read(instance, environment, described()))
        refuse_weak(settings)
        return settings


def topics() -> Mapping[str, list["Field[Any]"]]:
    """The settings in the order of the file, by topic; each field's metadata says what it is."""
    return {str(topic.__doc__).rstrip("."): list(fields(topic)) for topic in reversed(Settings.__bases__)}


def described() -> list["Field[Any]"]:
    """The settings of all topics."""
    return [entry for entries in topics().values() for entry in entries]

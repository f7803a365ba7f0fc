"""The sentences that Art. 8(4) of the Law makes the Operator say, in the reader's language."""

from collections.abc import Mapping

from flask_babel import get_locale, gettext, ngettext

from kelisim.domain.purposes import Purpose
from kelisim.domain.recipients import Told, is_abroad
from kelisim.settings import Settings
from kelisim.web.countries import country
from kelisim.web.words import PURPOSES, responsible_person


def operator_statements(settings: Settings, recipients: tuple[Told, ...]) -> tuple[str, ...]:
    """What is stated beside the form. ``recipients``: those of the register who may be handed data today."""
    return (
        gettext("Your data are kept for this term: %(term)s.", term=stated_term(settings)),
        cross_border(abroad=settings.cross_border or is_abroad(recipients)),
        public_sources(settings),
        recipients_sentence(recipients),
        gettext("Responsible for the processing: %(person)s.", person=responsible_person(settings)),
    )


def stated_term(settings: Settings) -> str:
    """The term that is stated today, as a phrase."""
    return retention_term(max(settings.retention.years.values()), settings.retention.years)


def retention_term(years: int, terms: Mapping[Purpose, int]) -> str:
    """Art. 8(4)(3), as a phrase. ``terms``: years by purpose; without them ``years`` count from the day of sending."""
    if not terms:
        return ngettext("%(num)s year from the day of sending", "%(num)s years from the day of sending", years)
    if len(set(terms.values())) == 1:
        return ngettext(
            "%(num)s year from the day of sending, or from the last contact with you if that was later",
            "%(num)s years from the day of sending, or from the last contact with you if that was later",
            years,
        )
    return gettext(
        "the longest of these terms, from the day of sending or from the last contact with you for the purpose: "
        "%(terms)s",
        terms="; ".join(f"{PURPOSES[purpose]}: {_years(number)}" for purpose, number in terms.items()),
    )


def _years(number: int) -> str:
    return ngettext("%(num)s year", "%(num)s years", number)


def cross_border(*, abroad: bool) -> str:
    """Art. 8(4)(5)."""
    if abroad:
        return gettext("Your data may be transferred across the border of Kazakhstan.")
    return gettext("Your data do not leave Kazakhstan.")


def public_sources(settings: Settings) -> str:
    """Art. 8(4)(6)."""
    if settings.public_sources:
        return gettext("Your data may be published in sources open to the public.")
    return gettext("Your data are not published anywhere.")


def recipients_sentence(recipients: tuple[Told, ...]) -> str:
    """Art. 8(4)(4) and clause 3 of the Consent."""
    if not recipients:
        return gettext("Your data are handed to no third party.")
    return gettext(
        "Third parties that have undertaken to keep your data secure and not to disclose them may receive your data. "
        "Today they are: %(recipients)s.",
        recipients="; ".join(_named(told) for told in recipients),
    )


def country_name(told: Told) -> str:
    """The recipient's country."""
    return country(told.country, str(get_locale()))


def _named(told: Told) -> str:
    purposes = ", ".join(str(PURPOSES[purpose]) for purpose in told.purposes)
    return gettext("%(name)s, %(country)s: %(purposes)s", name=told.name, country=country_name(told), purposes=purposes)

"""What the Operator states, as the settings and the register of recipients say it now, and its number."""

from datetime import date

from flask_babel import force_locale

from kelisim.domain.languages import LANGUAGES
from kelisim.domain.receipts import Party
from kelisim.domain.recipients import Told, is_abroad, told_of
from kelisim.domain.statements import Stated
from kelisim.services import statements
from kelisim.settings import Settings
from kelisim.storage.db import DATABASE_AWAY, db, let_go
from kelisim.web.revisions import Revisions
from kelisim.web.statement_words import operator_statements
from kelisim.web.words import attestations, operator_address, operator_name


def stated_by(settings: Settings, recipients: tuple[Told, ...]) -> Stated:
    """What these settings and recipients state, in every language."""
    words, operator = {}, {}
    for language in LANGUAGES:
        with force_locale(language):
            words[language] = operator_statements(settings, recipients)
            operator[language] = Party(
                number=settings.operator_bin,
                name=operator_name(settings),
                address=operator_address(settings),
                contact=settings.email,
            )
    return Stated(
        words=words,
        operator=operator,
        address=settings.address,
        years=max(settings.retention.years.values()),
        terms=settings.retention.years,
        recipients=recipients,
        abroad=settings.cross_border or is_abroad(recipients),
    )


class Statements:
    """The statements of one application, and the person's beside them. They are worked out anew when a recipient comes, goes or changes.

    The register is the one ``revisions`` knows: no request asks the database for it.
    """

    def __init__(self, settings: Settings, revisions: Revisions) -> None:
        self._settings = settings
        self._revisions = revisions
        self._worked_out: Stated | None = None
        self._numbered: tuple[Stated, int] | None = None
        self._attested: dict[str, tuple[str, ...]] = {}

    def stated(self, day: date) -> Stated:
        """What is stated on a day, in Almaty."""
        told = told_of(self._revisions.recipients, day)
        found = self._worked_out
        if found is None or found.recipients != told:
            found = self._worked_out = stated_by(self._settings, told)
        return found

    def attested(self, language: str) -> tuple[str, ...]:
        """What the person states by ticking the box, in the language of this page."""
        found = self._attested.get(language)
        if found is None:
            found = self._attested[language] = attestations()
        return found

    def number(self, day: date) -> int | None:
        """Its number, asked of the database once for each set; None while the database is away."""
        stated, numbered = self.stated(day), self._numbered
        if numbered is not None and numbered[0] is stated:
            return numbered[1]
        try:
            number = statements.number_of(db.session(), stated)
        except DATABASE_AWAY:
            let_go(db.session())
            return None
        self._numbered = (stated, number)
        return number

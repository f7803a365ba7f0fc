"""What the Operator states, as the settings say it now, and its number."""

from functools import cached_property

from flask_babel import force_locale

from kelisim.domain.languages import LANGUAGES
from kelisim.domain.receipts import Party
from kelisim.domain.statements import Stated
from kelisim.services import statements
from kelisim.settings import Settings
from kelisim.storage.db import DATABASE_AWAY, db
from kelisim.web.words import operator_address, operator_name, operator_statements


def stated_by(settings: Settings) -> Stated:
    """What these settings state, in every language."""
    words, operator = {}, {}
    for language in LANGUAGES:
        with force_locale(language):
            words[language] = operator_statements(settings)
            operator[language] = Party(
                number=settings.operator_bin,
                name=operator_name(settings),
                address=operator_address(settings),
                contact=settings.email,
            )
    return Stated(words=words, operator=operator, address=settings.address)


class Statements:
    """The statements of one application, worked out once: the settings they come from stand until a restart."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._number: int | None = None

    @cached_property
    def stated(self) -> Stated:
        """What is stated now."""
        return stated_by(self._settings)

    @property
    def number(self) -> int | None:
        """Its number, asked of the database once; None while the database is away."""
        if self._number is None:
            try:
                self._number = statements.number_of(db.session(), self.stated)
            except DATABASE_AWAY:
                db.session.rollback()
        return self._number

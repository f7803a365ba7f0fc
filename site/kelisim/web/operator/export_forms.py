"""The form of an export: columns, format, purpose, and who is there once more."""

from collections.abc import Mapping

from flask_babel import gettext, lazy_gettext
from wtforms import Field, RadioField, SelectField, SelectMultipleField, ValidationError

from kelisim.domain.exports import Column, Format, Wanted, in_order
from kelisim.domain.purposes import Purpose
from kelisim.web.export_words import COLUMNS, FORMATS
from kelisim.web.forms import sent_once
from kelisim.web.operator.again import AgainForm
from kelisim.web.operator.request_forms import DeskForm
from kelisim.web.words import PURPOSES

_USUAL = (Column.REFERENCE, Column.RECEIVED, Column.NAME, Column.SECOND_NAME, Column.PHONE, Column.TOPIC)


class ExportForm(AgainForm):
    """What the file is to hold and what for."""

    purpose = SelectField(
        lazy_gettext("Purpose"),
        description=lazy_gettext("A submission whose consent does not cover it is left out and counted."),
        validate_choice=False,
    )
    columns = SelectMultipleField(lazy_gettext("Columns"), validate_choice=False)
    format = RadioField(lazy_gettext("Format"), validate_choice=False)

    def __init__(self) -> None:
        super().__init__()
        self.purpose.choices = [
            ("", gettext("Choose a purpose")),
            *((purpose.value, str(PURPOSES[purpose])) for purpose in Purpose),
        ]
        self.columns.choices = [(column.value, str(COLUMNS[column])) for column in Column]
        self.format.choices = [(kind.value, str(FORMATS[kind])) for kind in Format]

    def suggest(self) -> None:
        """What is ticked before anybody chose: what calling back needs."""
        self.columns.data = [column.value for column in _USUAL]
        self.format.data = Format.XLSX.value

    def wanted(self, scope: Mapping[str, str]) -> Wanted:
        """What a valid form asks for."""
        return Wanted(scope, in_order(self.columns.data or ()), Format(self.format.data), Purpose(self.purpose.data))

    def validate_purpose(self, field: Field) -> None:
        """One of the six."""
        sent_once(self, field)
        if field.data not in set(Purpose):
            raise ValidationError(gettext("Choose what the data are exported for"))

    def validate_columns(self, field: Field) -> None:
        """One at least."""
        if not in_order(field.data or ()):
            raise ValidationError(gettext("Choose one column at least"))

    def validate_format(self, field: Field) -> None:
        """One of the three."""
        sent_once(self, field)
        if field.data not in set(Format):
            raise ValidationError(gettext("Choose a format"))


class ButtonForm(DeskForm):
    """A button."""

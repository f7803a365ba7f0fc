"""The forms of the desk about recipients: entering one, its undertaking, how data reach it, a transfer."""

from collections.abc import Iterable

from flask_babel import lazy_gettext
from wtforms import SelectField, SelectMultipleField, StringField, ValidationError

from kelisim.domain.purposes import Purpose
from kelisim.domain.recipient_tasks import How
from kelisim.domain.recipients import Facts, Recipient, Undertaking
from kelisim.domain.transfers import Way
from kelisim.web.countries import countries
from kelisim.web.forms import sent_once
from kelisim.web.frame import language
from kelisim.web.operator.request_forms import DeskForm, a_day, chosen, day_of
from kelisim.web.recipient_words import HOW, PROBLEMS, WAYS
from kelisim.web.words import PURPOSES


def _known_purposes(_form: DeskForm, field: SelectMultipleField) -> None:
    """Only those of the list; whether one is chosen at all is the domain's to say."""
    if not set(field.data or ()) <= {value for value, *_ in field.iter_choices()}:
        raise ValidationError(PROBLEMS["purposes"])


def _choices(purposes: Iterable[Purpose]) -> list[tuple[str, str]]:
    return [(purpose.value, str(PURPOSES[purpose])) for purpose in purposes]


def _purposes(field: SelectMultipleField) -> tuple[Purpose, ...]:
    return tuple(Purpose(value) for value in field.data or ())


class RecipientForm(DeskForm):
    """Who the recipient is."""

    name = StringField(lazy_gettext("Name of the recipient"), validators=[sent_once])
    country = SelectField(lazy_gettext("Country"), validators=[chosen], validate_choice=False)
    number = StringField(
        lazy_gettext("Registration number"),
        description=lazy_gettext("In Kazakhstan the BIN, 12 digits. Elsewhere the number in that country’s register."),
        validators=[sent_once],
    )
    contact = StringField(
        lazy_gettext("Contact"),
        description=lazy_gettext("Where the recipient is told of a change, a block or a withdrawal."),
        validators=[sent_once],
    )
    purposes = SelectMultipleField(
        lazy_gettext("What it gets data for"), validators=[_known_purposes], validate_choice=False
    )

    def __init__(self) -> None:
        super().__init__()
        self.country.choices = list(countries(language()))
        self.purposes.choices = _choices(Purpose)

    def facts(self) -> Facts:
        """What a valid form says."""
        return Facts(
            name=self.name.data or "",
            country=self.country.data,
            number=self.number.data or "",
            purposes=_purposes(self.purposes),
            contact=self.contact.data or "",
        )


class UndertakingForm(DeskForm):
    """An undertaking of security and non-disclosure."""

    signed = StringField(lazy_gettext("Signed on"), validators=[a_day])
    expires = StringField(lazy_gettext("Last day"), validators=[a_day])
    scope = SelectMultipleField(lazy_gettext("Purposes it covers"), validators=[_known_purposes], validate_choice=False)

    def __init__(self, recipient: Recipient) -> None:
        super().__init__()
        self.scope.choices = _choices(recipient.purposes)

    def undertaking(self) -> Undertaking:
        """What a valid form says."""
        return Undertaking(day_of(self.signed), day_of(self.expires), _purposes(self.scope))


class ContactForm(DeskForm):
    """Where the recipient is reached, and its public key."""

    contact = StringField(lazy_gettext("Contact"), validators=[sent_once])
    age_key = StringField(
        lazy_gettext("Public key for files (age)"),
        description=lazy_gettext("As age-keygen prints it. Check it with the recipient on another way. Empty: none."),
        validators=[sent_once],
    )


class WebhookForm(DeskForm):
    """Where webhooks go."""

    webhook = StringField(
        lazy_gettext("Address for webhooks"),
        description=lazy_gettext("It begins with https:// and is reached from the internet. Empty: none."),
        validators=[sent_once],
    )


class EndForm(DeskForm):
    """A button."""


class ToldForm(DeskForm):
    """How and when a recipient was told."""

    how = SelectField(lazy_gettext("How the recipient was told"), validators=[chosen], validate_choice=False)
    told_on = StringField(lazy_gettext("When"), validators=[a_day])

    def __init__(self) -> None:
        super().__init__()
        self.how.choices = [(how.value, str(HOW[how])) for how in How if how is not How.OVERTAKEN]


class TransferForm(DeskForm):
    """To whom, for what, how."""

    recipient = SelectField(lazy_gettext("Recipient"), validators=[chosen], validate_choice=False)
    purpose = SelectField(lazy_gettext("Purpose"), validators=[chosen], validate_choice=False)
    way = SelectField(lazy_gettext("How the data go"), validators=[chosen], validate_choice=False)

    def __init__(self, recipients: Iterable[Recipient], purposes: Iterable[Purpose]) -> None:
        super().__init__()
        self.recipient.choices = [(one.id.hex, one.name) for one in recipients if one.ended is None]
        self.purpose.choices = _choices(purposes)
        self.way.choices = [(way.value, str(WAYS[way])) for way in Way]

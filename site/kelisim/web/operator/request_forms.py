"""The forms of the desk about requests: taking one in, checking who asks, correcting, refusing, keeping, moving days."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from uuid import UUID

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import Field, RadioField, SelectField, StringField, ValidationError

from kelisim.domain.grounds import KeepingGround, RefusalGround
from kelisim.domain.languages import LANGUAGES
from kelisim.domain.objections import Objection
from kelisim.domain.requests import Channel, Identity, Request
from kelisim.domain.rights import RIGHTS, RequestKind
from kelisim.domain.submissions import is_reference
from kelisim.services.requests import fresh_id
from kelisim.web.forms import OneBody, error_lines, sent_once, typed
from kelisim.web.house import house
from kelisim.web.languages import LANGUAGE_NAMES
from kelisim.web.pages import ErrorLine
from kelisim.web.personal_fields import parsed_name, parsed_phone
from kelisim.web.request_words import CHANNELS, IDENTITIES, OBJECTIONS, with_article
from kelisim.web.words import REQUEST_KINDS, Words

# Requests on the site come in by themselves.
_WRITTEN = tuple(channel for channel in Channel if channel is not Channel.SITE)


class DeskForm(FlaskForm):
    """A form of the desk, with the session's token."""

    class Meta(OneBody, FlaskForm.Meta):
        pass


def all_lines(form: DeskForm) -> tuple[ErrorLine, ...]:
    """What is wrong with the whole, then with each field."""
    return tuple(ErrorLine("", str(text)) for text in form.form_errors) + error_lines(form)


def chosen(form: DeskForm, field: SelectField) -> None:
    """One value of the list."""
    sent_once(form, field)
    if field.data not in {value for value, *_ in field.iter_choices()}:
        raise ValidationError(gettext("Choose one from the list"))


def day_of(field: Field) -> date:
    """A day as a browser sends it (2026-12-11) or as people write it (11.12.2026). Raises ValidationError."""
    for pattern in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime((field.data or "").strip(), pattern).date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
    raise ValidationError(gettext("Write the day as 2026-12-31"))


def a_day(form: DeskForm, field: Field) -> None:
    """A day, said once."""
    sent_once(form, field)
    day_of(field)


class IdentityForm(DeskForm):
    """How it was checked who asks, and of which submission."""

    identity = SelectField(lazy_gettext("How it was checked who asks"), validators=[chosen], validate_choice=False)
    reference = StringField(
        lazy_gettext("Reference of the submission"),
        description=lazy_gettext("Eight signs, as on the receipt. Leave it empty while the submission is not found."),
        validators=[sent_once],
    )

    def __init__(self, identities: Iterable[Identity], *, may_wait: bool) -> None:
        super().__init__()
        waits = [("", gettext("Not checked yet"))] if may_wait else []
        self.identity.choices = [*waits, *_words(identities, IDENTITIES)]

    @property
    def checked(self) -> Identity | None:
        """How it was checked, of a valid form."""
        return Identity(self.identity.data) if self.identity.data else None

    @property
    def quoted(self) -> str:
        """The reference as it was quoted, of a valid form."""
        return (self.reference.data or "").strip().upper()


class IntakeForm(IdentityForm):
    """A letter, an e-mail or a visit."""

    kind = SelectField(lazy_gettext("What is asked for"), validators=[chosen], validate_choice=False)
    objection = SelectField(
        lazy_gettext("Where it is an objection: to what"), validators=[chosen], validate_choice=False, default=""
    )
    channel = SelectField(lazy_gettext("How it came"), validators=[chosen], validate_choice=False)
    received = StringField(
        lazy_gettext("Day it arrived"),
        description=lazy_gettext("The term counts from this day, not from the day it is entered here."),
        validators=[a_day],
    )
    language = SelectField(lazy_gettext("Language of the answer"), validators=[chosen], validate_choice=False)

    def __init__(self) -> None:
        super().__init__(Identity, may_wait=True)
        self.kind.choices = [(kind.value, str(REQUEST_KINDS[kind])) for kind in RequestKind]
        self.objection.choices = [("", gettext("It is no objection")), *_words(Objection, OBJECTIONS)]
        self.channel.choices = _words(_WRITTEN, CHANNELS)
        self.language.choices = [(code, LANGUAGE_NAMES[code]) for code in LANGUAGES]

    def begin(self, asked: Mapping[str, str]) -> None:
        """Fill in what an address asks for: a ``kind``, a ``reference`` and a ``language`` that there can be."""
        if is_reference(asked.get("reference", "")):
            self.reference.data = asked["reference"]
        for field in (self.kind, self.language):
            if asked.get(field.name) in {value for value, *_ in field.iter_choices()}:
                field.data = asked[field.name]

    @property
    def day(self) -> date:
        """The day it arrived, of a valid form."""
        return day_of(self.received)

    @property
    def objected(self) -> Objection | None:
        """What an objection is about, of a valid form; of another request None, whatever was chosen."""
        is_one = self.kind.data == RequestKind.OBJECTION and self.objection.data
        return Objection(self.objection.data) if is_one else None

    @cached_property
    def entry_id(self) -> UUID:
        """The id the request will have, given out with the empty form: sent twice, it is entered once."""
        try:
            sent = UUID(hex=typed("entry"))
        except ValueError:
            sent = None
        return (
            sent if sent is not None and sent.version == 7 else fresh_id(house().now, house().randomness)
        )  # the version whose order is the order of time


class MeetForm(DeskForm):
    """Yes, do it."""


class CorrectionForm(DeskForm):
    """What is to be put in the place of what is held. An empty field stays as it is."""

    name = StringField(lazy_gettext("Name"), validators=[sent_once])
    second_name = StringField(lazy_gettext("Second name"), validators=[sent_once])
    phone = StringField(lazy_gettext("Phone number"), validators=[sent_once])

    def values(self) -> dict[str, str]:
        """The fields that were filled in, as they are stored. Raises ValidationError."""
        parsers = {"name": parsed_name, "second_name": parsed_name, "phone": parsed_phone}
        return {name: parse(self[name]) for name, parse in parsers.items() if (self[name].data or "").strip()}

    def validate_name(self, field: Field) -> None:
        """Signs of a name; at least one of the three fields is filled in."""
        if not any((self[name].data or "").strip() for name in ("name", "second_name", "phone")):
            raise ValidationError(gettext("Fill in what is to be corrected"))
        if (field.data or "").strip():
            parsed_name(field)

    def validate_second_name(self, field: Field) -> None:
        """Signs of a name."""
        if (field.data or "").strip():
            parsed_name(field)

    def validate_phone(self, field: Field) -> None:
        """A phone number."""
        if (field.data or "").strip():
            parsed_phone(field)


class _GroundForm(DeskForm):
    ground = SelectField(lazy_gettext("Ground"), validators=[chosen], validate_choice=False)
    until = StringField(lazy_gettext("Last day the data are kept"))

    @property
    def last_day(self) -> date | None:
        """The last day, of a valid form; None where none was given."""
        return day_of(self.until) if (self.until.data or "").strip() else None

    def validate_until(self, field: Field) -> None:
        """A day, if there is one."""
        sent_once(self, field)
        if (field.data or "").strip():
            day_of(field)


class RefusalForm(_GroundForm):
    """Why a request is refused, and until when the data are kept where the ground keeps them."""

    def __init__(self, request: Request) -> None:
        super().__init__()
        grounds = [ground for ground in RefusalGround if _may_refuse(request, ground)]
        self.ground.choices = [("", gettext("Choose a ground")), *((g.value, with_article(g)) for g in grounds)]
        self.keeps = any(ground.value in set(KeepingGround) for ground in grounds)

    def validate_ground(self, field: Field) -> None:
        """One of the grounds."""
        if not field.data:
            raise ValidationError(gettext("Choose a ground"))


class KeepingForm(_GroundForm):
    """Why a record is kept without consent, and until when."""

    def __init__(self) -> None:
        super().__init__()
        self.ground.choices = [("", gettext("Choose a ground")), *((g.value, with_article(g)) for g in KeepingGround)]

    def validate_ground(self, field: Field) -> None:
        """One of the grounds."""
        if not field.data:
            raise ValidationError(gettext("Choose a ground"))


class DayForm(DeskForm):
    """A day that is moved."""

    day = StringField(lazy_gettext("Day"), validators=[a_day])
    works = RadioField(lazy_gettext("What it is"), validators=[chosen], validate_choice=False)

    def __init__(self) -> None:
        super().__init__()
        self.works.choices = [("no", gettext("A day of rest")), ("yes", gettext("A working day"))]


class PutBackForm(DeskForm):
    """A moved day that the public calendar decides about again."""

    day = StringField(lazy_gettext("Day"), validators=[a_day])


def _may_refuse(request: Request, ground: RefusalGround) -> bool:
    stranger = ground is RefusalGround.IDENTITY_NOT_CONFIRMED
    return ground in RIGHTS[request.kind].refusals and stranger is (request.identity is None)


def _words(codes: Iterable[StrEnum], words: Words) -> list[tuple[str, str]]:
    return [(code.value, str(words[code])) for code in codes]

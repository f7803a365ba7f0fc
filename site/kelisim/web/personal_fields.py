"""The three personal fields as forms read them: the value that is stored, or what to mend."""

from wtforms import Field, ValidationError

from kelisim.domain.names import NameProblem, parse_name
from kelisim.domain.phones import PhoneProblem, parse_phone
from kelisim.web.forms import sent_once
from kelisim.web.house import house
from kelisim.web.words import SIGN_PROBLEMS


class PersonalFields:
    """What a form checks of the personal fields it has; WTForms finds the checks by their names."""

    def validate_name(self, field: Field) -> None:
        """Shape and meaning of the name."""
        sent_once(self, field)
        parsed_name(field)

    def validate_second_name(self, field: Field) -> None:
        """Shape and meaning of the second name."""
        sent_once(self, field)
        parsed_name(field)

    def validate_phone(self, field: Field) -> None:
        """Shape and meaning of the phone number."""
        sent_once(self, field)
        parsed_phone(field)


def parsed_name(field: Field) -> str:
    """A name or second name, by the name of its field. Raises ValidationError."""
    try:
        return parse_name(field.data or "", house().settings.name_length)
    except NameProblem as problem:
        raise ValidationError(str(SIGN_PROBLEMS[field.name][problem.code])) from None


def parsed_phone(field: Field) -> str:
    """A phone number in E.164. Raises ValidationError."""
    try:
        return parse_phone(field.data or "", house().settings.phone_length)
    except PhoneProblem as problem:
        raise ValidationError(str(SIGN_PROBLEMS["phone"][problem.code])) from None

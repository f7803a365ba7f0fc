"""The forms of a decision about a record as a whole."""

from flask_babel import lazy_gettext
from wtforms import SelectField

from kelisim.domain.acts import ConsentState
from kelisim.domain.desk_acts import DeskAct, reasons_of
from kelisim.domain.destructions import DestructionGround
from kelisim.web.act_words import CODES, DESK_ACTS, ground_words
from kelisim.web.operator.again import AgainForm
from kelisim.web.operator.request_forms import DeskForm, RefusalForm, chosen


class ReasonForm(DeskForm):
    """The coded reason of a decision; without a field where the decision is its own reason."""

    code = SelectField(lazy_gettext("Reason"), validators=[chosen], validate_choice=False)

    def __init__(self, act: DeskAct, consent: ConsentState) -> None:
        super().__init__()
        codes = reasons_of(act, consent)
        self.code.label.text = str(DESK_ACTS[act].choose)
        self.code.choices = [(code.value, code_words(code)) for code in codes]
        if not codes:
            del self.code

    @property
    def chosen_code(self) -> str:
        """The code of a valid form; empty where there is none to choose."""
        return str(self.code.data) if "code" in self else ""


class MeetAgainForm(AgainForm):
    """Meeting a request that destroys, and once more who decides."""


class RefuseAgainForm(RefusalForm, AgainForm):
    """Refusing one where the block goes and the data with it, and once more who decides."""


class ConfirmForm(ReasonForm, AgainForm):
    """The same, and once more who decides: nobody can take it back."""


def code_words(code: object) -> str:
    """A reason or a ground in words."""
    return ground_words(code) if isinstance(code, DestructionGround) else str(CODES[code])  # type: ignore[index]  # each code is of one of the lists

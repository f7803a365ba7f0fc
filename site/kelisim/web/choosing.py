"""Taking an answer about cookies, wherever it was given: the banner, the cookies page, the middle of the form."""

from collections.abc import Mapping

from kelisim.domain.choices import ChoiceMethod, ChoicePurpose, Kept, decide, everything, to_ask
from kelisim.services import choices
from kelisim.storage.db import db
from kelisim.web.choice_cookie import browser_signals, hold_choice, read_choice
from kelisim.web.frame import language
from kelisim.web.house import house

_WHOLE_ANSWERS = {"accept": True, "reject": False}
_RECEIPT_BYTES = 16


def is_banner_answer(answer: str) -> bool:
    """True for what one of the banner's buttons sends."""
    return answer in _WHOLE_ANSWERS


def of_banner(answer: str) -> Mapping[ChoicePurpose, bool]:
    """One answer for what the banner asks about; on a page that is older than the last answer, for everything."""
    asked = to_ask(read_choice(), house().now) or tuple(ChoicePurpose)
    return everything(_WHOLE_ANSWERS[answer], asked)


def decide_now(answers: Mapping[ChoicePurpose, bool], method: ChoiceMethod) -> Kept:
    """Record an answer. What the browser carries from now on, which the response must still write."""
    known = read_choice()
    choice = decide(
        answers,
        receipt_id=known.receipt_id if known is not None else house().randomness(_RECEIPT_BYTES).hex(),
        # An answer in spite of the browser's signal counts from now on; one from before is on hold.
        method=ChoiceMethod.SIGNAL if browser_signals() else method,
        language=language(),
        now=house().now,
        days=house().settings.choice_days,
    )
    choices.record(db.session(), choice, key=house().keys.site.choice_record)
    kept = (known or Kept(choice.receipt_id, {})).with_choice(choice)
    hold_choice(kept)
    return kept

"""The page value of the preferences."""

from collections.abc import Collection, Mapping

from flask import request
from flask_babel import gettext

from kelisim.domain.choices import VERSIONS, Answer, Choice, ChoicePurpose, Kept
from kelisim.services import choices
from kelisim.storage.db import DATABASE_AWAY, db
from kelisim.web.choice_cookie import allowed, browser_signals, read_choice
from kelisim.web.choice_pages import ChoiceRecordRow, OwnRecordsPage, PreferencesPage, PurposeRow, SignalPage, YesNo
from kelisim.web.choice_words import (
    CHOICE_CHANGES,
    CHOICE_DOES,
    CHOICE_LOSES,
    CHOICE_METHODS,
    CHOICE_SEEN_BY,
    CHOICE_TITLES,
)
from kelisim.web.convenience import convenience_allowed
from kelisim.web.cookies import COOKIES, cookie_rows
from kelisim.web.frame import said
from kelisim.web.house import house
from kelisim.web.pages import ErrorLine
from kelisim.web.security.limits import masked_network


def answers_shown() -> Mapping[ChoicePurpose, bool]:
    """The answers that stand ticked: a yes that the browser's signal holds back is not."""
    return {
        purpose: answer.yes
        for purpose, answer in _standing(read_choice()).items()
        if not answer.yes or allowed(purpose)
    }


def preferences_page(
    answers: Mapping[ChoicePurpose, bool], errors: tuple[ErrorLine, ...], *, token: str, forgotten: bool
) -> PreferencesPage:
    """The preferences with these answers ticked and what is to be mended."""
    kept = read_choice()
    standing = _standing(kept).values()
    return PreferencesPage(
        token=token,
        purposes=_rows(kept, answers, {error.field: error.text for error in errors}),
        cookies=cookie_rows(house().settings, _here()),
        saved=said(),
        forgotten=forgotten and kept is None,
        signal=_signal(standing) if browser_signals() else None,
        answered_on=max((answer.decided_at for answer in standing), default=None),
        asked_again_on=min((answer.expires_at for answer in standing), default=None),
        remembers_appearance=convenience_allowed(),
        records=_own_records(kept) if kept is not None else None,
    )


def _standing(kept: Kept | None) -> Mapping[ChoicePurpose, Answer]:
    return kept.standing(house().now) if kept is not None else {}


def _rows(
    kept: Kept | None, answers: Mapping[ChoicePurpose, bool], problems: Mapping[str, str]
) -> tuple[PurposeRow, ...]:
    changed = kept.changed(house().now) if kept is not None else {}
    return tuple(
        PurposeRow(
            code=purpose.value,
            title=str(CHOICE_TITLES[purpose]),
            does=str(CHOICE_DOES[purpose]),
            loses=str(CHOICE_LOSES[purpose]),
            seen_by=str(CHOICE_SEEN_BY[purpose]),
            kept=gettext("Your answer is kept for %(days)s days.", days=house().settings.choice_days),
            sees=_sees(purpose),
            changes=tuple(str(CHOICE_CHANGES[change]) for change in changed.get(purpose, ())),
            answer=_yes_no(answers.get(purpose)),
            problem=problems.get(purpose.value),
        )
        for purpose in ChoicePurpose
    )


def _sees(purpose: ChoicePurpose) -> str | None:
    """What the person can check for themselves."""
    if purpose is not ChoicePurpose.ADDRESS:
        return None
    return gettext("For this connection that would be: %(network)s.", network=masked_network())


def _yes_no(answer: bool | None) -> YesNo | None:
    return None if answer is None else "yes" if answer else "no"


def _here() -> Collection[str]:
    """The cookies that came and stay: what is not agreed to is deleted by this very answer."""
    return {
        cookie.name
        for cookie in COOKIES
        if cookie.name in request.cookies and (cookie.needs is None or allowed(cookie.needs))
    }


def _signal(standing: Collection[Answer]) -> SignalPage:
    agreed = [answer for answer in standing if answer.yes]
    return SignalPage(
        yes_on=max((answer.decided_at for answer in agreed if answer.under_signal), default=None),
        on_hold=any(not answer.under_signal for answer in agreed),
    )


def _own_records(kept: Kept) -> OwnRecordsPage:
    try:
        rows = tuple(_record_row(choice) for choice in choices.of_receipt(db.session(), kept.receipt_id))
    except DATABASE_AWAY:
        return OwnRecordsPage(kept.receipt_id, None, house().settings.choice_record_days)
    return OwnRecordsPage(kept.receipt_id, rows, house().settings.choice_record_days)


def _record_row(choice: Choice) -> ChoiceRecordRow:
    return ChoiceRecordRow(
        at=choice.decided_at,
        how=str(CHOICE_METHODS[choice.method]),
        answers=tuple((_title(purpose, choice), _word(choice.answers.get(purpose))) for purpose in ChoicePurpose),
    )


def _title(purpose: ChoicePurpose, choice: Choice) -> str:
    version = choice.versions.get(purpose, VERSIONS[purpose])
    return gettext("%(purpose)s (text %(version)s)", purpose=str(CHOICE_TITLES[purpose]), version=version)


def _word(answer: bool | None) -> str:
    return gettext("not asked") if answer is None else gettext("yes") if answer else gettext("no")

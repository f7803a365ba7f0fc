"""The Operator's people: who may come in and as what. Each decision asks once more who decides."""

from flask import Blueprint, abort, redirect, url_for
from flask_babel import gettext, lazy_gettext, ngettext
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField

from kelisim.domain.operators import Role
from kelisim.services import staff
from kelisim.services.staff import Invited, Member, StaffRefused
from kelisim.storage.db import db
from kelisim.web.forms import sent_once
from kelisim.web.frame import render
from kelisim.web.house import house
from kelisim.web.operator.again import AgainForm
from kelisim.web.operator.request_forms import all_lines, chosen
from kelisim.web.operator.who import by_operator, operator_here
from kelisim.web.pages import DecisionPage
from kelisim.web.staff_pages import LinkPage, PeopleListPage, PersonRow
from kelisim.web.staff_words import PERSON_ACTS, PROBLEMS, ROLES, ROLES_MAY

blueprint = Blueprint("people", __name__, url_prefix="/operator/people")

Answer = str | Response | tuple[str, int]


class RoleForm(AgainForm):
    """What a person is to be."""

    role = SelectField(lazy_gettext("Role"), validators=[chosen], validate_choice=False)

    def __init__(self) -> None:
        super().__init__()
        self.role.choices = [(role.value, str(ROLES[role])) for role in Role]


class InviteForm(RoleForm):
    """Who is to come in."""

    name = StringField(
        lazy_gettext("Name"),
        description=lazy_gettext("The person signs in with it, and the journal shows it."),
        validators=[sent_once],
    )


@blueprint.get("")
def index() -> str:
    """Everyone, and the form to invite somebody."""
    form = InviteForm()
    form.role.data = Role.OPERATOR.value
    return _page(form)


@blueprint.post("")
def invite() -> Answer:
    """Invite somebody: their link is shown once."""
    form = InviteForm()
    if not form.is_whole() or not form.is_confirmed():
        return _page(form), 422
    try:
        invited = staff.invite(
            db.session(),
            form.name.data or "",
            Role(form.role.data),
            settings=house().settings,
            keys=house().keys,
            by=by_operator(),
            randomness=house().randomness,
        )
    except StaffRefused as refused:
        form.name.errors = [str(PROBLEMS[refused.problem])]
        return _page(form), 422
    return _link(invited)


@blueprint.get("/<int:number>/<act>")
def act(number: int, act: str) -> str:
    """What follows from a decision about a person."""
    member = _known(number, act)
    form = _form(act)
    if isinstance(form, RoleForm):
        form.role.data = member.operator.role.value
    return _act_page(member, act, form)


@blueprint.post("/<int:number>/<act>")
def do(number: int, act: str) -> Answer:
    """Decide."""
    member, form = _known(number, act), _form(act)
    if not form.is_whole() or not form.is_confirmed():
        return _act_page(member, act, form), 422
    try:
        if act == "reset":
            return _link(
                staff.reset(
                    db.session(),
                    number,
                    settings=house().settings,
                    keys=house().keys,
                    by=by_operator(),
                    randomness=house().randomness,
                )
            )
        if isinstance(form, RoleForm):
            staff.change_role(db.session(), number, Role(form.role.data), by=by_operator())
        else:
            staff.disable(db.session(), number, by=by_operator())
    except StaffRefused as refused:
        form.form_errors.append(str(PROBLEMS[refused.problem]))
        return _act_page(member, act, form), 422
    return redirect(url_for("people.index"), 303)


def _known(number: int, act: str) -> Member:
    member = staff.member(db.session(), number) if act in PERSON_ACTS else None
    if member is None:
        abort(404)
    return member


def _form(act: str) -> AgainForm:
    return RoleForm() if act == "role" else AgainForm()


def _link(invited: Invited) -> str:
    page = LinkPage(
        name=invited.operator.name,
        link=f"{house().settings.own_address}{url_for('set_up.page', token=invited.token)}",
        hours=house().settings.set_up_hours,
    )
    return render("operator/people/link.html", link=page)


def _page(form: InviteForm) -> str:
    here = operator_here().id
    page = PeopleListPage(
        rows=tuple(_row(member, here) for member in staff.members(db.session())),
        roles=tuple((str(ROLES[role]), str(ROLES_MAY[role])) for role in Role),
    )
    return render("operator/people/list.html", people=page, form=form, errors=all_lines(form))


def _row(member: Member, here: int) -> PersonRow:
    operator, disabled = member.operator, member.disabled_at is not None
    acts = ("reset",) if disabled else ("role", "disable") if operator.id == here else tuple(PERSON_ACTS)
    return PersonRow(
        name=operator.name,
        oneself=operator.id == here,
        role=str(ROLES[operator.role]),
        seen_at=member.seen_at,
        factors=_factors(member),
        state=gettext("Disabled") if disabled else gettext("May come in") if member.ready else gettext("Invited"),
        disabled=disabled,
        acts=tuple((str(PERSON_ACTS[act].button), url_for("people.act", number=operator.id, act=act)) for act in acts),
    )


def _factors(member: Member) -> str:
    if not member.ready:
        return gettext("None")
    codes = ngettext("%(num)s recovery code", "%(num)s recovery codes", member.codes)
    passkeys = ngettext("%(num)s passkey", "%(num)s passkeys", member.passkeys) if member.passkeys else ""
    return ", ".join(filter(None, (gettext("Password"), gettext("App"), codes, passkeys)))


def _act_page(member: Member, act: str, form: AgainForm) -> str:
    words = PERSON_ACTS[act]
    decision = DecisionPage(
        title=str(words.title) % {"name": member.operator.name},
        consequences=tuple(str(text) for text in words.follows),
        button=str(words.button),
        url=url_for("people.do", number=member.operator.id, act=act),
        back_url=url_for("people.index"),
    )
    return render("operator/people/act.html", decision=decision, form=form, errors=all_lines(form))

"""The facts that documents name with a dollar sign, in the language of the document."""

from flask_babel import force_locale, gettext

from kelisim.settings import Settings
from kelisim.web.request_words import working_days
from kelisim.web.statement_words import public_sources, stated_term
from kelisim.web.words import operator_address, operator_name, responsible_person


def document_facts(settings: Settings, language: str) -> dict[str, str]:
    """Each fact by its name. A changed setting makes other words, which are a draft until somebody approves them."""
    with force_locale(language):
        return {
            "operator_name": operator_name(settings),
            "operator_bin": settings.operator_bin,
            "operator_address": operator_address(settings),
            "operator_email": settings.email,
            "email_link": _email_link(settings),
            "responsible_person": responsible_person(settings),
            "site_name": settings.site_name,
            "site_address": settings.address,
            "policy_address": f"{settings.address}/policy",
            "recipients_address": f"{settings.address}/recipients",
            "retention_term": stated_term(settings),
            "choice_days": str(settings.choice_days),
            "visit_cookie_days": str(settings.visit_cookie_days),
            "visit_days": str(settings.visit_days),
            "public_sources": public_sources(settings),
            **{f"{trigger}_term": working_days(days) for trigger, days in settings.terms.items()},
        }


def _email_link(settings: Settings) -> str:
    """The Operator's e-mail in Markdown; while there is none, that there is none."""
    if not settings.email:
        return gettext("(no address is set yet, and the form is closed)")
    return f"[{settings.email}](mailto:{settings.email})"

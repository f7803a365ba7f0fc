"""What the site's receipts and bundles say of the site: its Operator, its addresses, its key, its papers."""

from functools import cache
from pathlib import Path

from flask import render_template
from flask_babel import force_locale

from kelisim.domain.consents import Consent
from kelisim.domain.languages import LANGUAGES
from kelisim.domain.receipts import Addresses
from kelisim.domain.statements import Stated
from kelisim.services import statements
from kelisim.services.bundles import Papers
from kelisim.services.receipts import Issuer
from kelisim.services.transfers import Paper
from kelisim.storage.db import db
from kelisim.web.house import house
from kelisim.web.recipient_words import obligations

CHECK = "/receipts/check"
RIGHTS, WITHDRAWAL = "/rights", "/my"
_VERIFIER = Path(__file__).resolve().parents[3] / "docs" / "verify_receipt.py"


def issuer() -> Issuer:
    """Who issues the receipts. It depends on the settings and the keys alone, never on the request."""
    return Issuer(stated=house().stated, addresses=_addresses, seed=house().keys.site.receipt_signature)


def stated_to(consent: Consent) -> Stated:
    """What was stated to a person when they consented."""
    return statements.stated_to(db.session(), consent, house().stated)


def check_address() -> str:
    """Where anyone can check a receipt."""
    return f"{house().settings.address}{CHECK}"


def papers(*, desk: bool) -> Papers:
    """The papers of a bundle, in the language of the page."""
    readme = render_template("public/receipts/readme.txt", desk=desk, check=check_address())
    return Papers(readme=readme, verifier=_verifier(), check_address=check_address())


def transfer_paper() -> Paper:
    """What goes along with data that are handed over: the Operator, and what the recipient is bound to."""
    settings, bound = house().settings, {}
    for language in LANGUAGES:
        with force_locale(language):
            bound[language] = obligations()
    operator = {"name": settings.operator_name, "bin": settings.operator_bin, "email": settings.operator_email}
    return Paper(operator=operator, obligations=bound, stated=house().stated)


@cache
def _verifier() -> bytes:
    return _VERIFIER.read_bytes()


def _addresses(consent: Consent, origin: str) -> Addresses:
    """Absolute, in the language of the consent."""
    own = f"{origin}/{consent.language}"
    return Addresses(
        consent=f"{own}/consent/{consent.revision}",
        policy=f"{own}/policy/{consent.policy_revision}",
        check=f"{origin}{CHECK}",
        rights=f"{own}{RIGHTS}",
        withdrawal=f"{own}{WITHDRAWAL}",
    )

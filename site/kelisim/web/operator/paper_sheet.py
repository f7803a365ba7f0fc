"""The receipt of a consent on paper as the desk prints it for the person."""

from flask import request, url_for
from flask_babel import force_locale, gettext

from kelisim.domain.consents import Category
from kelisim.services.receipts import Issued
from kelisim.web.dates import moment_words
from kelisim.web.house import house
from kelisim.web.issuer import check_address
from kelisim.web.languages import LANGUAGE_NAMES
from kelisim.web.paper_pages import SheetPage
from kelisim.web.paper_words import paper_words
from kelisim.web.qr import qr_page
from kelisim.web.receipt_words import STANDINGS
from kelisim.web.statement_words import retention_term
from kelisim.web.words import (
    CATEGORIES,
    METHODS,
    PURPOSES,
    TOPICS,
    operator_address,
    operator_name,
)

Facts = tuple[tuple[str, tuple[str, ...]], ...]


def sheet_page(issued: Issued, secret: str) -> SheetPage:
    """The sheet, in the language that was signed. Categories of data, never their values."""
    receipt, settings = issued.receipt, house().settings
    # Without the language of the operator's page: the link opens in the person's.
    path = url_for("submissions.receipt", secret=secret).removeprefix(request.root_path)
    link = f"{settings.address}/{receipt.consent.language}{path}"
    with force_locale(receipt.consent.language):
        return SheetPage(
            language=receipt.consent.language,
            heading=gettext("Your receipt"),
            operator=(
                operator_name(settings),
                gettext("BIN %(number)s", number=settings.operator_bin),
                operator_address(settings),
                settings.email,
            ),
            reference_words=gettext("Reference"),
            reference=receipt.reference,
            entered=gettext("Entered from paper on %(time)s.", time=moment_words(receipt.received_at)),
            link_heading=gettext("Keep this link"),
            link_words=gettext(
                "Only this link opens your receipt and your data. Whoever has it can act for you: show it to nobody. We do "
                "not keep it and cannot tell it to you again."
            ),
            link=link,
            qr=qr_page(link),
            qr_words=gettext("QR code of the link to this receipt"),
            facts=_facts(issued),
            withdraw_heading=gettext("How to withdraw your consent"),
            withdraw=gettext(
                "At the link above, by e-mail or by letter to the address above, with the reference %(reference)s. It costs "
                "nothing.",
                reference=receipt.reference,
            ),
        )


def _facts(issued: Issued) -> Facts:
    found, consent = issued.receipt, issued.receipt.consent
    given = f"{moment_words(consent.given)}, {METHODS[consent.method]}"
    return (
        (gettext("Personal data"), tuple(str(CATEGORIES[category]) for category in Category)),
        (gettext("Topic"), (str(TOPICS[found.topic]) if found.topic is not None else gettext("Not chosen"),)),
        (gettext("Purposes"), tuple(str(PURPOSES[purpose]) for purpose in consent.purposes)),
        (gettext("Kept for"), (retention_term(issued.stated.years, issued.stated.terms),)),
        (gettext("Your consent"), (str(STANDINGS[issued.standing.state]), given)),
        (gettext("Where the paper lies"), (paper_words(found),)),
        (gettext("Revision"), (f"{consent.revision}, {LANGUAGE_NAMES[consent.language]}",)),
        (gettext("SHA-256 of the text"), (consent.sha256,)),
        (gettext("You stated"), consent.statements.person),
        (gettext("We stated"), consent.statements.operator),
        (gettext("SHA-256 of the receipt file"), (issued.sha256,)),
        (gettext("Check a receipt"), (check_address(),)),
    )

"""The page value of a receipt."""

from flask import request, url_for
from flask_babel import gettext

from kelisim.domain.acts import ConsentState
from kelisim.domain.consents import Category
from kelisim.domain.documents import Kind
from kelisim.domain.own_acts import OwnAct
from kelisim.domain.purposes import Purpose
from kelisim.services.receipts import Issued
from kelisim.web.house import house
from kelisim.web.languages import LANGUAGE_NAMES
from kelisim.web.pages import ReceiptPage
from kelisim.web.paper_words import paper_words
from kelisim.web.public.documents import url_of_shown
from kelisim.web.qr import qr_page
from kelisim.web.receipt_words import STANDINGS
from kelisim.web.statement_words import retention_term
from kelisim.web.words import CATEGORIES, METHODS, PURPOSES, TOPICS


def receipt_page(issued: Issued, secret: str) -> ReceiptPage:
    """What is behind the secret link, or printed for who consented on paper. In the language of the page."""
    found, consent = issued.receipt, issued.receipt.consent
    link = house().settings.address + url_for("submissions.receipt", secret=secret)
    kept = house().library.find(Kind.CONSENT, consent.revision, consent.language)
    return ReceiptPage(
        reference=found.reference,
        received_at=found.received_at,
        link=link,
        my_url=url_for("my.page", secret=secret),
        withdraw_url=url_for("my.form", secret=secret, act=OwnAct.WITHDRAW.value),
        qr=qr_page(link),
        file_url=url_for("receipts.file", secret=secret),
        file_sha256=issued.sha256,
        evidence_url=url_for("receipts.evidence", secret=secret),
        check_url=url_for("receipts.check_page"),
        repeated=request.args.get("again") == "1",
        consent_title=kept.title if kept is not None else gettext("Consent"),
        consent_url=url_of_shown(consent),
        revision=consent.revision,
        sha256=consent.sha256,
        language=LANGUAGE_NAMES[consent.language],
        method=str(METHODS[consent.method]),
        stands=issued.standing.state is ConsentState.GIVEN,
        standing=str(STANDINGS[issued.standing.state]),
        since=issued.standing.shown,
        categories=tuple(str(CATEGORIES[category]) for category in Category),
        topic=str(TOPICS[found.topic]) if found.topic is not None else None,
        purposes=tuple(str(PURPOSES[purpose]) for purpose in consent.purposes),
        person_stated=consent.statements.person,
        operator_stated=consent.statements.operator,
        statements_version=consent.statements.version,
        # As it was when the form was sent; My data shows how it is now.
        mailing=Purpose.MAILING in consent.purposes,
        retention_term=retention_term(issued.stated.years, issued.stated.terms),
        paper=paper_words(found),
    )

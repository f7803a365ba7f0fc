"""What the tests of transfers begin with: a recipient that may get data, a record handed to it."""

import secrets
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pyrage
from flask import Flask
from sqlalchemy import select

from kelisim.domain.purposes import Purpose
from kelisim.domain.recipients import Facts, Told, Undertaking
from kelisim.domain.transfers import Way
from kelisim.services import recipients, transfers
from kelisim.services.records import By
from kelisim.services.transfers import Paper, Transfer
from kelisim.storage.db import db
from kelisim.storage.tables.submissions import ReceiptRow
from kelisim.vault.keys import Keys
from tests.services.given import house_of
from tests.services.test_receipts import STATED

IDENTITY = pyrage.x25519.Identity.generate()
PURPOSES = (Purpose.MAILING, Purpose.FEEDBACK)
FACTS = Facts(name="Call Centre LLP", country="KZ", number="220540900218", purposes=PURPOSES, contact="x@y.example")
UNDERTAKING = Undertaking(date(2026, 11, 20), date(2026, 12, 31), PURPOSES)


TOLD = replace(STATED, recipients=(Told("Call Centre LLP", "KZ", PURPOSES),), abroad=True)
PAPER = Paper({"name": "The Operator", "bin": "1"}, {"en": ("Keep them secure.",)}, TOLD)
TERM = timedelta(hours=24)


def by(site: Flask) -> By:
    """An operator, now."""
    house = house_of(site)
    return By("operator:3", house.keys.site.journal, house.now)


def reference() -> str:
    """Of the only record there is."""
    only = db.session.scalars(select(ReceiptRow.reference)).one()
    db.session.rollback()
    return only


def recipient(site: Flask, facts: Facts = FACTS) -> UUID:
    """A recipient that may get data by file."""
    made = recipients.add(db.session(), facts, by=by(site), randomness=secrets.token_bytes)
    recipients.undertake(db.session(), made, UNDERTAKING, by=by(site))
    recipients.set_contact(db.session(), made, facts.contact, str(IDENTITY.to_public()), by=by(site))
    return made


def hand_over(
    site: Flask,
    to: UUID,
    *,
    purpose: Purpose = Purpose.FEEDBACK,
    way: Way = Way.FILE,
    keys: Keys | None = None,
) -> Transfer:
    """Hand the only record over."""
    made = transfers.hand_over(
        db.session(),
        reference(),
        to,
        purpose,
        way,
        paper=PAPER,
        keys=keys or house_of(site).keys,
        file_term=TERM,
        by=by(site),
        randomness=secrets.token_bytes,
    )
    return found(made)


def found(transfer_id: UUID) -> Transfer:
    """A transfer as it is now."""
    db.session.rollback()
    one = transfers.find(db.session(), transfer_id)
    assert one is not None
    return one

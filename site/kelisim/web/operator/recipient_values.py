"""The page values of recipients and transfers at the desk."""

from collections.abc import Mapping
from datetime import date
from typing import get_args

from flask import url_for

from kelisim.domain.deadlines import local_day
from kelisim.domain.journal import Entry
from kelisim.domain.recipients import Recipient, Undertaking
from kelisim.domain.transfers import Delivery, Way
from kelisim.services import operators, recipient_tasks, recipients, transfers
from kelisim.services.transfers import Tab, Transfer
from kelisim.storage.db import db
from kelisim.web.countries import country
from kelisim.web.desk_pages import TimelineRow
from kelisim.web.frame import language
from kelisim.web.house import house
from kelisim.web.operator.who import who
from kelisim.web.pages import TabLink
from kelisim.web.recipient_pages import (
    RecipientPage,
    RecipientRow,
    RecipientsPage,
    TransferPage,
    TransferRow,
    TransfersPage,
    UndertakingRow,
)
from kelisim.web.recipient_words import (
    OUTCOMES,
    REGISTER_TABS,
    WAYS,
    delivery_words,
    register_step,
    standing,
)
from kelisim.web.words import PURPOSES


def recipients_page(found: tuple[Recipient, ...]) -> RecipientsPage:
    """The register."""
    today = local_day(house().now)
    waiting = recipient_tasks.counts(db.session(), today=today, term=house().settings.recipient_days)
    return RecipientsPage(
        rows=tuple(_row(one, today) for one in found),
        failed=transfers.counts(db.session())["failed"],
        due=waiting["due"],
        overdue=waiting["overdue"],
    )


def recipient_page(found: Recipient) -> RecipientPage:
    """One recipient."""
    session, today = db.session(), local_day(house().now)
    names = operators.names(session)
    counts = found.undertaking(today)
    return RecipientPage(
        row=_row(found, today),
        contact=found.contact,
        age_key=found.age_key,
        webhook=found.webhook,
        ended=found.ended,
        undertakings=tuple(_undertaking(one, counts) for one in reversed(found.undertakings)),
        transfers=transfers.of_recipient(session, found.id),
        history=tuple(_history(entry, names) for entry in recipients.history(session, found.id)),
        url=url_for("recipients.set_contact", recipient_id=found.id),
        undertaking_url=url_for("recipients.undertake", recipient_id=found.id),
        webhook_url=url_for("recipients.set_webhook", recipient_id=found.id),
        end_url=url_for("recipients.ending", recipient_id=found.id),
    )


def transfers_page(found: tuple[Transfer, ...], tab: Tab, *, rows: int, older: bool) -> TransfersPage:
    """One page of a tab. ``found``: one line more than ``rows`` where there are older ones."""
    counts: Mapping[Tab, int] = transfers.counts(db.session())
    shown = found[:rows]
    return TransfersPage(
        tabs=tuple(
            TabLink(str(REGISTER_TABS[one]), counts[one], url_for("transfers.register", tab=one), one == tab)
            for one in get_args(Tab)
        ),
        rows=tuple(transfer_row(one) for one in shown),
        older_url=url_for("transfers.register", tab=tab, before=shown[-1].id.hex) if len(found) > rows else None,
        newest_url=url_for("transfers.register", tab=tab) if older else None,
    )


def transfer_row(found: Transfer) -> TransferRow:
    """One line of the register of transfers."""
    return TransferRow(
        url=url_for("transfers.one", transfer_id=found.id),
        reference=found.reference,
        record_url=url_for("records.record", reference=found.reference),
        recipient=found.recipient,
        recipient_url=url_for("recipients.one", recipient_id=found.recipient_id),
        purpose=str(PURPOSES[found.purpose]),
        way=str(WAYS[found.way]),
        at=found.at,
        state=delivery_words(found),
        failed=found.state is Delivery.FAILED,
    )


def transfer_page(found: Transfer) -> TransferPage:
    """One transfer, and what can be done with it."""
    waits = found.state is Delivery.WAITING
    sends = found.way is Way.WEBHOOK
    to_save = waits and found.way is Way.FILE and house().now < found.next_at
    return TransferPage(
        row=transfer_row(found),
        who=who(found.author, operators.names(db.session())),
        outcome=str(OUTCOMES[found.outcome]) if found.outcome else "",
        until=found.next_at if to_save else None,
        next_try=found.next_at if waits and sends else None,
        file_url=url_for("transfers.save_file", transfer_id=found.id) if to_save else None,
        can_try=found.state is Delivery.FAILED,
        can_give_up=sends and found.state in {Delivery.WAITING, Delivery.FAILED},
        url=url_for("transfers.one", transfer_id=found.id),
    )


def _row(one: Recipient, today: date) -> RecipientRow:
    holds = one.ended is None and one.undertaking(today) is not None
    return RecipientRow(
        name=one.name,
        url=url_for("recipients.one", recipient_id=one.id),
        number=one.number,
        country=country(one.country, language()),
        purposes=tuple(str(PURPOSES[purpose]) for purpose in one.purposes),
        standing=standing(one, holds),
        good=holds,
    )


def _undertaking(one: Undertaking, counts: Undertaking | None) -> UndertakingRow:
    scope = tuple(str(PURPOSES[purpose]) for purpose in one.scope)
    return UndertakingRow(one.signed, one.expires, scope, counts=one == counts)


def _history(entry: Entry, names: dict[int, str]) -> TimelineRow:
    return TimelineRow(at=entry.at, act=register_step(entry), who=who(entry.actor, names), detail="")

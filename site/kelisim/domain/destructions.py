"""Why a record was destroyed or depersonalized, and the act that is written of it: closed lists, never free text.

Articles are those of Law No. 94-V; None where the ground is a fact and not a rule.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

from kelisim.domain.acts import Act, ConsentState
from kelisim.domain.consents import Category
from kelisim.domain.rights import RequestKind


class DestructionGround(StrEnum):
    """On what ground the data are gone."""

    WITHDRAWN = "withdrawn"
    REQUESTED = "requested"
    NOT_THE_SENDER = "not_the_sender"
    ACHIEVED = "achieved"
    TERM_ENDED = "term_ended"
    RELATION_OVER = "relation_over"
    COURT = "court"
    UNLAWFUL = "unlawful"
    COUNTS_ONLY = "counts_only"


ARTICLES: Mapping[DestructionGround, str | None] = MappingProxyType(
    {
        DestructionGround.WITHDRAWN: "8(1)",
        DestructionGround.REQUESTED: "24(1)(4)",
        DestructionGround.NOT_THE_SENDER: None,
        # The term of storage ends when the purposes are achieved.
        DestructionGround.ACHIEVED: "12(2)",
        DestructionGround.TERM_ENDED: "12(2)",
        # Destruction: the relation with the subject is over; a court decided so.
        DestructionGround.RELATION_OVER: "18",
        DestructionGround.COURT: "18",
        DestructionGround.UNLAWFUL: "18",
        DestructionGround.COUNTS_ONLY: "17",
    }
)
_OF_AN_END: Mapping[ConsentState, DestructionGround] = MappingProxyType(
    {
        ConsentState.WITHDRAWN: DestructionGround.WITHDRAWN,
        ConsentState.ACHIEVED: DestructionGround.ACHIEVED,
        ConsentState.EXPIRED: DestructionGround.TERM_ENDED,
    }
)
_OF_A_REQUEST: Mapping[RequestKind, DestructionGround] = MappingProxyType(
    {
        RequestKind.DELETE: DestructionGround.REQUESTED,
        RequestKind.WITHDRAW: DestructionGround.WITHDRAWN,
        RequestKind.NOT_SENDER: DestructionGround.NOT_THE_SENDER,
    }
)
_AT_THE_DESK = (DestructionGround.RELATION_OVER, DestructionGround.COURT, DestructionGround.UNLAWFUL)
# What an act of destruction is written about: everything that was personal in a record.
PERSONAL = tuple(Category)


def ground_of_consent(consent: ConsentState) -> DestructionGround:
    """The ground that the end of a consent is. A consent that stands is none: then the relation is over."""
    return _OF_AN_END.get(consent, DestructionGround.RELATION_OVER)


def ground_of_request(kind: RequestKind, consent: ConsentState) -> DestructionGround:
    """The ground of a request that ends in destruction; of any other, the end of the consent is the ground."""
    return _OF_A_REQUEST.get(kind, ground_of_consent(consent))


def grounds_at_desk(act: Act, consent: ConsentState) -> tuple[DestructionGround, ...]:
    """The grounds an operator may choose. Raises ValueError for an act that takes nothing away."""
    if act is Act.DEPERSONALIZATION:
        return (DestructionGround.COUNTS_ONLY,)
    if act is not Act.DESTRUCTION:
        raise ValueError(f"{act} takes nothing away")
    ended = (_OF_AN_END[consent],) if consent in _OF_AN_END else ()
    return (*ended, *_AT_THE_DESK)


@dataclass(frozen=True)
class ActOfDestruction:
    """The act: what went, when (UTC), by whom (``person``, ``operator:3``, ``site``), on what ground.

    ``act`` is destruction or depersonalization; ``entry``: the number of its entry in the journal.
    """

    number: int
    record: UUID
    reference: str
    act: Act
    ground: DestructionGround
    at: datetime
    author: str
    categories: tuple[Category, ...]
    entry: int


def act_document(
    made: ActOfDestruction, *, by: str, operator: Mapping[str, str], journal: Mapping[str, Any]
) -> dict[str, Any]:
    """The act as it is signed: codes and categories, no value. ``by``: the author as the reader may know it;
    ``operator``: who the Operator is; ``journal``: the extract of the record.
    """
    return {
        "number": str(made.number),
        "act": made.act.value,
        "record": str(made.record),
        "reference": made.reference,
        "at": made.at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "by": by,
        "ground": made.ground.value,
        "article": ARTICLES[made.ground] or "",
        "categories": [category.value for category in made.categories],
        "entry": str(made.entry),
        "operator": dict(operator),
        "journal": dict(journal),
    }

"""The way of a request: how it came, how it was checked who asks, its due date, its steps to one of its ends."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from kelisim.domain.acts import State
from kelisim.domain.deadlines import STATUTORY_TERMS, Calendar, Trigger
from kelisim.domain.grounds import RefusalGround
from kelisim.domain.objections import Objection
from kelisim.domain.rights import RIGHTS, RequestKind


class Channel(StrEnum):
    """How a request came."""

    SITE = "site"
    LETTER = "letter"
    EMAIL = "email"
    IN_PERSON = "in_person"


class Identity(StrEnum):
    """How it was checked who asks. ``authority``: papers of the subject's lawful representative."""

    SECRET_LINK = "secret_link"  # noqa: S105  # the name of a way, not a secret
    DOCUMENT_SHOWN = "document_shown"
    DIGITAL_SIGNATURE = "digital_signature"
    SIGNATURE = "signature"
    CALL_BACK = "call_back"
    AUTHORITY = "authority"


class RequestState(StrEnum):
    """Where a request is. The last three are ends: answered in words, refused with a ground, done to the record."""

    RECEIVED = "received"
    IN_WORK = "in_work"
    ANSWERED = "answered"
    REFUSED = "refused"
    DONE = "done"


class Step(StrEnum):
    """What is done with a request."""

    TAKE_UP = "take_up"
    ANSWER = "answer"
    REFUSE = "refuse"
    FINISH = "finish"


class RequestProblem(ValueError):
    """Why a step cannot be taken. ``code``: state, kind, author, identity, ground, received, objection."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


# How identity can be checked, by how the request came. The reference and secret of a receipt can be quoted anywhere.
IDENTITIES: Mapping[Channel, frozenset[Identity]] = MappingProxyType(
    {
        Channel.SITE: frozenset({Identity.SECRET_LINK, Identity.CALL_BACK}),
        Channel.LETTER: frozenset(
            {Identity.SECRET_LINK, Identity.SIGNATURE, Identity.DOCUMENT_SHOWN, Identity.CALL_BACK, Identity.AUTHORITY}
        ),
        Channel.EMAIL: frozenset(
            {Identity.SECRET_LINK, Identity.DIGITAL_SIGNATURE, Identity.CALL_BACK, Identity.AUTHORITY}
        ),
        Channel.IN_PERSON: frozenset({Identity.SECRET_LINK, Identity.DOCUMENT_SHOWN, Identity.AUTHORITY}),
    }
)

_STEPS: Mapping[Step, tuple[RequestState, RequestState]] = MappingProxyType(
    {
        Step.TAKE_UP: (RequestState.RECEIVED, RequestState.IN_WORK),
        Step.ANSWER: (RequestState.IN_WORK, RequestState.ANSWERED),
        Step.REFUSE: (RequestState.IN_WORK, RequestState.REFUSED),
        Step.FINISH: (RequestState.IN_WORK, RequestState.DONE),
    }
)
OPEN = frozenset({RequestState.RECEIVED, RequestState.IN_WORK})


@dataclass(frozen=True)
class Request:
    """One request. ``received`` and ``due`` are days in Almaty; ``author`` took the last step (``operator:3``).

    ``objection``: of an objection what it is about, None where that was not asked yet.
    """

    kind: RequestKind
    channel: Channel
    received: date
    due: date
    state: RequestState = RequestState.RECEIVED
    identity: Identity | None = None
    ground: RefusalGround | None = None
    author: str = ""
    objection: Objection | None = None

    @property
    def is_open(self) -> bool:
        """True until the request has come to one of its ends."""
        return self.state in OPEN

    @property
    def holds_block(self) -> bool:
        """True while this request keeps the record blocked: no other one's end may lift the block meanwhile."""
        return self.is_open and self.identity is not None and RIGHTS[self.kind].at_once is State.BLOCKED


def receive(
    kind: RequestKind,
    channel: Channel,
    *,
    received: date,
    today: date,
    calendar: Calendar,
    identity: Identity | None = None,
    objection: Objection | None = None,
    terms: Mapping[Trigger, int] = STATUTORY_TERMS,
) -> Request:
    """A request as it comes in, with its due date. A letter's ``received`` is the day it arrived, not of its entry.

    Raises RequestProblem: ``received`` (a day to come); ``identity`` (not a way to check it for this channel);
    ``objection`` (an objection, and nothing else, says what it is about).
    """
    if received > today:
        raise RequestProblem("received")
    if (kind is RequestKind.OBJECTION) is not (objection is not None):
        raise RequestProblem("objection")
    due = calendar.due(received, terms[RIGHTS[kind].clock])
    request = Request(kind, channel, received, due, objection=objection)
    return request if identity is None else identify(request, identity)


def identify(request: Request, identity: Identity) -> Request:
    """The request once it is known who asks. Raises RequestProblem: ``state`` (ended), ``identity`` (no such way)."""
    if not request.is_open:
        raise RequestProblem("state")
    if identity not in IDENTITIES[request.channel]:
        raise RequestProblem("identity")
    return replace(request, identity=identity)


def advance(request: Request, step: Step, *, author: str, ground: RefusalGround | None = None) -> Request:
    """The request after a step. ``author``: who takes it, also the site itself or the person at the secret link.

    Every step needs an author. Meeting a request (answer or finish, whichever its kind ends with) needs a checked
    identity. A refusal, and only a refusal, needs a ground that its kind allows; who cannot be told apart from a
    stranger is refused on that ground only, and nobody whose identity was checked is.

    Raises RequestProblem: ``state``, ``author``, ``kind`` (such a request does not end so), ``identity``, ``ground``.
    """
    begins, ends = _STEPS[step]
    if request.state is not begins:
        raise RequestProblem("state")
    if not author.strip():
        raise RequestProblem("author")
    if step is Step.REFUSE:
        _check_refusal(request, ground)
    elif ground is not None:
        raise RequestProblem("ground")
    elif step is not Step.TAKE_UP:
        _check_end(request, step)
    return replace(request, state=ends, author=author, ground=ground)


def _check_end(request: Request, step: Step) -> None:
    if _STEPS[step][1].value != RIGHTS[request.kind].end.value:
        raise RequestProblem("kind")
    if request.identity is None:
        raise RequestProblem("identity")


def _check_refusal(request: Request, ground: RefusalGround | None) -> None:
    if ground is None or ground not in RIGHTS[request.kind].refusals:
        raise RequestProblem("ground")
    if (request.identity is None) is not (ground is RefusalGround.IDENTITY_NOT_CONFIRMED):
        raise RequestProblem("ground")

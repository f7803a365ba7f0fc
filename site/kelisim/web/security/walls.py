"""What a request must pass before any view: our name, TLS, its size, where it comes from, who sends it."""

from urllib.parse import quote

from flask import redirect, request, url_for
from werkzeug.exceptions import Forbidden, LengthRequired, NotFound, RequestEntityTooLarge, SecurityError
from werkzeug.wrappers import Response as AnyResponse

from kelisim.domain.operators import Operator, Stage
from kelisim.settings import Settings
from kelisim.web.addresses import without_slash
from kelisim.web.areas import area_of
from kelisim.web.desk_session import desk_session, is_desk, signed_in
from kelisim.web.languages import IN_PATH, IN_QUERY
from kelisim.web.security.openings import BESIDE_DESK, HALF_OPEN, NO_WALL, OPEN, PROBES, SECRET_ADDRESS
from kelisim.web.security.outer import FOREIGN_HOST

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# Why a request of somebody who is signed in was refused.
ROLE = "role"


def check(settings: Settings) -> AnyResponse | None:
    """What a request must pass before any view: each wall lets it through, answers it, or raises."""
    if request.endpoint in PROBES:
        return None
    _refuse_host()
    redirected = _to_https(settings)
    if redirected is not None:
        return redirected
    _refuse_size(settings)
    _refuse_foreign(settings)
    return without_slash() or _to_site(settings) or _refuse_strangers()


def _refuse_host() -> None:
    """Answer to our own names only. Flask's TRUSTED_HOSTS refuses too early: no page can be built any more."""
    if FOREIGN_HOST in request.environ:
        raise SecurityError


def _to_https(settings: Settings) -> AnyResponse | None:
    if request.is_secure:
        return None
    if request.method in {"GET", "HEAD"}:
        query = quote(request.query_string, safe=IN_QUERY)
        return redirect(
            settings.own_address
            + quote(request.root_path + request.path, safe=IN_PATH)
            + (f"?{query}" if query else ""),
            308,
        )
    raise Forbidden("plain")


def _to_site(settings: Settings) -> AnyResponse | None:
    """Where the desk is served alone, whoever asks for a public page is sent to the site, and no form is taken."""
    if settings.has_site or request.endpoint is None or is_desk(request.path) or request.endpoint in BESIDE_DESK:
        return None
    if request.method not in {"GET", "HEAD"}:
        raise NotFound
    if request.endpoint == "submissions.form":
        return redirect(url_for("home.page"), 303)
    return redirect(settings.address + quote(request.root_path + request.path, safe=IN_PATH), 303)


def _refuse_size(settings: Settings) -> None:
    if request.method in _SAFE_METHODS or request.url_rule is None:
        return
    if request.content_length is None:
        # A chunked body over the limit would be cut and taken for whole.
        raise LengthRequired
    if request.content_length > settings.body_bytes:
        raise RequestEntityTooLarge


def _refuse_foreign(settings: Settings) -> None:
    """The second wall of every form: it must come from this site.

    Each browser of today says so in Sec-Fetch-Site, each older one in Origin. A client that sends neither is no
    browser: nobody's cookies or pages can be abused through it, and the form's token is still asked for.

    A page whose address holds a secret sends no referrer, and older browsers then send "null" for its origin. Whoever
    has that address has all there is to have, so that nothing is lost by taking its forms.
    """
    if request.method in _SAFE_METHODS or request.endpoint in NO_WALL:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            raise Forbidden("foreign")
    elif "Origin" in request.headers and request.headers["Origin"] not in _own_origins(settings):
        raise Forbidden("foreign")


def _own_origins(settings: Settings) -> set[str]:
    own = {settings.own_address, request.host_url[:-1]}
    return {*own, "null"} if request.endpoint in SECRET_ADDRESS else own


def _refuse_strangers() -> AnyResponse | None:
    endpoint = request.endpoint
    if endpoint is None or endpoint in OPEN:
        return None
    desk_session()
    full = signed_in(Stage.FULL)
    if full is not None:
        return _refuse_by_role(full.operator, endpoint)
    if signed_in() is None:
        return redirect(url_for("sign_in.password"), 303)
    return None if endpoint in HALF_OPEN else redirect(url_for("sign_in.code"), 303)


def _refuse_by_role(operator: Operator, endpoint: str) -> AnyResponse | None:
    """What the role may not is refused; the home of whoever may open no records is the journal."""
    if endpoint in HALF_OPEN or operator.may(area_of(endpoint)):
        return None
    if endpoint == "home.page":
        return redirect(url_for("journal.page"), 303)
    raise Forbidden(ROLE)


def same_origin_path(text: str, default: str) -> str:
    """A path on this site to go back to, or the default for anything that could lead elsewhere (ASVS 3.7.2)."""
    plain = text.isascii() and text.isprintable() and "\\" not in text
    return text if plain and text.startswith("/") and not text.startswith("//") else default

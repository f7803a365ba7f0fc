"""Every security decision of the site, in one place.

What a browser may do with our pages (headers), who may come in (the open endpoints, and by their
role: ``areas.py``), where a form may come from (the
wall), how much and how often (sizes and limits). The cookies' attributes are in ``cookies.py``, beside their table.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from flask import Flask, Response, redirect, request, url_for
from flask_limiter import Limiter
from flask_talisman import Talisman
from flask_wtf import CSRFProtect
from limits import parse_many
from werkzeug.exceptions import Forbidden, LengthRequired, NotFound, RequestEntityTooLarge, SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as AnyResponse

from kelisim.domain.addresses import network_of
from kelisim.domain.deadlines import local_day
from kelisim.domain.operators import Operator, Stage
from kelisim.services.texts import Stand
from kelisim.settings import Settings
from kelisim.settings.entry import SettingsError
from kelisim.web.addresses import without_slash
from kelisim.web.areas import area_of
from kelisim.web.choice_cookie import drop_unwanted
from kelisim.web.desk_session import DeskSessionInterface, desk_session, is_desk, signed_in
from kelisim.web.house import House
from kelisim.web.languages import IN_PATH, IN_QUERY, keep_language, with_languages
from kelisim.web.log import listener_of, log_limits
from kelisim.web.shelf import Shelf

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Everything that is not named here is closed to strangers: a new page is closed until somebody opens it.
OPEN = frozenset(
    {
        "static_files.file",
        "wellknown.security",
        "wellknown.gpc",
        "wellknown.change_password",
        "wellknown.robots",
        "wellknown.sitemap",
        "probes.alive",
        "probes.ready",
        "submissions.form",
        "submissions.send",
        "submissions.receipt",
        "receipts.file",
        "receipts.evidence",
        "receipts.check_page",
        "receipts.check",
        "wellknown.receipt_keys",
        "wellknown.journal_heads",
        "my.way_in",
        "my.enter",
        "answers.page",
        "destructions.page",
        "destructions.file",
        "my.page",
        "my.form",
        "my.send",
        "rights.page",
        "components.page",
        "who_receives.page",
        "documents.current",
        "documents.revision",
        "documents.plain",
        "documents.shown",
        "archive.page",
        "archive.changes",
        "choices.page",
        "choices.choose",
        "choices.look",
        "choices.records",
        "choices.forget",
        "reports.collect",
        "sign_in.password",
        "sign_in.send_password",
        "passkey_sign_in.challenge",
        "passkey_sign_in.enter",
        "set_up.page",
        "set_up.send",
    }
)
# What a process of the desk alone answers beside its own pages.
BESIDE_DESK = frozenset(
    {
        "probes.alive",
        "probes.ready",
        "static_files.file",
        "reports.collect",
        "wellknown.security",
        "wellknown.change_password",
        "wellknown.robots",
    }
)
# Open to whoever has given the password and not yet the code.
HALF_OPEN = frozenset({"sign_in.code", "sign_in.send_code", "sign_in.sign_out"})
# Forms that carry a token of their own instead of a session's.
OWN_TOKEN = frozenset(
    {
        "my.enter",
        "my.send",
        "receipts.check",
        "submissions.send",
        "choices.choose",
        "choices.look",
        "choices.forget",
        "sign_in.send_password",
        "passkey_sign_in.enter",
        "set_up.send",
        "reports.collect",
    }
)
# Asked by programs of the Operator, by any address and name of this host: no wall, no limit, no line in the log.
PROBES = frozenset({"probes.alive", "probes.ready"})
PROBE_PATHS = frozenset({"/healthz", "/readyz"})
# Sent by browsers themselves, with no page behind them.
NO_WALL = frozenset({"reports.collect"})
# Pages whose address holds a secret.
SECRET_ADDRESS = frozenset(
    {
        "answers.page",
        "destructions.page",
        "destructions.file",
        "my.page",
        "my.form",
        "my.send",
        "submissions.receipt",
        "receipts.file",
        "receipts.evidence",
        "set_up.page",
        "set_up.send",
    }
)
# Limits of guessing: many people share one network, and who guesses nothing must not use it up.
COUNTS_WRONG = frozenset({"my_limit"})
# Which setting limits which endpoint, per masked network.
LIMITS: Mapping[str, str] = {
    "submissions.send": "form_limit",
    "submissions.receipt": "receipt_limit",
    "receipts.file": "receipt_limit",
    "receipts.evidence": "receipt_limit",
    "receipts.check": "check_limit",
    "my.enter": "my_limit",
    "answers.page": "my_limit",
    "destructions.page": "my_limit",
    "destructions.file": "my_limit",
    "my.page": "my_limit",
    "my.form": "my_limit",
    "my.send": "my_limit",
    "choices.choose": "choice_limit",
    "choices.look": "choice_limit",
    "choices.forget": "choice_limit",
    "reports.collect": "choice_limit",
    "exports.ask": "sign_in_limit",
    "people.invite": "sign_in_limit",
    "people.do": "sign_in_limit",
    "account.change_password": "sign_in_limit",
    "account.renew_app": "sign_in_limit",
    "account.renew_codes": "sign_in_limit",
    "passkeys.ask": "sign_in_limit",
    "passkeys.challenge": "sign_in_limit",
    "passkeys.remove": "sign_in_limit",
    "passkey_sign_in.challenge": "sign_in_limit",
    "passkey_sign_in.enter": "sign_in_limit",
    "sign_in.send_password": "sign_in_limit",
    "sign_in.send_code": "sign_in_limit",
    "set_up.page": "sign_in_limit",
    "set_up.send": "sign_in_limit",
}

CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "object-src": "'none'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "'none'",
    "report-to": "csp",
}
PERMISSIONS = dict.fromkeys(
    (
        "accelerometer",
        "browsing-topics",
        "camera",
        "display-capture",
        "fullscreen",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "publickey-credentials-create",
        "publickey-credentials-get",
        "screen-wake-lock",
        "serial",
        "usb",
        "xr-spatial-tracking",
    ),
    "()",
)
# The few pages that may use a passkey, in no frame: the sign-in, whatever asks for both factors again, and what makes one.
_SHOW, _MAKE = "publickey-credentials-get", "publickey-credentials-create"
_SHOWING = """
    sign_in.password sign_in.send_password passkey_sign_in.enter acts.choose acts.do requests.meeting requests.meet
    exports.index exports.ask people.index people.invite people.act people.do account.app account.renew_app account.codes
    account.renew_codes passkeys.new passkeys.save passkeys.removing passkeys.remove
"""
PASSKEY_PAGES: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(_SHOWING.split(), frozenset({_SHOW})),
    "passkeys.ask": frozenset({_SHOW, _MAKE}),
}
HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Origin-Agent-Cluster": "?1",
    "Reporting-Endpoints": 'csp="/reports"',
    "X-DNS-Prefetch-Control": "off",
    "X-Permitted-Cross-Domain-Policies": "none",
}
_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT",
              "HTTP_X_FORWARDED_PREFIX", "HTTP_FORWARDED", "HTTP_X_REAL_IP")  # fmt: skip  # one glance, not a column
# Redis that does not answer is away: no visitor waits for it.
_REDIS_OPTIONS: dict[str, str | int] = {"socket_connect_timeout": 1, "socket_timeout": 1}
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?", re.IGNORECASE | re.ASCII)
_FOREIGN_HOST = "kelisim.foreign_host"
# Why a request of somebody who is signed in was refused.
ROLE = "role"


def configure(app: Flask, house: House) -> None:
    """The settings of Flask and its extensions that security rests on."""
    settings = house.settings
    if settings.has_desk:  # no public page has a session
        app.secret_key = house.keys.desk.desk_form
    app.config.update(
        DEBUG=False,
        MAX_CONTENT_LENGTH=settings.body_bytes,
        MAX_FORM_MEMORY_SIZE=settings.body_bytes,
        MAX_FORM_PARTS=100,
        # The session is the CSRF token's life; the wall below checks where a post comes from, better than a Referer.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    app.session_interface = DeskSessionInterface()
    proxies = settings.trusted_proxies
    shelf = Shelf(
        with_languages(app.wsgi_app),
        lambda: _texts_of(app, house),
        unless=_FOREIGN_HOST,
        past=PROBE_PATHS,
        listener=listener_of(app),
    )
    # Flask asks the functions after a request last one first: the shelf sees the headers as they will be sent.
    app.after_request(shelf.keep)
    inner = _with_own_host(shelf, settings)
    outer = ProxyFix(inner, x_for=proxies, x_proto=proxies) if proxies else _without_forwarded(inner)
    app.wsgi_app = outer  # type: ignore[method-assign, assignment]  # Flask's documented way to wrap an application


def guard(app: Flask, house: House) -> None:
    """Put the walls up, in the order a request meets them. Call it once every view is there."""
    settings = house.settings
    app.before_request(lambda: _walls(settings))
    # Flask asks the last one first: this one has the last word over Talisman's headers.
    app.after_request(_finish)
    Talisman(
        app,
        force_https=False,  # _to_https does it, and refuses what is not a GET
        session_cookie_secure=True,
        strict_transport_security_max_age=settings.hsts_seconds,
        strict_transport_security_include_subdomains=settings.hsts_include_subdomains,
        content_security_policy=CONTENT_SECURITY_POLICY,
        permissions_policy=PERMISSIONS,
        frame_options="DENY",
        referrer_policy="same-origin",
        x_xss_protection=False,
    )
    csrf = CSRFProtect(app)
    for endpoint in sorted(OWN_TOKEN & app.view_functions.keys()):
        csrf.exempt(app.view_functions[endpoint])
    _limit(app, settings)


def _texts_of(app: Flask, house: House) -> tuple[date, Stand]:
    """What decides which texts are in force: the day in Almaty, what is published and who receives data, asked for now and
    then.
    """
    if house.revisions.is_due:
        with app.app_context():
            house.revisions.look()
    return local_day(house.now), house.revisions.stand


def masked_network() -> str:
    """The network this request comes from, in impersonal form: all the site ever knows of an address."""
    return network_of(request.remote_addr or "")


def same_origin_path(text: str, default: str) -> str:
    """A path on this site to go back to, or the default for anything that could lead elsewhere (ASVS 3.7.2)."""
    plain = text.isascii() and text.isprintable() and "\\" not in text
    return text if plain and text.startswith("/") and not text.startswith("//") else default


def _walls(settings: Settings) -> AnyResponse | None:
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
    if _FOREIGN_HOST in request.environ:
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


def _limit(app: Flask, settings: Settings) -> None:
    log_limits()
    limiter = Limiter(
        masked_network,
        app=app,
        storage_uri=_store(settings.redis_url),
        storage_options=_REDIS_OPTIONS if settings.redis_url else {},
        # What cannot be counted is logged. Only the count of a wrong try comes after its answer was made.
        swallow_errors=True,
        # Redis away: each worker counts by itself until it is back. A visitor is not made to pay for it.
        in_memory_fallback_enabled=bool(settings.redis_url),
        headers_enabled=False,
    )
    for endpoint, name in LIMITS.items():
        if endpoint not in app.view_functions:  # of the desk, which this process does not serve
            continue
        limit = _readable_limit(settings, name)
        if limit:
            counts = _was_wrong if name in COUNTS_WRONG else None
            limited: Any = limiter.limit(limit, deduct_when=counts)(app.view_functions[endpoint])
            app.view_functions[endpoint] = limited


def _store(redis_url: str) -> str:
    """Where the limits are counted, as the library names it."""
    return re.sub("^unix://", "redis+unix://", redis_url) or "memory://"


def _was_wrong(response: Response) -> bool:
    """A secret that opens nothing; a way in that was mistyped. Whoever has the secret is not counted."""
    return response.status_code == 404 or (request.endpoint == "my.enter" and response.status_code >= 400)


def _readable_limit(settings: Settings, name: str) -> str:
    """A limit of the settings. Flask-Limiter would serve without one it cannot read."""
    limit: str = getattr(settings, name).strip()
    try:
        return limit if not limit or parse_many(limit) else ""
    except ValueError:
        raise SettingsError(f"{name} is {limit!r}: write it as 60 per minute; 600 per hour.") from None


def _finish(response: Response) -> Response:
    response.headers.update(HEADERS)
    needed = PASSKEY_PAGES.get(request.endpoint or "")
    if needed is not None:
        response.headers["Permissions-Policy"] = _permitting(needed)
    keep_language(response)
    if response.mimetype == "text/html":
        drop_unwanted(response)
    if request.endpoint in SECRET_ADDRESS:
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    if request.endpoint != "static_files.file" or response.status_code >= 400:
        response.headers["Cache-Control"] = "no-store"
    return response


def _permitting(needed: frozenset[str]) -> str:
    """The policy of permissions with these for this site itself."""
    return ", ".join(f"{name}={'(self)' if name in needed else value}" for name, value in PERMISSIONS.items())


def _without_forwarded(application: "WSGIApplication") -> "WSGIApplication":
    """Drop what a visitor claims about proxies: none is declared, so nobody may speak for one."""

    def without(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        for name in _FORWARDED:
            environ.pop(name, None)
        return application(environ, start_response)

    return without


def _with_own_host(application: "WSGIApplication", settings: Settings) -> "WSGIApplication":
    """Mark a request for a foreign host and take that host's name off it: no address is ever built from it."""
    own = (urlsplit(settings.own_address).hostname or "").encode("idna").decode()
    # Without an address of its own, the site answers on this machine only, where its Operator can see why.
    known = {own, *(_LOCAL_HOSTS if settings.trial or not settings.is_addressed else ())}

    def with_own_host(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        asked = _HOST.fullmatch(environ.get("HTTP_HOST", ""))
        if asked is None or (asked[1] or asked[2]).lower() not in known:
            environ["HTTP_HOST"], environ[_FOREIGN_HOST] = "localhost", True
        return application(environ, start_response)

    return with_own_host

"""Every security decision of the site, in one place.

Who may come to which address (``openings``, and by their role: ``areas.py``), what a request must pass (``walls``), how often
(``limits``), what a browser may do with our pages (``headers``), what is believed of a request's own words (``outer``). The
cookies' attributes are in ``cookies.py``, beside their table.
"""

from datetime import date

from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from kelisim.domain.deadlines import local_day
from kelisim.services.texts import Stand
from kelisim.web.desk_session import DeskSessionInterface
from kelisim.web.house import House
from kelisim.web.languages import with_languages
from kelisim.web.log import listener_of
from kelisim.web.security.headers import CONTENT_SECURITY_POLICY, PERMISSIONS, FixedHeaders, finish
from kelisim.web.security.limits import limit_endpoints
from kelisim.web.security.openings import OWN_TOKEN, PROBE_PATHS
from kelisim.web.security.outer import FOREIGN_HOST, with_own_host, without_forwarded
from kelisim.web.security.walls import check
from kelisim.web.shelf import Shelf


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
        unless=FOREIGN_HOST,
        past=PROBE_PATHS,
        listener=listener_of(app),
    )
    # Flask asks the functions after a request last one first: the shelf sees the headers as they will be sent.
    app.after_request(shelf.keep)
    inner = with_own_host(shelf, settings)
    outer = ProxyFix(inner, x_for=proxies, x_proto=proxies) if proxies else without_forwarded(inner)
    app.wsgi_app = outer  # type: ignore[method-assign, assignment]  # Flask's documented way to wrap an application


def guard(app: Flask, house: House) -> None:
    """Put the walls up, in the order a request meets them. Call it once every view is there."""
    settings = house.settings
    app.before_request(lambda: check(settings))
    # Flask asks the last one first: this one has the last word over the fixed headers.
    app.after_request(finish)
    FixedHeaders(
        app,
        force_https=False,  # a wall does it, and refuses what is not a GET
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
    limit_endpoints(app, settings)


def _texts_of(app: Flask, house: House) -> tuple[date, Stand]:
    """What decides which texts are in force: the day in Almaty, what is published and who receives data, asked for now and
    then.
    """
    if house.revisions.is_due:
        with app.app_context():
            house.revisions.look()
    return local_day(house.now), house.revisions.stand

"""What a browser may do with our pages: the headers of every answer."""

from collections.abc import Mapping

from flask import Response, request
from flask_talisman import Talisman

from kelisim.web.choice_cookie import drop_unwanted
from kelisim.web.languages import keep_language
from kelisim.web.security.openings import SECRET_ADDRESS

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
_OF_A_BODY = frozenset({"Content-Type", "Content-Length"})
HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Origin-Agent-Cluster": "?1",
    "Reporting-Endpoints": 'csp="/reports"',
    "X-DNS-Prefetch-Control": "off",
    "X-Permitted-Cross-Domain-Policies": "none",
}


class FixedHeaders(Talisman):
    """Talisman's headers and ours. Over TLS they are the same for each answer, and put together once."""

    _over_tls: tuple[tuple[str, str], ...] = ()

    def _set_response_headers(self, response: Response) -> Response:
        if not request.is_secure:
            return self._put_together(response)
        if not self._over_tls:
            made = self._put_together(Response())
            self._over_tls = tuple((name, value) for name, value in made.headers if name not in _OF_A_BODY)
        response.headers.extend(self._over_tls)
        return response

    def _put_together(self, response: Response) -> Response:
        super()._set_response_headers(response)
        response.headers.update(HEADERS)
        return response


def finish(response: Response) -> Response:
    """What is not the same for each answer, over the fixed headers."""
    endpoint = request.endpoint or ""
    needed = PASSKEY_PAGES.get(endpoint)
    if needed is not None:
        response.headers["Permissions-Policy"] = _permitting(needed)
    if response.mimetype == "text/html":
        keep_language(response)
        drop_unwanted(response)
    if endpoint in SECRET_ADDRESS:
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    if endpoint != "static_files.file" or response.status_code >= 400:
        response.headers["Cache-Control"] = "no-store"
    return response


def _permitting(needed: frozenset[str]) -> str:
    """The policy of permissions with these for this site itself."""
    return ", ".join(f"{name}={'(self)' if name in needed else value}" for name, value in PERMISSIONS.items())

"""The real browser: Chromium that trusts the key of one server, and a witness of all it did."""

import base64
import hashlib
import json
import os
import shutil
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, Response

from tests.support.patience import PATIENCE_SECONDS
from tests.support.server import Server

MILLISECONDS = 1000 * PATIENCE_SECONDS
_QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
_axe = Axe()


def launch(playwright: Playwright, server: Server, *, keeps_pages: bool = False) -> Browser:
    """Start Chromium. ``keeps_pages``: Back shows the page as it was left (bfcache), as it does outside of tests."""
    return playwright.chromium.launch(
        executable_path=_chromium() if keeps_pages else _headless(),
        args=_arguments(server),
        ignore_default_args=["--disable-back-forward-cache"] if keeps_pages else None,
    )


def launch_without_cookies(playwright: Playwright, server: Server, profile: Path) -> BrowserContext:
    """Start Chromium with the person's setting to block all cookies."""
    preferences = {"profile": {"default_content_setting_values": {"cookies": 2}}}
    (profile / "Default").mkdir(parents=True)
    (profile / "Default" / "Preferences").write_text(json.dumps(preferences), encoding="utf-8")
    return playwright.chromium.launch_persistent_context(
        profile, executable_path=_chromium(), args=_arguments(server), base_url=server.address
    )


# The rules of axe-core whose answer the width of the screen or the scheme of the colours can change.
LOOK_RULES = ("color-contrast", "link-in-text-block", "meta-viewport", "scrollable-region-focusable", "target-size")


def accessibility_problems(page: Page, rules: tuple[str, ...] = ()) -> list[str]:
    """What axe-core finds with its default rules (WCAG 2.2 AA among them), or with some: one line per element.

    What it finds right is not listed: naming every element of a page took most of its time.
    """
    only = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe.axe_script)
    found = page.evaluate("async (how) => (await axe.run(how)).violations", {"resultTypes": ["violations"], **only})
    return [
        f"{rule['id']} ({rule['impact']}): {node['target']} {node['html'][:120]}"
        for rule in found
        for node in rule["nodes"]
    ]


class Witness:
    """Records what a context's pages ask for, log and break."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self._origin = origin
        self.problems: list[str] = []
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.problems.append(f"script: {error.error}"))
        context.add_init_script(
            "addEventListener('securitypolicyviolation', (event) => console.error("
            "`policy: ${event.effectiveDirective} ${event.blockedURI} ${event.sample}`))"
        )

    def _request(self, request: Request) -> None:
        if not request.url.startswith((f"{self._origin}/", "about:", "data:,")):
            self.problems.append(f"asked another origin: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            self.problems.append(f"{response.status}: {response.url}")

    def _console(self, message: ConsoleMessage) -> None:
        # A page that is an error by intent is noted in the console by the browser itself; `_response` sees the others.
        expected = message.text.startswith("Failed to load resource: the server responded with a status of")
        if message.type in {"error", "warning"} and not expected:
            self.problems.append(f"console: {message.text}")


def _arguments(server: Server) -> list[str]:
    """Trust this server's key and no other broken certificate: everything else about TLS stays on."""
    leaf = x509.load_pem_x509_certificate(server.certificate.read_bytes())
    key = leaf.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    pin = base64.b64encode(hashlib.sha256(key).digest()).decode()
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return [*sandbox, *_QUIET, f"--ignore-certificate-errors-spki-list={pin}"]


def _chromium() -> str | None:
    """The browser of the settings, of the system, or Playwright's own (None)."""
    return os.environ.get("KELISIM_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


def _headless() -> str | None:
    """Chromium without a window system in it, where there is one: opening a page costs a quarter of the time."""
    return os.environ.get("KELISIM_CHROMIUM") or shutil.which("chromium-headless-shell") or _chromium()

"""Reports browsers send when a page tries what its policy forbids."""

import logging
from typing import Any

from flask import Blueprint, request

from kelisim.web.log import say

blueprint = Blueprint("reports", __name__)

_MOST = 5


@blueprint.post("/reports")
def collect() -> tuple[str, int]:
    """Log which directive was broken; nothing else of the report is kept, since anyone can send one."""
    for report in _sent()[:_MOST]:
        body = report.get("body") if isinstance(report, dict) else None
        directive = body.get("effectiveDirective") if isinstance(body, dict) else None
        if isinstance(directive, str):
            say("policy-report", logging.WARNING, directive=directive[:40])
    return "", 204


def _sent() -> list[Any]:
    try:
        sent = request.get_json(force=True, silent=True)
    except RecursionError:
        # Brackets in brackets without end: no browser sends that.
        return []
    return sent if isinstance(sent, list) else []

"""Reports browsers send when a page tries what its policy forbids."""

import logging
import re
from typing import Any

from flask import Blueprint, request

from kelisim.web.log import say

blueprint = Blueprint("reports", __name__)

_MOST = 5
# Anyone can send one: what is no name of a directive is not repeated.
_DIRECTIVE = re.compile(r"[a-z-]{1,40}")


@blueprint.post("/reports")
def collect() -> tuple[str, int]:
    """Log which directive was broken; nothing else of the report is kept, since anyone can send one."""
    for report in _sent()[:_MOST]:
        body = report.get("body") if isinstance(report, dict) else None
        directive = body.get("effectiveDirective") if isinstance(body, dict) else None
        if isinstance(directive, str):
            known = _DIRECTIVE.fullmatch(directive) is not None
            say("policy-report", logging.WARNING, directive=directive if known else "other")
    return "", 204


def _sent() -> list[Any]:
    try:
        sent = request.get_json(force=True, silent=True)
    except RecursionError:
        # Brackets in brackets without end: no browser sends that.
        return []
    return sent if isinstance(sent, list) else []

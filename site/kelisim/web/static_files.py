"""The style sheets, the script and the icon: read once, packed once, served from memory under the same walls as pages.

They hold nothing of a visitor, so packing them gives nothing away; pages carry tokens and are never packed.
"""

import gzip
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, request
from werkzeug.http import quote_etag

_A_YEAR = 31_536_000
_HOUR = 3_600


@dataclass(frozen=True)
class StaticFile:
    """One file. ``version`` is of its content and stands in its address, so that it may be kept for good."""

    content: bytes
    packed: bytes
    content_type: str
    version: str


def read_files(folder: Path) -> dict[str, StaticFile]:
    """Every file of the folder, by name."""
    return {path.name: packed_file(path.name, path.read_bytes()) for path in sorted(folder.iterdir()) if path.is_file()}


def serve_files(app: Flask, files: Mapping[str, StaticFile]) -> None:
    """Serve the files at /static/ and give templates ``static(name)``, the address with the version."""
    blueprint = Blueprint("static_files", __name__)

    @blueprint.get("/static/<name>")
    def file(name: str) -> Response:
        """One file, packed for a browser that unpacks."""
        found = files.get(name)
        if found is None:
            abort(404)
        return _answer(found)

    app.register_blueprint(blueprint)
    app.add_template_global(lambda name: f"/static/{name}?v={files[name].version}", "static")


def _answer(file: StaticFile) -> Response:
    packed = bool(request.accept_encodings["gzip"])
    response = Response(file.packed if packed else file.content, content_type=file.content_type)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["ETag"] = quote_etag(f"{file.version}{'-gzip' if packed else ''}")
    response.headers["Vary"] = "Accept-Encoding"
    current = request.args.get("v") == file.version
    response.headers["Cache-Control"] = (
        f"public, max-age={_A_YEAR}, immutable" if current else f"public, max-age={_HOUR}"
    )
    response.make_conditional(request)
    return response


def packed_file(name: str, content: bytes) -> StaticFile:
    """A file of this name as it is served."""
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return StaticFile(
        content=content,
        packed=gzip.compress(content, mtime=0),
        content_type=f"{kind}; charset=utf-8" if kind.startswith(("text/", "image/svg")) else kind,
        version=sha256(content).hexdigest()[:12],
    )

"""ZIP files that say nothing but what is in them: equal contents give equal bytes."""

import io
import json
from collections.abc import Mapping
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

_SAME_TIME = (1980, 1, 1, 0, 0, 0)
_READABLE_BY_ALL = 0o644 << 16


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Stored, in the order of names, each at the same time: no clock and no packer shows in the bytes."""
    target = io.BytesIO()
    with ZipFile(target, "w", ZIP_STORED) as archive:
        for name in sorted(files):
            place = ZipInfo(name, _SAME_TIME)
            place.external_attr = _READABLE_BY_ALL
            place.create_system = 3
            archive.writestr(place, files[name])
    return target.getvalue()


def as_json(document: Mapping[str, Any]) -> bytes:
    """A document for people and programs: sorted, indented, UTF-8."""
    return (json.dumps(document, ensure_ascii=False, sort_keys=True, indent=2) + "\n").encode()

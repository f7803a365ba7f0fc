"""Write the list of components as CycloneDX 1.5: ``python scripts/sbom.py requirements.txt > sbom.json``.

What is locked is what is installed: names, versions and SHA-256 come from the lock file, nothing is asked of anybody.
"""

import json
import re
import sys
from pathlib import Path

_PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def components(lock):
    # type: (str) -> list[dict[str, object]]
    """One component for each pinned line of a lock, with the hashes of its files."""
    found = []  # type: list[dict[str, object]]
    hashes = []  # type: list[dict[str, str]]
    for line in lock.splitlines():
        pinned = _PINNED.match(line)
        if pinned:
            name, version = pinned[1], pinned[2]
            hashes = []
            found.append(
                {
                    "type": "library",
                    "name": name,
                    "version": version,
                    "purl": "pkg:pypi/{}@{}".format(name, version),
                    "hashes": hashes,
                }
            )
        hashes += [{"alg": "SHA-256", "content": content} for content in _HASH.findall(line)]
    return found


def main(path):
    # type: (str) -> int
    """Print the document. Returns the exit code."""
    listed = components(Path(path).read_text(encoding="utf-8"))
    print(json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": listed}, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

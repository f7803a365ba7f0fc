"""What the doctor says where the site cannot even load: the one thing that keeps it from it."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

from kelisim.domain.documents import DocumentError
from kelisim.domain.findings import mend
from kelisim.vault.keys import KeyFileError


def tell(problem: Exception, words: Sequence[str]) -> None:
    """For ``flask doctor --json``, whose ``words`` of the command line these are: the finding as that program reads it."""
    if "doctor" not in words or "--json" not in words:
        return
    name = {KeyFileError: "keys", DocumentError: "documents"}.get(type(problem), "settings")
    finding = mend(name, f"the site does not load: {problem}", "mend what it names, and ask again")
    print(json.dumps([asdict(finding)]), file=sys.stdout, flush=True)

"""What the doctor finds: one line for each thing it looked at, and the line that mends what is not well."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """``advice``: it works, and could be better; ``mend``: it must be mended."""

    OK = "ok"
    ADVICE = "advice"
    MEND = "mend"


@dataclass(frozen=True)
class Finding:
    """``name``: what was looked at; ``says``: how it is; ``remedy``: what mends it, empty where all is well."""

    name: str
    verdict: Verdict
    says: str
    remedy: str = ""


def well(name: str, says: str) -> Finding:
    """Nothing is to be done."""
    return Finding(name, Verdict.OK, says)


def advice(name: str, says: str, remedy: str) -> Finding:
    """Something could be better."""
    return Finding(name, Verdict.ADVICE, says, remedy)


def mend(name: str, says: str, remedy: str) -> Finding:
    """Something must be mended."""
    return Finding(name, Verdict.MEND, says, remedy)

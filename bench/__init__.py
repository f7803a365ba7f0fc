"""The bench: how fast the real server is, in ratios to yardsticks measured in the same run. ``make bench`` runs it."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "site"))


class BenchError(Exception):
    """Something broke: what was measured would mean nothing. Being slow is no such thing."""

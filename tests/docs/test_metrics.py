"""docs/metrics.md lists every metric in the words of the code; docs/log-events.md every event of the log."""

import ast
from pathlib import Path

from kelisim.web.metrics import METRICS, Metric

ROOT = Path(__file__).resolve().parents[2]
# say_fault and say_request say theirs for all.
SAID_BY_LOG = {"request": {"request", "route", "method", "status", "ms"}, "library": {"logger", "place", "type"}}


def table(name: str) -> list[list[str]]:
    """The cells of a document's table."""
    lines = (ROOT / "docs" / name).read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| `")]


def row(metric: Metric) -> list[str]:
    labels = ", ".join(f"`{label}`" for label in metric.labels)
    return [f"`{metric.name}`", metric.kind, labels, metric.says]


def test_the_table_of_metrics_is_what_the_code_says() -> None:
    assert table("metrics.md") == [row(metric) for metric in METRICS]


def said() -> dict[str, set[str]]:
    """Each event the code says, with the facts it may have."""
    found = {name: set(facts) for name, facts in SAID_BY_LOG.items()}
    for path in (ROOT / "site").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "say":
                event = ast.literal_eval(node.args[0])
                found.setdefault(event, set()).update(str(keyword.arg) for keyword in node.keywords)
    return found


def test_the_inventory_of_the_log_is_what_the_code_says() -> None:
    listed = {
        cells[0].strip("`"): {fact.strip(" `") for fact in cells[2].split(",") if fact.strip()}
        for cells in table("log-events.md")
    }
    assert listed == said()

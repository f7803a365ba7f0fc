"""The books after a load: what was shown is there, once, wherever one looks, and the journal holds."""

from concurrent.futures import ThreadPoolExecutor

from tests.faults.load import Front, Load, Shown
from tests.support.server import Server


def assert_nothing_is_lost_or_twice(server: Server, sending: Load, front: Front | None = None) -> None:
    """In the database, at the receipts' addresses, in the journal. ``front``: where visitors come, if not to the server."""
    shown, visited = sending.shown, front or server
    assert len({it.receipt for it in shown}) == len(shown)
    counts = [server.scalar(f"SELECT count(*) FROM {table}") for table in ("submissions", "receipts", "consents")]
    # Whoever was interrupted went on until answered: each form that was begun has been shown its receipt.
    assert counts == [len(shown)] * 3
    assert len(set(sending.begun)) == len(shown)
    # Two of each form; what else is in the journal is the site's own: the statements, the worker's head of the day.
    of_forms = "FROM journal WHERE subject IN (SELECT id FROM submissions)"
    assert server.scalar(f"SELECT count(*) {of_forms}") == 2 * len(shown)
    assert server.scalar(f"SELECT count(DISTINCT subject) {of_forms}") == len(shown)
    assert _statuses(visited, [it.receipt for it in shown]) == {200}
    assert_sending_again_leads_to_the_first_receipt(visited, shown[:: max(1, len(shown) // 40)])
    verified = server.flask("journal", "verify")
    assert (verified.returncode, verified.stdout.partition(":")[0]) == (0, "The journal holds")
    assert server.scalar("SELECT count(*) FROM submissions") == len(shown)


def assert_sending_again_leads_to_the_first_receipt(visited: Front, some: list[Shown]) -> None:
    """The same form again, even with another name in it."""
    with visited.client() as client:
        for it in some:
            again = client.post("/", data={**it.fields, "name": "Другая"})
            assert (again.status_code, again.headers["Location"]) == (303, f"{it.receipt}?again=1")


def _statuses(visited: Front, paths: list[str]) -> set[int]:
    with visited.client() as client, ThreadPoolExecutor(8) as pool:
        return set(pool.map(lambda path: client.get(path).status_code, paths))

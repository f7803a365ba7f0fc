"""The running server: what was counted is written at a stop, and the address of who came is in no file."""

from pathlib import Path

from tests.support.server import Server, running

ADDRESS = "127.0.0.77"


def test_visits_are_written_at_a_stop_and_no_file_has_the_address(tmp_path: Path) -> None:
    server = Server(tmp_path, visit_write_seconds=600, run_jobs=False)
    with running(server), server.client(local_address=ADDRESS) as client:
        token = client.get("/cookies").text.rpartition('name="token" value="')[2].partition('"')[0]
        answer = client.post("/cookies", data={"answer": "accept", "token": token, "next": "/"})
        assert answer.status_code == 303, answer.text
        assert "__Host-visit" in client.get("/").headers["Set-Cookie"]
        client.get("/consent")
        assert server.scalar("SELECT count(*) FROM visits") == 0
    assert server.scalar("SELECT count(*) FROM visits WHERE network = '127.0.0.0'") == 1
    assert server.scalar("SELECT sum(number) FROM visit_counts WHERE kind = 'page'") == 2
    for file in (path for path in tmp_path.rglob("*") if path.is_file()):
        assert ADDRESS.encode() not in file.read_bytes(), file

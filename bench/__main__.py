"""``python -m bench [--quick]``: measure and print a table. Exit code 1 where something broke; slow is no error.

``python -m bench scale`` measures how cost grows with the number of submissions (``bench.scale``), ``python -m bench
faults`` kills a site under load again and again (``bench.faults``), ``python -m bench size`` asks for the desk's pages with
a thousand submissions and with a million (``bench.size``), ``python -m bench downloads`` makes exports and the compliance
pack of 100,000 rows (``bench.downloads``), ``python -m bench memory`` sends 200,000 requests and says what the worker
keeps of them (``bench.memory``), ``python -m bench hosts`` sends forms to several hosts on one PostgreSQL (``bench.hosts``).
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from bench import BenchError, downloads, faults, hosts, memory, scale, size
from bench.run import FULL, QUICK, Bench


def main() -> int:
    """Run the bench. Returns the exit code."""
    others = {
        "scale": scale.main,
        "faults": faults.main,
        "size": size.main,
        "downloads": downloads.main,
        "memory": memory.main,
        "hosts": hosts.main,
    }
    if sys.argv[1:] and sys.argv[1] in others:
        return others[sys.argv[1]](sys.argv[2:])
    parser = argparse.ArgumentParser(prog="python -m bench", description="How fast the real server is.")
    parser.add_argument("--quick", action="store_true", help="a rough look in under half a minute")
    chosen = QUICK if parser.parse_args().quick else FULL
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="kelisim-bench-") as folder:
        bench = Bench(Path(folder), chosen)
        try:
            bench.run()
        except (BenchError, OSError, TimeoutError) as problem:
            print(f"bench: {problem}", file=sys.stderr)
            return 1
    bench.table.print()
    print(
        f"\n{os.cpu_count()} cores; {bench.rounds} rounds, {time.monotonic() - began:.0f} s. Load: 16 connections of "
        "HTTP/1.1, kept alive, from a process of ours (raw sockets) on a core of its own.\n"
        f"{bench.accepted:,} submissions were accepted; each is in the database once, and the journal holds."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())

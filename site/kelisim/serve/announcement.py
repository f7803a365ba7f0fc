"""What a start says: where the site is, which certificate to trust, and the first operator's set-up link."""

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from kelisim.serve.opening import APP_FAILED
from kelisim.serve.terminal import signals_held


class Announcement:
    """Runs ``kelisim.serve.opening`` beside the first worker and says what came of it."""

    def __init__(
        self, address: str, authority: Path | None, *, ready: Callable[[], None], fail: Callable[[], None]
    ) -> None:
        self._address = address
        self._authority = authority
        self._ready = ready
        self._fail = fail
        self._stopped = False
        self._opening: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Begin; the words come when the database is ready."""
        with signals_held():
            self._opening = subprocess.Popen(
                [sys.executable, "-m", "kelisim.serve.opening"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        threading.Thread(target=self._follow, args=(self._opening,), name="announcement", daemon=True).start()

    def stop(self) -> None:
        """End, also in the middle."""
        self._stopped = True
        if self._opening is not None and self._opening.poll() is None:
            self._opening.kill()

    def _follow(self, opening: "subprocess.Popen[str]") -> None:
        link, said = opening.communicate()
        if self._stopped or opening.returncode == APP_FAILED:
            return  # where the application does not load, the worker says why
        if opening.returncode:
            line = (said.strip().splitlines() or ["the database cannot be made ready."])[-1]
            print(f"kelisim: {line}", file=sys.stderr, flush=True)
            self._fail()
            return
        print(self.words(link.strip()), flush=True)
        self._ready()

    def words(self, link: str) -> str:
        """The lines a start prints; ``link`` is empty once an operator can sign in."""
        lines = [f"Kelisim is at {self._address}"]
        if self._authority is not None:
            lines.append(f"A browser warns until it trusts this authority: {self._authority}")
        if link:
            lines.append(f"Set up the first operator, once, at {link}")
        return "\n".join(lines)

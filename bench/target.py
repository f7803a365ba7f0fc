"""``python -m bench.target hello|kelisim https|http``: an application on the very server of the site.

The same class with the same limits, from ``kelisim.serve.https``; only what it loads, and whether it speaks TLS, is
chosen here. Instance and port come from KELISIM_*, as for the site.
"""

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from granian.constants import SSLProtocols

from bench import hello
from kelisim.serve import worker
from kelisim.serve.https import HttpsServer
from kelisim.serve.instance import ROOT, make_secrets
from kelisim.serve.ports import listen, raise_file_limit
from kelisim.settings import Settings
from kelisim.settings.reading import instance_path

LOADERS: dict[str, Callable[[], Any]] = {"hello": hello.load, "kelisim": worker.load}


class Target(HttpsServer):
    """The site's server with another application, or without TLS."""

    loader: Callable[[], Any]

    def serve(self, *_arguments: Any, **_options: Any) -> None:
        """Serve what the bench chose, in the place of the site."""
        super().serve(target_loader=self.loader, wrap_loader=False)


def main(application: str, scheme: str) -> None:
    """Serve until a signal."""
    settings = Settings.load(instance_path(os.environ, ROOT), os.environ)
    files = raise_file_limit()
    with listen(settings.bind, settings.https_port, "https_port") as listener:
        target = Target(settings, listener, make_secrets(settings, datetime.now(UTC)), files)
        target.loader = LOADERS[application]
        if scheme == "http":
            target.build_ssl_context(None, None, None, SSLProtocols.tls12, None, [], False)
        target.run()


if __name__ == "__main__":
    main(*sys.argv[1:])

"""``python -m kelisim.serve``: start the site. ``make run`` ends here, with Ctrl-C held back until now."""

import signal
import sys

# Until the server takes it over, Ctrl-C ends this process as it ends any: at once and without a word.
signal.signal(signal.SIGINT, signal.SIG_DFL)
signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGHUP})

from kelisim.serve.start import main  # noqa: E402  # after the lines above: loading takes a moment too

if __name__ == "__main__":
    sys.exit(main())

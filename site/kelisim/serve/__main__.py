"""``python -m kelisim.serve``: start the site. ``make run`` ends here."""

import signal
import sys

# Until the server takes it over, Ctrl-C ends this process as it ends any: at once and without a word.
signal.signal(signal.SIGINT, signal.SIG_DFL)

from kelisim.serve.start import main  # noqa: E402  # after the line above: loading takes a moment too

if __name__ == "__main__":
    sys.exit(main())

"""The sandbox's own process: `python -m lunogram.testing.child`.

It exits when its standard input ends, and so with the process that started it, also if that is
killed.
"""

from __future__ import annotations

import os
import sys
import threading


def main() -> None:
    """Run a sandbox on a free port until standard input ends."""
    # A daemon, so that the process can exit when the sandbox stops for another reason.
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        from lunogram.sandbox.server import serve
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("lunogram"):
            raise
        sys.exit("it needs packages that are not installed: pip install 'lunogram[testing]'")
    serve("127.0.0.1", 0, customerio=True, quiet=True)


def _end_with_parent() -> None:
    os.read(0, 1)
    # At once: everything is in memory, so there is nothing to finish.
    os._exit(0)


if __name__ == "__main__":
    main()

"""The `lunogram` command."""

import sys

_EXTRAS = {"sandbox": "sandbox", "import": "import", "migrate": "import", "sync": "import"}
"""The extras of commands that need more than the extra cli."""


def main() -> None:
    """Run the command; print the missing extra, if there is one."""
    try:
        from lunogram.cli.commands import lunogram
    except ModuleNotFoundError as error:
        if error.name != "click":
            raise
        extras = [extra for name, extra in _EXTRAS.items() if name in sys.argv]
        sys.exit(missing(extras[0] if extras else "cli"))
    lunogram()


def missing(extra: str) -> int:
    """Print which extra to install; return the exit code."""
    message = f"This needs packages that are not installed: pip install 'lunogram[{extra}]'"
    print(message, file=sys.stderr)
    return 2

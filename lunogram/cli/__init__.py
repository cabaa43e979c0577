"""The `lunogram` command."""

import sys

_EXTRAS = {"sandbox": "sandbox", "import": "import", "migrate": "import"}
"""The commands that need more than the command itself."""


def main() -> None:
    """Run the command; where an extra is missing, say which, in one sentence."""
    try:
        from lunogram.cli.commands import lunogram
    except ModuleNotFoundError as error:
        if error.name != "click":
            raise
        extras = [extra for name, extra in _EXTRAS.items() if name in sys.argv]
        sys.exit(missing(extras[0] if extras else "cli"))
    lunogram()


def missing(extra: str) -> int:
    """Say which extra to install; return the exit code."""
    message = f"This needs packages that are not installed: pip install 'lunogram[{extra}]'"
    print(message, file=sys.stderr)
    return 2

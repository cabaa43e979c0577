"""The `lunogram` command."""

import sys


def main() -> None:
    """Run the command; where an extra is missing, say which, in one sentence."""
    try:
        from lunogram.cli.commands import lunogram
    except ModuleNotFoundError as error:
        if error.name != "click":
            raise
        sys.exit(missing("sandbox" if "sandbox" in sys.argv else "cli"))
    lunogram()


def missing(extra: str) -> int:
    """Say which extra to install; return the exit code."""
    message = f"This needs packages that are not installed: pip install 'lunogram[{extra}]'"
    print(message, file=sys.stderr)
    return 2

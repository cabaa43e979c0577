"""`python -m lunogram.cli` is the `lunogram` command."""

from lunogram.cli import main

main()

"""`python -m lunogram` is the `lunogram` command."""

from lunogram.cli import main

main()

"""`lunogram completion`: the script that completes commands and options in a shell."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from lunogram.cli.output import say

_NAME = "lunogram"
_VARIABLE = f"_{_NAME}_COMPLETE".upper()  # as click names it


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, *, shell: str) -> None:
    """Print the completion script of a shell.

    \b
    bash: eval "$(lunogram completion bash)"   in ~/.bashrc
    zsh:  eval "$(lunogram completion zsh)"    in ~/.zshrc
    fish: lunogram completion fish > ~/.config/fish/completions/lunogram.fish
    """  # noqa: D301 - \b is the character with which click keeps lines
    kind = get_completion_class(shell)
    assert kind is not None, shell
    say(kind(context.find_root().command, {}, _NAME, _VARIABLE).source())

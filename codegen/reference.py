"""Write the pages of docs/reference that the code decides: the API, the commands, the metrics.

A page names each object; mkdocstrings takes its signature and docstring when the site is built.
"""

import re
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path

import click
from files import ROOT
from public_api import exports, package, reachable

from lunogram.cli.commands import lunogram
from lunogram.outbox.relay.health import _of_outbox, _of_relay
from lunogram.outbox.relay.stats import RelayStats
from lunogram.outbox.store import Stats

FOLDER = ROOT / "docs" / "reference"
NOTE = "<!-- `make public-api` writes this page. -->\n"
CLIENTS = r"lunogram\.(Async)?(Lunogram|Visitor|InboxPages)"
ERRORS = r".*(Error|Warning)|lunogram\.importing\.InterruptedImport"

# Errors have bases that programs catch, and inherit the attributes of these.
ERROR_OPTIONS = """    options:
      inherited_members: false
      show_bases: true
"""

# The first page whose pattern matches the name of an object has it.
PAGES = (
    (
        "errors",
        ERRORS,
        "Errors",
        "Every exception and warning. [Errors](../how-to/errors.md) says how to handle them.",
    ),
    ("client", CLIENTS, "Clients", "The clients, visitors, and pages of an inbox."),
    ("models", r"lunogram\.\w+", "Models", "Arguments and results of the [clients](client.md)."),
    (
        "outbox",
        r"lunogram\.outbox\.[A-Z]\w+",
        "lunogram.outbox",
        "A durable queue; see [Outbox](../how-to/outbox.md).",
    ),
    (
        "importing",
        r"lunogram\.importing\.\w+",
        "lunogram.importing",
        "[Imports](../how-to/importing.md) and [syncs](../how-to/syncing.md) of tables.",
    ),
    (
        "testing",
        r"lunogram\.testing\.\w+",
        "lunogram.testing",
        "Sandboxes and recordings for tests; see [Testing](../how-to/testing.md).",
    ),
    (
        "customerio",
        r"lunogram\.customerio\.(compat\.)?[A-Z]\w+",
        "lunogram.customerio",
        "Customer.io's APIs; see [Customer.io client](../how-to/customerio.md).",
    ),
    (
        "contrib",
        r"lunogram\.contrib\..*",
        "lunogram.contrib",
        "Integrations with frameworks; see [Django](../how-to/django.md).",
    ),
    (
        "resources",
        r".*",
        "Resources",
        "Classes of attributes, such as `client.user.events`, and of results. Import none of them.",
    ),
)


def main() -> None:
    """Write the pages."""
    for path, text in pages().items():
        path.write_text(text)


def pages() -> dict[Path, str]:
    """The text of each page."""
    return {FOLDER / f"{name}.md": text for name, text in texts()}


def texts() -> Iterator[tuple[str, str]]:
    """The name and the text of each page."""
    names = public_names()
    for page, pattern, title, words in PAGES:
        own = [name for name in names if re.fullmatch(pattern, name)]
        names = [name for name in names if name not in own]
        own.sort(key=lambda name: (name.replace("Async", ""), "Async" in name))
        options = ERROR_OPTIONS if page == "errors" else ""
        objects = [f"::: {name}\n{options}" for name in own]
        yield page, "\n".join([f"# {title}\n", NOTE, f"{words}\n", *objects])
    yield "commands", COMMANDS.format(note=NOTE, commands="".join(commands(lunogram, [])))
    yield "metrics", metrics()


def public_names() -> list[str]:
    """What the public modules export, and the classes that are reached from it."""
    exported = dict(exports(package()))
    return sorted(exported) + sorted(reachable(exported))


COMMANDS = """# Commands

{note}
`pip install 'lunogram[cli]'` installs the command `lunogram`. Its subcommands `sandbox`, `import`
and `migrate` need [extras of their own](environment.md#extras). Each subcommand prints its help
with `--help`, and `lunogram --version` prints the version.
{commands}"""


def commands(command: click.Command, above: list[click.Context]) -> Iterator[str]:
    """The section of a command, and those of its subcommands."""
    context = click.Context(command, parent=above[-1] if above else None, info_name=command.name)
    yield f"\n#{'#' * len(context.command_path.split())} {context.command_path}\n\n"
    yield f"{words(command.help or '')}\n"
    yield f"\n```text\n{' '.join(usage(context))}\n```\n"
    if rows := list(options(context)):
        yield "\n| option | meaning | default |\n|---|---|---|\n"
        yield from rows
    for other in getattr(command, "commands", {}).values():
        yield from commands(other, [*above, context])


def words(text: str) -> str:
    """A help text, with a line for each paragraph, and examples as they are."""
    return "\n\n".join(map(paragraph, cleandoc(text).split("\n\n")))


def paragraph(text: str) -> str:
    """A paragraph of a help text. One that begins with a backspace is an example."""
    lines = text.removeprefix("\b\n")
    return text.replace("\n", " ") if lines == text else f"```text\n{lines}\n```"


def usage(context: click.Context) -> Iterator[str]:
    """The words of a command line."""
    yield context.command_path
    yield from context.command.collect_usage_pieces(context)


def options(context: click.Context) -> Iterator[str]:
    """A row for each option of a command, without --help."""
    for option in context.command.params:
        if isinstance(option, click.Option) and not option.hidden and option.name != "version":
            value = "" if option.is_flag else f" {option.make_metavar(context)}"
            names = ", ".join(f"`{name}{value}`" for name in option.opts)
            cells = (names, option.help or "", default(option))
            yield "| {} | {} | {} |\n".format(*(cell.replace("|", r"\|") for cell in cells))


def default(option: click.Option) -> str:
    """The default of an option, or nothing if there is none worth showing."""
    value = option.to_info_dict()["default"] if option.show_default is not False else None
    shown = isinstance(value, str | int | float) and not isinstance(value, bool)
    variable = f"`{option.envvar}`" if option.envvar else ""
    return f"`{value}`" if shown and value != "" else variable


METRICS = """# Metrics

{note}
A relay with `--health-port`, or the option `health_port`, serves these metrics for Prometheus under
`/metrics`; see [Observability](../how-to/observing.md). None has labels or contains personal data.

| metric | type | meaning |
|---|---|---|
{rows}

If the outbox can't be read, `lunogram_outbox_up` is 0, and the other metrics of the outbox are
omitted.
"""


def metrics() -> str:
    """The page of the metrics."""
    nothing = Stats(**dict.fromkeys(Stats.__annotations__, 0))
    rows = [
        f"| `lunogram_{name}` | {kind} | {words} |"
        for name, kind, words, _ in [*_of_outbox(nothing), *_of_relay(RelayStats(), 1)]
    ]
    return METRICS.format(note=NOTE, rows="\n".join(rows))


if __name__ == "__main__":
    main()

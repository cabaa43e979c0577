"""Write the raw clients and the table of operations from the OpenAPI documents, or --check them.

openapi-python-client generates the code. templates/ overrides some of its templates, and
free_form.py changes its treatment of free-form objects, which templates can't do. Neither uses a
public API of the generator, so its version is pinned and checked here, and any change of the output
fails the build.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from files import ROOT, run
from free_form import free_form_objects_as_dicts
from jinja2 import BaseLoader, ChoiceLoader, PackageLoader, PrefixLoader
from openapi_python_client import Project
from openapi_python_client.cli import handle_errors
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError
from openapi_python_client.parser.properties import Property
from operations import write_operations
from ruamel.yaml import YAML
from typer import Exit

from lunogram.conformance.server_document import summary_of

GENERATOR = "openapi-python-client"
GENERATOR_VERSION = "0.29.1"
TEMPLATES = Path(__file__).parent / "templates"

# Literals, not enum classes: a value that is newer than the document has no enum member.
SETTINGS = ConfigFile(literal_enums=True, post_hooks=[])


@dataclass(frozen=True)
class Client:
    """A raw client: its document and its package."""

    document: Path
    package: Path


CLIENTS = (
    Client(Path("openapi.yaml"), Path("generated/lunogram_api")),
    Client(Path("openapi-customerio.yaml"), Path("generated/customerio_api")),
)
OPERATIONS = Path("lunogram/operations.py")
SUMMARY = Path("lunogram/conformance/document.json")
SERVED = Path("lunogram/sandbox/client.yaml")


def main() -> int:
    """Write or check all clients and the table of operations."""
    assert_version()
    written = [*(client.package for client in CLIENTS), OPERATIONS, SUMMARY, SERVED]
    return run(str(__doc__), write_all, written)


def assert_version() -> None:
    """Reject any version of the generator except the pinned one."""
    if (found := version(GENERATOR)) != GENERATOR_VERSION:
        raise SystemExit(f"{GENERATOR} is {found}; codegen/ requires {GENERATOR_VERSION}")


def write_all(folder: Path) -> None:
    """Write all packages and the table into `folder`, laid out as in the project."""
    for client in CLIENTS:
        write_client(ROOT / client.document, folder / client.package)
    write_operations([ROOT / client.document for client in CLIENTS], folder / OPERATIONS)
    write_summary(ROOT / CLIENTS[0].document, folder / SUMMARY)
    write_served(ROOT / CLIENTS[0].document, folder / SERVED)


def write_summary(document: Path, file: Path) -> None:
    """Write what the conformance tests compare with the document of a server."""
    summary = summary_of(YAML(typ="safe").load(document))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(summary, indent=1) + "\n", "utf-8")


def write_served(document: Path, file: Path) -> None:
    """Write the copy of the document that the sandbox serves."""
    file.parent.mkdir(parents=True, exist_ok=True)
    header = f"# Written by `make generate` from {document.name}; never edited by hand.\n"
    file.write_text(header + document.read_text("utf-8"), "utf-8")


def write_client(document: Path, package: Path) -> None:
    """Write the raw client of a document; stop at the first warning."""
    with free_form_objects_as_dicts(), redirect_stdout(None):
        project = load_project(document, package)
        stop_on(project.build())
    (package / "py.typed").touch()
    add_headers(package, document.name)


def load_project(document: Path, package: Path) -> Project:
    """Parse the document, and give templates/ precedence over the generator's templates."""
    config = Config.from_sources(SETTINGS, MetaType.NONE, document, "utf-8", False, package)
    parsed = GeneratorData.from_dict(YAML(typ="safe").load(document), config=config)
    if isinstance(parsed, GeneratorError):
        stop_on([parsed])
        raise SystemExit(1)
    drop_defaults(parsed)
    drop_error_responses(parsed)
    project = Project(openapi=parsed, config=config, custom_template_path=TEMPLATES)
    project.env.loader = with_originals(project.env.loader)
    return project


def stop_on(errors: Sequence[GeneratorError]) -> None:
    """Exit with the generator's messages, if any: even a warning means that code is missing."""
    try:
        handle_errors(errors, fail_on_warning=True)
    except Exit as stop:
        raise SystemExit(stop.exit_code) from None


def drop_defaults(parsed: GeneratorData) -> None:
    """Drop the defaults of the document, so that requests omit the fields that callers omit."""
    for model in parsed.models:
        drop_defaults_of(model.required_properties or [])
        drop_defaults_of(model.optional_properties or [])
    for collection in parsed.endpoint_collections_by_tag.values():
        for endpoint in collection.endpoints:
            drop_defaults_of(endpoint.list_all_parameters())


def drop_defaults_of(properties: Iterable[Property]) -> None:
    """Drop the default of every property."""
    for prop in properties:
        prop.default = None


def drop_error_responses(parsed: GeneratorData) -> None:
    """Drop the error responses, which the sender raises before an endpoint function runs."""
    for collection in parsed.endpoint_collections_by_tag.values():
        for endpoint in collection.endpoints:
            endpoint.responses.patterns = [
                response
                for response in endpoint.responses.patterns
                if response.status_code.range and response.status_code.range[0] < 400
            ]


def with_originals(loader: BaseLoader | None) -> BaseLoader:
    """A loader with which an override can include the template that it replaces, as original/..."""
    originals = PrefixLoader({"original": PackageLoader("openapi_python_client")})
    return ChoiceLoader([loader, originals] if loader else [originals])


def add_headers(package: Path, document: str) -> None:
    """Add a header with the source to every module."""
    header = f"# Written by `make generate` from {document}; never edited by hand.\n"
    for module in package.rglob("*.py"):
        module.write_text(header + module.read_text("utf-8"), "utf-8")


if __name__ == "__main__":
    sys.exit(main())

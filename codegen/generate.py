"""Write the raw clients under generated/ from the OpenAPI documents, or --check that they fit.

openapi-python-client does the work; templates/ holds what we want different in its output, and
free_form.py the one thing that templates can't do. None of that is its public API, so its version
is pinned, asserted here, and any drift of the output fails the build.
"""

import sys
from collections.abc import Iterable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from free_form import free_form_objects_as_dicts
from jinja2 import BaseLoader, ChoiceLoader, PackageLoader, PrefixLoader
from openapi_python_client import Project
from openapi_python_client.cli import handle_errors
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError
from openapi_python_client.parser.properties import Property
from ruamel.yaml import YAML
from tree import ROOT, run
from typer import Exit

GENERATOR = "openapi-python-client"
GENERATOR_VERSION = "0.29.1"
TEMPLATES = Path(__file__).parent / "templates"

# Literals rather than enum classes: a value that is newer than the document has no member to be.
SETTINGS = ConfigFile(literal_enums=True, post_hooks=[])


@dataclass(frozen=True)
class Client:
    """A document, and the package that is written from it."""

    document: Path
    package: Path


CLIENTS = (
    Client(Path("openapi.yaml"), Path("generated/lunogram_api")),
    Client(Path("openapi-customerio.yaml"), Path("generated/customerio_api")),
)


def main() -> int:
    """Write every client, or check it."""
    assert_version()
    return run(str(__doc__), write_clients, [client.package for client in CLIENTS])


def assert_version() -> None:
    """Refuse any other version of the generator than the one the overrides were made for."""
    if (found := version(GENERATOR)) != GENERATOR_VERSION:
        raise SystemExit(f"{GENERATOR} is {found}, and codegen/ is made for {GENERATOR_VERSION}")


def write_clients(folder: Path) -> None:
    """Write all packages into `folder`, laid out as in the project."""
    for client in CLIENTS:
        write_client(ROOT / client.document, folder / client.package)


def write_client(document: Path, package: Path) -> None:
    """Write the package that talks to the API of `document`; stop at the first warning."""
    with free_form_objects_as_dicts(), redirect_stdout(None):
        project = load_project(document, package)
        stop_on(project.build())
    (package / "py.typed").touch()
    add_headers(package, document.name)


def load_project(document: Path, package: Path) -> Project:
    """Parse the document, and make templates/ come before the generator's own."""
    config = Config.from_sources(SETTINGS, MetaType.NONE, document, "utf-8", False, package)
    parsed = GeneratorData.from_dict(YAML(typ="safe").load(document), config=config)
    if isinstance(parsed, GeneratorError):
        stop_on([parsed])
        raise SystemExit(1)
    leave_defaults_to_the_server(parsed)
    leave_errors_to_the_sender(parsed)
    project = Project(openapi=parsed, config=config, custom_template_path=TEMPLATES)
    project.env.loader = with_originals(project.env.loader)
    return project


def stop_on(errors: Sequence[GeneratorError]) -> None:
    """End with the generator's own words, if it has any: even a warning is a missing piece."""
    try:
        handle_errors(errors, fail_on_warning=True)
    except Exit as stop:
        raise SystemExit(stop.exit_code) from None


def leave_defaults_to_the_server(parsed: GeneratorData) -> None:
    """Forget the defaults of the document: what a caller leaves out is left out on the wire."""
    for model in parsed.models:
        forget_defaults(model.required_properties or [])
        forget_defaults(model.optional_properties or [])
    for collection in parsed.endpoint_collections_by_tag.values():
        for endpoint in collection.endpoints:
            forget_defaults(endpoint.list_all_parameters())


def forget_defaults(properties: Iterable[Property]) -> None:
    """Make every property absent, rather than filled in, when it isn't given."""
    for prop in properties:
        prop.default = None


def leave_errors_to_the_sender(parsed: GeneratorData) -> None:
    """Forget the error answers: they are exceptions before an endpoint function sees them."""
    for collection in parsed.endpoint_collections_by_tag.values():
        for endpoint in collection.endpoints:
            endpoint.responses.patterns = [
                response
                for response in endpoint.responses.patterns
                if response.status_code.range and response.status_code.range[0] < 400
            ]


def with_originals(loader: BaseLoader | None) -> BaseLoader:
    """Let an override reach the template it replaces, as original/..., and stay short."""
    originals = PrefixLoader({"original": PackageLoader("openapi_python_client")})
    return ChoiceLoader([loader, originals] if loader else [originals])


def add_headers(package: Path, document: str) -> None:
    """Say in every module where it comes from."""
    header = f"# Written by `make generate` from {document}; never edited by hand.\n"
    for module in package.rglob("*.py"):
        module.write_text(header + module.read_text("utf-8"), "utf-8")


if __name__ == "__main__":
    sys.exit(main())

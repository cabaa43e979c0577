"""Free-form objects as plain dicts, for which openapi-python-client has no option.

The generator writes a class for every object of a document, even for an object without described
content. The content of such an object is the caller's JSON, and should stay a dict. So while the
document is parsed, those objects become properties of the type `dict[str, Any]`, which are passed
through unchanged, like the generator's properties of the type `Any`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar
from unittest import mock

from attrs import define
from openapi_python_client.config import Config
from openapi_python_client.parser.errors import PropertyError
from openapi_python_client.parser.properties import AnyProperty, ModelProperty, Schemas
from openapi_python_client.schema import Schema, UntrustedString
from openapi_python_client.strings import PythonIdentifier


@define
class DictProperty(AnyProperty):
    """A property that is an object without described content."""

    _type_string: ClassVar[str] = "dict[str, Any]"
    _json_type_string: ClassVar[str] = "dict[str, Any]"


@contextmanager
def free_form_objects_as_dicts() -> Iterator[None]:
    """Parse free-form objects as dicts within this context."""
    with mock.patch.object(ModelProperty, "build", build_property):
        yield


# The original, before any patch. The generator calls it for every object of a document.
build_model = ModelProperty.build


def build_property(
    *,
    data: Schema,
    name: UntrustedString,
    schemas: Schemas,
    required: bool,
    config: Config,
    **rest: Any,
) -> tuple[AnyProperty | ModelProperty | PropertyError, Schemas]:
    """Build a dict if the object is free-form, else a model, in place of `ModelProperty.build`."""
    if is_free_form(data):
        return build_dict(data, name, required=required, config=config), schemas
    return build_model(
        data=data, name=name, schemas=schemas, required=required, config=config, **rest
    )


def is_free_form(data: Schema) -> bool:
    """Whether an object has no described content."""
    return not (data.properties or data.allOf) and allows_anything(data.additionalProperties)


def allows_anything(additional: object) -> bool:
    """Whether `additionalProperties` is true, an empty schema, or omitted."""
    if isinstance(additional, Schema):
        return not additional.model_fields_set
    return additional is None or additional is True


def build_dict(
    data: Schema, name: UntrustedString, *, required: bool, config: Config
) -> DictProperty:
    """Build the property, without a default: all models would share that one dict."""
    return DictProperty(
        name=name,
        required=required,
        default=None,
        python_name=PythonIdentifier(value=name, prefix=config.field_prefix),
        description=data.description,
        example=data.example,
    )

"""Free-form objects as plain dicts: what openapi-python-client has no option for.

The generator writes a class for every object of a document, also for one that says nothing about
its content. Such an object is JSON that belongs to the caller: it should come in and go out as the
dict it is. So while the document is read, those objects become a property whose type is
`dict[str, Any]` and which is handed through untouched, as the generator does with `Any`.
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
    """An object whose content the document leaves open."""

    _type_string: ClassVar[str] = "dict[str, Any]"
    _json_type_string: ClassVar[str] = "dict[str, Any]"


@contextmanager
def free_form_objects_as_dicts() -> Iterator[None]:
    """Read free-form objects as dicts for as long as this lasts."""
    with mock.patch.object(ModelProperty, "build", build_property):
        yield


# Taken before any patch: every object of a document passes through here, wherever it stands.
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
    """Stand in for `ModelProperty.build`: a dict where the object is free-form, else a model."""
    if is_free_form(data):
        return build_dict(data, name, required=required, config=config), schemas
    return build_model(
        data=data, name=name, schemas=schemas, required=required, config=config, **rest
    )


def is_free_form(data: Schema) -> bool:
    """Tell whether an object says nothing of what is in it."""
    return not (data.properties or data.allOf) and allows_anything(data.additionalProperties)


def allows_anything(additional: object) -> bool:
    """Tell whether `additionalProperties` is true, an empty schema, or left out."""
    if isinstance(additional, Schema):
        return not additional.model_fields_set
    return additional is None or additional is True


def build_dict(
    data: Schema, name: UntrustedString, *, required: bool, config: Config
) -> DictProperty:
    """Build the property; without a default, which would be one dict shared by all models."""
    return DictProperty(
        name=name,
        required=required,
        default=None,
        python_name=PythonIdentifier(value=name, prefix=config.field_prefix),
        description=data.description,
        example=data.example,
    )

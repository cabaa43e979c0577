"""A field that a document gains fails here until the facade has it, or is named as different."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import attrs
import lunogram_api.models as api
import pytest
from lunogram_api.api.organizations import list_organization_inbox
from lunogram_api.api.users import count_user_inbox, list_user_inbox

import lunogram
from lunogram import AsyncLunogram, models

USER = AsyncLunogram("sk_key").user
ORGANIZATION = AsyncLunogram("sk_key").organization

MODELS = [
    "User",
    "Organization",
    "ScheduledAccepted",
    "InboxMessage",
    "InboxPage",
    "InboxCount",
    "Session",
    "KnownExternalID",
]

Names = frozenset[str]
NONE: Names = frozenset()
OWNER = frozenset({"identifier"}), frozenset({"source", "external_id"})
PAGE = OWNER[0], frozenset({"external_id", "message_source"})
PAGES = OWNER[0], PAGE[1] | {"offset"}
DEVICE = frozenset({"token", "subscription"}), frozenset({"config"})

# What takes the arguments, what the document takes, and which names stand on one side only.
REQUESTS: list[tuple[Callable[..., Any], Callable[..., Any], tuple[Names, Names]]] = [
    (USER.upsert, api.UserUpsert, (NONE, NONE)),
    (USER.delete, api.SubjectRef, (NONE, NONE)),
    (USER.schedule.upsert, api.ScheduleUpsert, (NONE, NONE)),
    (USER.schedule.delete, api.ScheduleDelete, (NONE, NONE)),
    (USER.devices.register, api.DeviceRegistration, DEVICE),
    (USER.inbox.page, list_user_inbox._get_kwargs, PAGE),
    (USER.inbox.list, list_user_inbox._get_kwargs, PAGES),
    (USER.inbox.count, count_user_inbox._get_kwargs, OWNER),
    (ORGANIZATION.upsert, api.OrganizationUpsert, (NONE, NONE)),
    (ORGANIZATION.add_user, api.MemberAdd, (NONE, NONE)),
    (ORGANIZATION.remove_user, api.MemberRemove, (NONE, NONE)),
    (ORGANIZATION.inbox.page, list_organization_inbox._get_kwargs, PAGE),
    (lunogram.Event, api.UserEvent, (NONE, NONE)),
    (lunogram.Event, api.OrganizationEvent, (NONE, NONE)),
    (lunogram.Message, api.InboxMessageSend, (NONE, NONE)),
    (lunogram.ExternalID, api.ExternalID, (NONE, NONE)),
]


def fields(model: type) -> set[str]:
    """The fields of a model, but for what takes fields that it does not know."""
    names = {field.name for field in attrs.fields(model)}
    return names - {"additional_properties", "extra"}


def parameters(function: Callable[..., Any]) -> set[str]:
    """The arguments that a function takes, or the fields that a model has."""
    made = function if isinstance(function, type) else None
    return fields(made) if made else set(inspect.signature(function).parameters)


@pytest.mark.parametrize("name", MODELS)
def test_a_model_has_the_fields_of_the_document(name: str) -> None:
    assert fields(getattr(models, name)) == fields(getattr(api, name))


@pytest.mark.parametrize(
    ("ours", "document", "apart"),
    REQUESTS,
    ids=[f"{ours.__qualname__}-{number}" for number, (ours, _, _) in enumerate(REQUESTS)],
)
def test_arguments_are_those_of_the_document(
    ours: Callable[..., Any], document: Callable[..., Any], apart: tuple[Names, Names]
) -> None:
    given, wanted = parameters(ours), parameters(document)
    assert given - wanted == apart[0]
    assert wanted - given == apart[1]

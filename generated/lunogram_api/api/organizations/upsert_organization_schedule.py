# Written by `make generate` from openapi.yaml; never edited by hand.
from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

    from ...client import AuthenticatedClient, Client
from ... import errors
from ...models.schedule_upsert import ScheduleUpsert
from ...models.scheduled_accepted import ScheduledAccepted
from ...types import Response


def _get_kwargs(
    *,
    body: ScheduleUpsert,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/organizations/scheduled",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ScheduledAccepted | None:
    if response.status_code == 202:
        response_202 = ScheduledAccepted.from_dict(response.json())

        return response_202

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[ScheduledAccepted]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: ScheduleUpsert,
) -> Response[ScheduledAccepted]:
    """Create or update a schedule of an organization

     As for users, but the organization has to exist, which is checked before the times.

    Accepted and lost: a schedule whose `id` belongs to another organization or to a schedule
    of another name; a single schedule whose time is past.

    Args:
        body (ScheduleUpsert): When to fire, once or again and again.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ScheduledAccepted]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return client.built(_build_response, response)


def sync(
    *,
    client: AuthenticatedClient,
    body: ScheduleUpsert,
) -> ScheduledAccepted | None:
    """Create or update a schedule of an organization

     As for users, but the organization has to exist, which is checked before the times.

    Accepted and lost: a schedule whose `id` belongs to another organization or to a schedule
    of another name; a single schedule whose time is past.

    Args:
        body (ScheduleUpsert): When to fire, once or again and again.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ScheduledAccepted
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: ScheduleUpsert,
) -> Response[ScheduledAccepted]:
    """Create or update a schedule of an organization

     As for users, but the organization has to exist, which is checked before the times.

    Accepted and lost: a schedule whose `id` belongs to another organization or to a schedule
    of another name; a single schedule whose time is past.

    Args:
        body (ScheduleUpsert): When to fire, once or again and again.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ScheduledAccepted]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.built(_build_response, response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: ScheduleUpsert,
) -> ScheduledAccepted | None:
    """Create or update a schedule of an organization

     As for users, but the organization has to exist, which is checked before the times.

    Accepted and lost: a schedule whose `id` belongs to another organization or to a schedule
    of another name; a single schedule whose time is past.

    Args:
        body (ScheduleUpsert): When to fire, once or again and again.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ScheduledAccepted
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed

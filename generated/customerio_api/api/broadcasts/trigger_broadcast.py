# Written by `make generate` from openapi-customerio.yaml; never edited by hand.
from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    import httpx

    from ...client import AuthenticatedClient, Client
from ... import errors
from ...models.broadcast_trigger import BroadcastTrigger
from ...models.triggered_broadcast import TriggeredBroadcast
from ...types import Response


def _get_kwargs(
    broadcast_id: int,
    *,
    body: BroadcastTrigger,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/campaigns/{broadcast_id}/triggers".format(
            broadcast_id=quote(str(broadcast_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> TriggeredBroadcast | None:
    if response.status_code == 200:
        response_200 = TriggeredBroadcast.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[TriggeredBroadcast]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    broadcast_id: int,
    *,
    client: AuthenticatedClient,
    body: BroadcastTrigger,
) -> Response[TriggeredBroadcast]:
    """Trigger a broadcast

     To the people of `recipients`, or to those of one of `ids`, `emails`, `per_user_data` and
    `data_file_url`. What doesn't belong to the kind of recipients is rejected.

    Args:
        broadcast_id (int):
        body (BroadcastTrigger): The data of a broadcast, and its recipients.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[TriggeredBroadcast]
    """

    kwargs = _get_kwargs(
        broadcast_id=broadcast_id,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return client.built(_build_response, response)


def sync(
    broadcast_id: int,
    *,
    client: AuthenticatedClient,
    body: BroadcastTrigger,
) -> TriggeredBroadcast | None:
    """Trigger a broadcast

     To the people of `recipients`, or to those of one of `ids`, `emails`, `per_user_data` and
    `data_file_url`. What doesn't belong to the kind of recipients is rejected.

    Args:
        broadcast_id (int):
        body (BroadcastTrigger): The data of a broadcast, and its recipients.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        TriggeredBroadcast
    """

    return sync_detailed(
        broadcast_id=broadcast_id,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    broadcast_id: int,
    *,
    client: AuthenticatedClient,
    body: BroadcastTrigger,
) -> Response[TriggeredBroadcast]:
    """Trigger a broadcast

     To the people of `recipients`, or to those of one of `ids`, `emails`, `per_user_data` and
    `data_file_url`. What doesn't belong to the kind of recipients is rejected.

    Args:
        broadcast_id (int):
        body (BroadcastTrigger): The data of a broadcast, and its recipients.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[TriggeredBroadcast]
    """

    kwargs = _get_kwargs(
        broadcast_id=broadcast_id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.built(_build_response, response)


async def asyncio(
    broadcast_id: int,
    *,
    client: AuthenticatedClient,
    body: BroadcastTrigger,
) -> TriggeredBroadcast | None:
    """Trigger a broadcast

     To the people of `recipients`, or to those of one of `ids`, `emails`, `per_user_data` and
    `data_file_url`. What doesn't belong to the kind of recipients is rejected.

    Args:
        broadcast_id (int):
        body (BroadcastTrigger): The data of a broadcast, and its recipients.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        TriggeredBroadcast
    """

    return (
        await asyncio_detailed(
            broadcast_id=broadcast_id,
            client=client,
            body=body,
        )
    ).parsed

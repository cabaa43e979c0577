# Written by `make generate` from openapi.yaml; never edited by hand.
from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

    from ...client import AuthenticatedClient, Client

from ... import errors
from ...models.channel import Channel
from ...models.inbox_count import InboxCount
from ...types import UNSET, Response


def _get_kwargs(
    *,
    source: str,
    external_id: str,
    channel: Channel,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["source"] = source

    params["external_id"] = external_id

    json_channel: str = channel
    params["channel"] = json_channel

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/users/inbox/count",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> InboxCount | None:
    if response.status_code == 200:
        response_200 = InboxCount.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[InboxCount]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    source: str,
    external_id: str,
    channel: Channel,
) -> Response[InboxCount]:
    """Count the messages in a user's inbox

     Counts the messages that a list without a status returns, so without archived ones.

    Args:
        source (str):
        external_id (str):
        channel (Channel): The way a message takes. Example: inbox.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[InboxCount]
    """

    kwargs = _get_kwargs(
        source=source,
        external_id=external_id,
        channel=channel,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return client.built(_build_response, response)


def sync(
    *,
    client: AuthenticatedClient,
    source: str,
    external_id: str,
    channel: Channel,
) -> InboxCount | None:
    """Count the messages in a user's inbox

     Counts the messages that a list without a status returns, so without archived ones.

    Args:
        source (str):
        external_id (str):
        channel (Channel): The way a message takes. Example: inbox.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        InboxCount
    """

    return sync_detailed(
        client=client,
        source=source,
        external_id=external_id,
        channel=channel,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    source: str,
    external_id: str,
    channel: Channel,
) -> Response[InboxCount]:
    """Count the messages in a user's inbox

     Counts the messages that a list without a status returns, so without archived ones.

    Args:
        source (str):
        external_id (str):
        channel (Channel): The way a message takes. Example: inbox.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[InboxCount]
    """

    kwargs = _get_kwargs(
        source=source,
        external_id=external_id,
        channel=channel,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.built(_build_response, response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    source: str,
    external_id: str,
    channel: Channel,
) -> InboxCount | None:
    """Count the messages in a user's inbox

     Counts the messages that a list without a status returns, so without archived ones.

    Args:
        source (str):
        external_id (str):
        channel (Channel): The way a message takes. Example: inbox.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        InboxCount
    """

    return (
        await asyncio_detailed(
            client=client,
            source=source,
            external_id=external_id,
            channel=channel,
        )
    ).parsed

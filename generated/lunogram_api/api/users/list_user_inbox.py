# Written by `make generate` from openapi.yaml; never edited by hand.
from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

    from ...client import AuthenticatedClient, Client

from ... import errors
from ...models.channel import Channel
from ...models.inbox_page import InboxPage
from ...models.inbox_status import InboxStatus
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    source: str,
    external_id: str,
    channel: Channel,
    status: InboxStatus | Unset = UNSET,
    tags: str | Unset = UNSET,
    message_source: str | Unset = UNSET,
    priority: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    offset: int | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["source"] = source

    params["external_id"] = external_id

    json_channel: str = channel
    params["channel"] = json_channel

    json_status: str | Unset = UNSET
    if not isinstance(status, Unset):
        json_status = status

    params["status"] = json_status

    params["tags"] = tags

    params["message_source"] = message_source

    params["priority"] = priority

    params["limit"] = limit

    params["offset"] = offset

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/users/inbox",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> InboxPage | None:
    if response.status_code == 200:
        response_200 = InboxPage.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[InboxPage]:
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
    status: InboxStatus | Unset = UNSET,
    tags: str | Unset = UNSET,
    message_source: str | Unset = UNSET,
    priority: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    offset: int | Unset = UNSET,
) -> Response[InboxPage]:
    """List a user's inbox

     Newest scheduled first. Messages that are scheduled for later or have expired are not
    shown; archived ones only when asked for. Beyond the last page, `total` is 0. A parameter
    that is there but empty is rejected.

    Args:
        source (str):
        external_id (str):
        channel (Channel): The way a message takes. Example: inbox.
        status (InboxStatus | Unset): What became of a message. Example: unread.
        tags (str | Unset):
        message_source (str | Unset):
        priority (int | Unset):
        limit (int | Unset):
        offset (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[InboxPage]
    """

    kwargs = _get_kwargs(
        source=source,
        external_id=external_id,
        channel=channel,
        status=status,
        tags=tags,
        message_source=message_source,
        priority=priority,
        limit=limit,
        offset=offset,
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
    status: InboxStatus | Unset = UNSET,
    tags: str | Unset = UNSET,
    message_source: str | Unset = UNSET,
    priority: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    offset: int | Unset = UNSET,
) -> InboxPage | None:
    """List a user's inbox

     Newest scheduled first. Messages that are scheduled for later or have expired are not
    shown; archived ones only when asked for. Beyond the last page, `total` is 0. A parameter
    that is there but empty is rejected.

    Args:
        source (str):
        external_id (str):
        channel (Channel): The way a message takes. Example: inbox.
        status (InboxStatus | Unset): What became of a message. Example: unread.
        tags (str | Unset):
        message_source (str | Unset):
        priority (int | Unset):
        limit (int | Unset):
        offset (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        InboxPage
    """

    return sync_detailed(
        client=client,
        source=source,
        external_id=external_id,
        channel=channel,
        status=status,
        tags=tags,
        message_source=message_source,
        priority=priority,
        limit=limit,
        offset=offset,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    source: str,
    external_id: str,
    channel: Channel,
    status: InboxStatus | Unset = UNSET,
    tags: str | Unset = UNSET,
    message_source: str | Unset = UNSET,
    priority: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    offset: int | Unset = UNSET,
) -> Response[InboxPage]:
    """List a user's inbox

     Newest scheduled first. Messages that are scheduled for later or have expired are not
    shown; archived ones only when asked for. Beyond the last page, `total` is 0. A parameter
    that is there but empty is rejected.

    Args:
        source (str):
        external_id (str):
        channel (Channel): The way a message takes. Example: inbox.
        status (InboxStatus | Unset): What became of a message. Example: unread.
        tags (str | Unset):
        message_source (str | Unset):
        priority (int | Unset):
        limit (int | Unset):
        offset (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[InboxPage]
    """

    kwargs = _get_kwargs(
        source=source,
        external_id=external_id,
        channel=channel,
        status=status,
        tags=tags,
        message_source=message_source,
        priority=priority,
        limit=limit,
        offset=offset,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.built(_build_response, response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    source: str,
    external_id: str,
    channel: Channel,
    status: InboxStatus | Unset = UNSET,
    tags: str | Unset = UNSET,
    message_source: str | Unset = UNSET,
    priority: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    offset: int | Unset = UNSET,
) -> InboxPage | None:
    """List a user's inbox

     Newest scheduled first. Messages that are scheduled for later or have expired are not
    shown; archived ones only when asked for. Beyond the last page, `total` is 0. A parameter
    that is there but empty is rejected.

    Args:
        source (str):
        external_id (str):
        channel (Channel): The way a message takes. Example: inbox.
        status (InboxStatus | Unset): What became of a message. Example: unread.
        tags (str | Unset):
        message_source (str | Unset):
        priority (int | Unset):
        limit (int | Unset):
        offset (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        InboxPage
    """

    return (
        await asyncio_detailed(
            client=client,
            source=source,
            external_id=external_id,
            channel=channel,
            status=status,
            tags=tags,
            message_source=message_source,
            priority=priority,
            limit=limit,
            offset=offset,
        )
    ).parsed

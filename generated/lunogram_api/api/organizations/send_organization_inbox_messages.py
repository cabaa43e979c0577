# Written by `make generate` from openapi.yaml; never edited by hand.
from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

    from ...client import AuthenticatedClient, Client

from ... import errors
from ...models.inbox_message_send import InboxMessageSend
from ...types import Response


def _get_kwargs(
    *,
    body: list[InboxMessageSend],
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/organizations/inbox",
    }

    _kwargs["json"] = []
    for body_item_data in body:
        body_item = body_item_data.to_dict()
        _kwargs["json"].append(body_item)

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | None:
    if response.status_code == 202:
        return None

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Any]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: list[InboxMessageSend],
) -> Response[Any]:
    """Send messages to organizations' inboxes

     The `external_id` of a message's `identifier` makes it idempotent for each recipient and
    channel: sent again, it is not shown twice. The source of that identifier does not count.

    Accepted and lost: a message for identifiers that nobody has, or that belong to two; one
    on `email` or `sms` without `sender_identity_id`, or on `inbox` or `push` with one; one
    whose `source` is none of those listed. Messages on `push` need `content.dispatches`, an
    internal form of the platform, and so are not for applications.

    Args:
        body (list[InboxMessageSend]):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return client.built(_build_response, response)


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: list[InboxMessageSend],
) -> Response[Any]:
    """Send messages to organizations' inboxes

     The `external_id` of a message's `identifier` makes it idempotent for each recipient and
    channel: sent again, it is not shown twice. The source of that identifier does not count.

    Accepted and lost: a message for identifiers that nobody has, or that belong to two; one
    on `email` or `sms` without `sender_identity_id`, or on `inbox` or `push` with one; one
    whose `source` is none of those listed. Messages on `push` need `content.dispatches`, an
    internal form of the platform, and so are not for applications.

    Args:
        body (list[InboxMessageSend]):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.built(_build_response, response)

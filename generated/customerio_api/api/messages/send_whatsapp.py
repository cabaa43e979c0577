# Written by `make generate` from openapi-customerio.yaml; never edited by hand.
from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

    from ...client import AuthenticatedClient, Client
from ... import errors
from ...models.delivery import Delivery
from ...models.whats_app import WhatsApp
from ...types import Response


def _get_kwargs(
    *,
    body: WhatsApp,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/send/whatsapp",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Delivery | None:
    if response.status_code == 200:
        response_200 = Delivery.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Delivery]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: WhatsApp,
) -> Response[Delivery]:
    """Send a WhatsApp message

    Args:
        body (WhatsApp): A WhatsApp message to one person.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Delivery]
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
    body: WhatsApp,
) -> Delivery | None:
    """Send a WhatsApp message

    Args:
        body (WhatsApp): A WhatsApp message to one person.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Delivery
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: WhatsApp,
) -> Response[Delivery]:
    """Send a WhatsApp message

    Args:
        body (WhatsApp): A WhatsApp message to one person.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Delivery]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.built(_build_response, response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: WhatsApp,
) -> Delivery | None:
    """Send a WhatsApp message

    Args:
        body (WhatsApp): A WhatsApp message to one person.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Delivery
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed

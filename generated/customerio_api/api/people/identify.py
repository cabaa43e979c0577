# Written by `make generate` from openapi-customerio.yaml; never edited by hand.
from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    import httpx

    from ...client import AuthenticatedClient, Client

from ... import errors
from ...types import Response


def _get_kwargs(
    customer_id: str,
    *,
    body: dict[str, Any],
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/api/v1/customers/{customer_id}".format(
            customer_id=quote(str(customer_id), safe=""),
        ),
    }

    _kwargs["json"] = body

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | None:
    if response.status_code == 200:
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
    customer_id: str,
    *,
    client: AuthenticatedClient,
    body: dict[str, Any],
) -> Response[Any]:
    """Create or update a person

     The body is the person's attributes, flat. Attributes that are omitted stay unchanged.

    Args:
        customer_id (str):
        body (dict[str, Any]): What is known of a person, flat. Times are whole seconds since
            1970. Example: {'email': 'lucy@example.com', 'created_at': 1767225600, 'plan': 'basic'}.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any]
    """

    kwargs = _get_kwargs(
        customer_id=customer_id,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return client.built(_build_response, response)


async def asyncio_detailed(
    customer_id: str,
    *,
    client: AuthenticatedClient,
    body: dict[str, Any],
) -> Response[Any]:
    """Create or update a person

     The body is the person's attributes, flat. Attributes that are omitted stay unchanged.

    Args:
        customer_id (str):
        body (dict[str, Any]): What is known of a person, flat. Times are whole seconds since
            1970. Example: {'email': 'lucy@example.com', 'created_at': 1767225600, 'plan': 'basic'}.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any]
    """

    kwargs = _get_kwargs(
        customer_id=customer_id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.built(_build_response, response)

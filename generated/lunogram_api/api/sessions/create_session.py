# Written by `make generate` from openapi.yaml; never edited by hand.
from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    import httpx

    from ...client import AuthenticatedClient, Client
from uuid import UUID

from ... import errors
from ...models.session import Session
from ...models.session_create import SessionCreate
from ...types import Response


def _get_kwargs(
    auth_method_id: UUID,
    *,
    body: SessionCreate,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/auth-methods/{auth_method_id}/sessions".format(
            auth_method_id=quote(str(auth_method_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Session | None:
    if response.status_code == 201:
        response_201 = Session.from_dict(response.json())

        return response_201

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Session]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    auth_method_id: UUID,
    *,
    client: AuthenticatedClient,
    body: SessionCreate,
) -> Response[Session]:
    """Mint a session token for a user

     The token lets the user's own program call this API within what the auth method
    allows, on the user's own data only: identifiers in its requests are ignored and replaced
    by `{source: "session:AUTH_METHOD_ID", external_id: USER_ID}`, so upsert that identifier
    for a user who is to be found by it. It takes an API key, not another session. The auth
    method says how long the session lasts.

    Args:
        auth_method_id (UUID):
        body (SessionCreate): Whose session to mint.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Session]
    """

    kwargs = _get_kwargs(
        auth_method_id=auth_method_id,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return client.built(_build_response, response)


def sync(
    auth_method_id: UUID,
    *,
    client: AuthenticatedClient,
    body: SessionCreate,
) -> Session | None:
    """Mint a session token for a user

     The token lets the user's own program call this API within what the auth method
    allows, on the user's own data only: identifiers in its requests are ignored and replaced
    by `{source: "session:AUTH_METHOD_ID", external_id: USER_ID}`, so upsert that identifier
    for a user who is to be found by it. It takes an API key, not another session. The auth
    method says how long the session lasts.

    Args:
        auth_method_id (UUID):
        body (SessionCreate): Whose session to mint.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Session
    """

    return sync_detailed(
        auth_method_id=auth_method_id,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    auth_method_id: UUID,
    *,
    client: AuthenticatedClient,
    body: SessionCreate,
) -> Response[Session]:
    """Mint a session token for a user

     The token lets the user's own program call this API within what the auth method
    allows, on the user's own data only: identifiers in its requests are ignored and replaced
    by `{source: "session:AUTH_METHOD_ID", external_id: USER_ID}`, so upsert that identifier
    for a user who is to be found by it. It takes an API key, not another session. The auth
    method says how long the session lasts.

    Args:
        auth_method_id (UUID):
        body (SessionCreate): Whose session to mint.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Session]
    """

    kwargs = _get_kwargs(
        auth_method_id=auth_method_id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.built(_build_response, response)


async def asyncio(
    auth_method_id: UUID,
    *,
    client: AuthenticatedClient,
    body: SessionCreate,
) -> Session | None:
    """Mint a session token for a user

     The token lets the user's own program call this API within what the auth method
    allows, on the user's own data only: identifiers in its requests are ignored and replaced
    by `{source: "session:AUTH_METHOD_ID", external_id: USER_ID}`, so upsert that identifier
    for a user who is to be found by it. It takes an API key, not another session. The auth
    method says how long the session lasts.

    Args:
        auth_method_id (UUID):
        body (SessionCreate): Whose session to mint.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Session
    """

    return (
        await asyncio_detailed(
            auth_method_id=auth_method_id,
            client=client,
            body=body,
        )
    ).parsed

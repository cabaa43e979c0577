# Written by `make generate` from openapi.yaml; never edited by hand.
from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

    from ...client import AuthenticatedClient, Client
from ... import errors
from ...models.user import User
from ...models.user_upsert import UserUpsert
from ...types import Response


def _get_kwargs(
    *,
    body: UserUpsert,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/users",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> User | None:
    if response.status_code == 200:
        response_200 = User.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[User]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: UserUpsert,
) -> Response[User]:
    """Create or update a user

     Finds the user by any of the identifiers, or creates one. Identifiers that are new are
    added, fields that are given replace what is stored, and `data` is merged key by key.
    The response is 500 if the identifiers belong to two different users, or if a value is
    longer than its `maxLength`.

    Args:
        body (UserUpsert): A user, with the fields to set. The identifier is required with a key;
            a session's own
            takes its place.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[User]
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
    body: UserUpsert,
) -> User | None:
    """Create or update a user

     Finds the user by any of the identifiers, or creates one. Identifiers that are new are
    added, fields that are given replace what is stored, and `data` is merged key by key.
    The response is 500 if the identifiers belong to two different users, or if a value is
    longer than its `maxLength`.

    Args:
        body (UserUpsert): A user, with the fields to set. The identifier is required with a key;
            a session's own
            takes its place.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        User
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: UserUpsert,
) -> Response[User]:
    """Create or update a user

     Finds the user by any of the identifiers, or creates one. Identifiers that are new are
    added, fields that are given replace what is stored, and `data` is merged key by key.
    The response is 500 if the identifiers belong to two different users, or if a value is
    longer than its `maxLength`.

    Args:
        body (UserUpsert): A user, with the fields to set. The identifier is required with a key;
            a session's own
            takes its place.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[User]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.built(_build_response, response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: UserUpsert,
) -> User | None:
    """Create or update a user

     Finds the user by any of the identifiers, or creates one. Identifiers that are new are
    added, fields that are given replace what is stored, and `data` is merged key by key.
    The response is 500 if the identifiers belong to two different users, or if a value is
    longer than its `maxLength`.

    Args:
        body (UserUpsert): A user, with the fields to set. The identifier is required with a key;
            a session's own
            takes its place.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        User
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed

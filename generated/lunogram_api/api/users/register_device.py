# Written by `make generate` from openapi.yaml; never edited by hand.
from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

    from ...client import AuthenticatedClient, Client

from ... import errors
from ...models.device_registration import DeviceRegistration
from ...types import Response


def _get_kwargs(
    *,
    body: DeviceRegistration,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/users/devices",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | None:
    if response.status_code == 201:
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
    body: DeviceRegistration,
) -> Response[Any]:
    """Register a user's device for push messages

     Creates the device, or updates the one of the same `device_id`: `os_version`, `model` and
    `app_version` keep their value if they are omitted, and a device of another user moves to
    this one. The user has to exist, which is checked before the device.

    Args:
        body (DeviceRegistration): A device of a user that takes push messages.

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
    body: DeviceRegistration,
) -> Response[Any]:
    """Register a user's device for push messages

     Creates the device, or updates the one of the same `device_id`: `os_version`, `model` and
    `app_version` keep their value if they are omitted, and a device of another user moves to
    this one. The user has to exist, which is checked before the device.

    Args:
        body (DeviceRegistration): A device of a user that takes push messages.

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

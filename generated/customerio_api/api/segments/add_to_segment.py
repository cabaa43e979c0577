# Written by `make generate` from openapi-customerio.yaml; never edited by hand.
from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    import httpx

    from ...client import AuthenticatedClient, Client

from ... import errors
from ...models.id_type import IDType
from ...models.segment_members import SegmentMembers
from ...types import UNSET, Response, Unset


def _get_kwargs(
    segment_id: int,
    *,
    body: SegmentMembers,
    id_type: IDType | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    params: dict[str, Any] = {}

    json_id_type: str | Unset = UNSET
    if not isinstance(id_type, Unset):
        json_id_type = id_type

    params["id_type"] = json_id_type

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/segments/{segment_id}/add_customers".format(
            segment_id=quote(str(segment_id), safe=""),
        ),
        "params": params,
    }

    _kwargs["json"] = body.to_dict()

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
    segment_id: int,
    *,
    client: AuthenticatedClient,
    body: SegmentMembers,
    id_type: IDType | Unset = UNSET,
) -> Response[Any]:
    """Add people to a manual segment

    Args:
        segment_id (int):
        id_type (IDType | Unset): What names a person. Example: email.
        body (SegmentMembers): People, by names of one type.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any]
    """

    kwargs = _get_kwargs(
        segment_id=segment_id,
        body=body,
        id_type=id_type,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return client.built(_build_response, response)


async def asyncio_detailed(
    segment_id: int,
    *,
    client: AuthenticatedClient,
    body: SegmentMembers,
    id_type: IDType | Unset = UNSET,
) -> Response[Any]:
    """Add people to a manual segment

    Args:
        segment_id (int):
        id_type (IDType | Unset): What names a person. Example: email.
        body (SegmentMembers): People, by names of one type.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any]
    """

    kwargs = _get_kwargs(
        segment_id=segment_id,
        body=body,
        id_type=id_type,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return client.built(_build_response, response)

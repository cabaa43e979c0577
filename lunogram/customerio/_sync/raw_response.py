# Derived by `make generate` from lunogram/customerio/_async/raw_response.py; never edited by hand.
"""The calls of `client.with_raw_response`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from lunogram._sync.sender import RawSend
from lunogram.customerio import calls
from lunogram.customerio.messages import (
    SendEmailRequest,
    SendInAppRequest,
    SendInboxMessageRequest,
    SendPushRequest,
    SendSMSRequest,
)
from lunogram.customerio.models import (
    CustomerID,
    Delivery,
    EventType,
    IDType,
    Platform,
    RegionInfo,
    TriggeredBroadcast,
)
from lunogram.models import Data, RawResponse


class TrackWithRawResponse:
    """The calls of the Track API. They take a site id and a key of it.

    As `Track`, with the whole response around the answer.
    """

    def __init__(self, send: RawSend) -> None:
        self._send = send

    def identify(self, customer_id: CustomerID, attributes: Data) -> RawResponse[None]:
        """Create or update a person. Attributes that are left out stay as they are.

        As `Track.identify`, with the whole response around the answer.
        """
        return self._send(calls.identify(customer_id, attributes))

    def delete(self, customer_id: CustomerID) -> RawResponse[None]:
        """Delete a person and all that is known of them.

        As `Track.delete`, with the whole response around the answer.
        """
        return self._send(calls.delete(customer_id))

    def track(
        self,
        customer_id: CustomerID,
        name: str,
        data: Data | None = None,
        *,
        id: CustomerID | None = None,
        timestamp: datetime | int | None = None,
        type: EventType | None = None,
    ) -> RawResponse[None]:
        """Record an event of a person.

        As `Track.track`, with the whole response around the answer.
        """
        return self._send(
            calls.track(customer_id, name, data, id=id, timestamp=timestamp, type=type)
        )

    def pageview(
        self,
        customer_id: CustomerID,
        page: str,
        data: Data | None = None,
        *,
        id: CustomerID | None = None,
        timestamp: datetime | int | None = None,
    ) -> RawResponse[None]:
        """Record that a person saw a page.

        As `Track.pageview`, with the whole response around the answer.
        """
        return self._send(
            calls.track(customer_id, page, data, id=id, timestamp=timestamp, type="page")
        )

    def screenview(
        self,
        customer_id: CustomerID,
        screen: str,
        data: Data | None = None,
        *,
        id: CustomerID | None = None,
        timestamp: datetime | int | None = None,
    ) -> RawResponse[None]:
        """Record that a person saw a screen of an app.

        As `Track.screenview`, with the whole response around the answer.
        """
        return self._send(
            calls.track(customer_id, screen, data, id=id, timestamp=timestamp, type="screen")
        )

    def track_anonymous(
        self,
        anonymous_id: CustomerID | None,
        name: str,
        data: Data | None = None,
        *,
        id: CustomerID | None = None,
        timestamp: datetime | int | None = None,
    ) -> RawResponse[None]:
        """Record an event of somebody unknown, or invite somebody.

        As `Track.track_anonymous`, with the whole response around the answer.
        """
        return self._send(
            calls.track_anonymous(anonymous_id, name, data, id=id, timestamp=timestamp)
        )

    def merge_customers(
        self,
        primary_id_type: IDType,
        primary_id: CustomerID,
        secondary_id_type: IDType,
        secondary_id: CustomerID,
    ) -> RawResponse[None]:
        """Merge the secondary person into the primary. It can't be undone.

        As `Track.merge_customers`, with the whole response around the answer.
        """
        return self._send(
            calls.merge_customers(primary_id_type, primary_id, secondary_id_type, secondary_id)
        )

    def add_device(
        self,
        customer_id: CustomerID,
        device_id: str,
        platform: Platform,
        attributes: Data | None = None,
        *,
        last_used: datetime | int | None = None,
    ) -> RawResponse[None]:
        """Add or update a device of a person.

        As `Track.add_device`, with the whole response around the answer.
        """
        return self._send(
            calls.add_device(customer_id, device_id, platform, attributes, last_used=last_used)
        )

    def delete_device(self, customer_id: CustomerID, device_id: str) -> RawResponse[None]:
        """Delete a device of a person.

        As `Track.delete_device`, with the whole response around the answer.
        """
        return self._send(calls.delete_device(customer_id, device_id))

    def suppress(self, customer_id: CustomerID) -> RawResponse[None]:
        """Delete a person, and take nothing more about them.

        As `Track.suppress`, with the whole response around the answer.
        """
        return self._send(calls.suppress(customer_id))

    def unsuppress(self, customer_id: CustomerID) -> RawResponse[None]:
        """Take in what is sent about a person again. What was deleted does not come back.

        As `Track.unsuppress`, with the whole response around the answer.
        """
        return self._send(calls.unsuppress(customer_id))

    def add_to_segment(
        self,
        segment_id: int | str,
        customer_ids: Sequence[CustomerID],
        *,
        id_type: IDType | None = None,
    ) -> RawResponse[None]:
        """Add people to a manual segment.

        As `Track.add_to_segment`, with the whole response around the answer.
        """
        return self._send(calls.add_to_segment(segment_id, customer_ids, id_type=id_type))

    def remove_from_segment(
        self,
        segment_id: int | str,
        customer_ids: Sequence[CustomerID],
        *,
        id_type: IDType | None = None,
    ) -> RawResponse[None]:
        """Remove people from a manual segment.

        As `Track.remove_from_segment`, with the whole response around the answer.
        """
        return self._send(calls.remove_from_segment(segment_id, customer_ids, id_type=id_type))

    def batch(self, operations: Sequence[Data]) -> RawResponse[None]:
        """Carry out several operations in one request.

        As `Track.batch`, with the whole response around the answer.
        """
        return self._send(calls.batch(operations))

    def region(self) -> RawResponse[RegionInfo]:
        """Find the region that the keys belong to.

        As `Track.region`, with the whole response around the answer.
        """
        return self._send(calls.region())


class AppWithRawResponse:
    """The calls of the App API. They take a key of it.

    As `App`, with the whole response around the answer.
    """

    def __init__(self, send: RawSend) -> None:
        self._send = send

    def send_email(self, request: SendEmailRequest) -> RawResponse[Delivery]:
        """Send an email to one person.

        As `App.send_email`, with the whole response around the answer.
        """
        return self._send(calls.send(calls.EMAIL, request))

    def send_push(self, request: SendPushRequest) -> RawResponse[Delivery]:
        """Send a push message to one person.

        As `App.send_push`, with the whole response around the answer.
        """
        return self._send(calls.send(calls.PUSH, request))

    def send_sms(self, request: SendSMSRequest) -> RawResponse[Delivery]:
        """Send a text message to one person.

        As `App.send_sms`, with the whole response around the answer.
        """
        return self._send(calls.send(calls.SMS, request))

    def send_inbox_message(self, request: SendInboxMessageRequest) -> RawResponse[Delivery]:
        """Send a message to one person's inbox.

        As `App.send_inbox_message`, with the whole response around the answer.
        """
        return self._send(calls.send(calls.INBOX_MESSAGE, request))

    def send_in_app(self, request: SendInAppRequest) -> RawResponse[Delivery]:
        """Send a message that one person sees inside an app.

        As `App.send_in_app`, with the whole response around the answer.
        """
        return self._send(calls.send(calls.IN_APP, request))

    def trigger_broadcast(
        self,
        broadcast_id: int | str,
        data: Data | None = None,
        *,
        recipients: Data | None = None,
        ids: Sequence[CustomerID] | None = None,
        emails: Sequence[str] | None = None,
        per_user_data: Sequence[Data] | None = None,
        data_file_url: str | None = None,
        id_ignore_missing: bool | None = None,
        email_ignore_missing: bool | None = None,
        email_add_duplicates: bool | None = None,
    ) -> RawResponse[TriggeredBroadcast]:
        """Trigger a broadcast, to recipients of at most one kind.

        As `App.trigger_broadcast`, with the whole response around the answer.
        """
        kinds = {
            "recipients": recipients,
            "ids": ids,
            "emails": emails,
            "per_user_data": per_user_data,
            "data_file_url": data_file_url,
        }
        flags = {
            "id_ignore_missing": id_ignore_missing,
            "email_ignore_missing": email_ignore_missing,
            "email_add_duplicates": email_add_duplicates,
        }
        return self._send(calls.trigger_broadcast(broadcast_id, data, kinds, flags))

    def create_collection(
        self, name: str, items: Sequence[Data] | None = None, *, url: str | None = None
    ) -> RawResponse[None]:
        """Create a collection, of either items or what is at a URL.

        As `App.create_collection`, with the whole response around the answer.
        """
        return self._send(calls.create_collection(name, items, url=url))

    def update_collection(
        self,
        collection_id: CustomerID,
        name: str,
        items: Sequence[Data] | None = None,
        *,
        url: str | None = None,
    ) -> RawResponse[None]:
        """Replace the contents of a collection.

        As `App.update_collection`, with the whole response around the answer.
        """
        return self._send(calls.update_collection(collection_id, name, items, url=url))

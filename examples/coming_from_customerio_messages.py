"""The program of coming_from_customerio_messages_before.py with lunogram: the imports differ.

Run it against a local Lunogram server:

    lunogram sandbox --customerio        # prints the variables to set
    python examples/coming_from_customerio_messages.py
"""

import os

from lunogram.customerio.compat import (
    APIClient,
    CustomerIO,
    CustomerIOException,
    Regions,
    SendEmailRequest,
    SendPushRequest,
)
from lunogram.customerio.compat.constants import CIOID, ID


def main() -> None:
    with CustomerIO("a-site-id", "a-track-api-key", region=Regions.US) as cio:
        response = cio.identify(id="5", email="lucy@example.com", first_name="Lucy")
        print(response.status_code)
        cio.merge_customers(ID, "5", CIOID, "cio_03a7")
    with APIClient(os.environ["CUSTOMERIO_APP_API_KEY"], region=Regions.US) as api:
        confirm(api)
        notify(api)


def confirm(api: APIClient) -> None:
    request = SendEmailRequest(
        to="lucy@example.com",
        _from="shop@example.com",
        transactional_message_id="3",
        identifiers={"id": "5"},
        message_data={"name": "Lucy", "items": [{"name": "shoes", "price": "59.99"}]},
    )
    request.attach("receipt.txt", "Thank you")
    print("email:", "delivery_id" in api.send_email(request))


def notify(api: APIClient) -> None:
    device = {"token": "messaging-token", "platform": "android"}
    request = SendPushRequest("4", identifiers={"id": "5"}, device=device)
    print("push:", "delivery_id" in api.send_push(request))
    try:
        request.identifiers = {}
        api.send_push(request)
    except CustomerIOException as error:
        print(f"refused: {type(error).__name__}")


if __name__ == "__main__":
    main()

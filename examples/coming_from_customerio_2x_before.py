"""A shop that tells Customer.io what happens, with Customer.io's own package of 2.x.

coming_from_customerio_2x.py is the same program for Lunogram: the import is all that differs.
"""

from datetime import UTC, datetime, timedelta

from customerio import CustomerIO, CustomerIOException, Regions  # pyright: ignore[reportAttributeAccessIssue]


def main() -> None:
    cio = CustomerIO("a-site-id", "a-track-api-key", region=Regions.EU)
    cio.track_anonymous(anonymous_id="anon-1", name="pricing viewed", source="ad")
    cio.identify(id="5", email="lucy@example.com", anonymous_id="anon-1", first_name="Lucy")
    cio.add_device(customer_id="5", device_id="messaging-token", platform="android")
    cio.pageview(customer_id="5", page="https://shop.example.com/socks", referrer="newsletter")
    cio.track(customer_id="5", name="purchase", type="socks", price=13.99)
    cio.track(customer_id="5", name="purchase", type="shoes", price=59.99)
    yesterday = datetime.now(UTC) - timedelta(days=1)
    cio.backfill(customer_id="5", name="cart filled", timestamp=yesterday, items=2)
    cio.identify(id="5", plan="premium")
    try:
        cio.track(customer_id="", name="nobody's event")
    except CustomerIOException as error:
        print(f"refused: {type(error).__name__}")


if __name__ == "__main__":
    main()

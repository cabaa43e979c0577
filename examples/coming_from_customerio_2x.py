"""The program of coming_from_customerio_2x_before.py, which now tells Lunogram: the import differs.

Run it against a local Lunogram server:

    lunogram sandbox                     # prints the two variables to set
    python examples/coming_from_customerio_2x.py
"""

from datetime import UTC, datetime, timedelta

from lunogram.customerio.compat import CustomerIO, CustomerIOException, Regions


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

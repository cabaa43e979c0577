"""The program of coming_from_customerio_before.py, which now tells Lunogram: the import differs.

Run it against a local Lunogram server:

    lunogram sandbox                     # prints the two variables to set
    python examples/coming_from_customerio.py
"""

from datetime import UTC, datetime, timedelta

from lunogram.customerio.compat import CustomerIO, CustomerIOException, Regions


def main() -> None:
    with CustomerIO("a-site-id", "a-track-api-key", region=Regions.EU) as cio:
        sign_up(cio)
        shop(cio)
        tidy_up(cio)


def sign_up(cio: CustomerIO) -> None:
    cio.track_anonymous("anon-1", "pricing viewed", {"from": "ad"})
    cio.identify(
        id="5",
        email="lucy@example.com",
        created_at=datetime.now(UTC),
        anonymous_id="anon-1",
        first_name="Lucy",
        plan="basic",
    )
    cio.add_device(customer_id="5", device_id="messaging-token", platform="android")


def shop(cio: CustomerIO) -> None:
    cio.pageview(customer_id="5", page="https://shop.example.com/socks", referrer="newsletter")
    cio.track(customer_id="5", name="purchase", data={"type": "socks", "price": 13.99})
    cio.track(
        "5",
        "purchase",
        data={"type": "shoes", "price": 59.99},
        id="01JGFJJZ00WXCZ6G5K7A2N9YQT",
        timestamp=datetime.now(UTC),
    )
    yesterday = datetime.now(UTC) - timedelta(days=1)
    cio.backfill("5", "cart filled", yesterday, items=2)
    cio.identify(id="5", plan="premium")


def tidy_up(cio: CustomerIO) -> None:
    cio.identify(id="6", email="gone@example.com")
    cio.delete(customer_id="6")
    try:
        cio.track(customer_id="", name="nobody's event")
    except CustomerIOException as error:
        print(f"refused: {type(error).__name__}")


if __name__ == "__main__":
    main()

"""A shop records what happened in a day.

Run it against a local Lunogram server:

    lunogram sandbox                     # prints the variables to set
    python examples/quickstart.py
"""

from datetime import UTC, datetime, timedelta

from dateutil.relativedelta import relativedelta

from lunogram import Event, ExternalID, Lunogram, Message


def main() -> None:
    with Lunogram() as client:  # the LUNOGRAM_… variables say where
        print(client.ping())
        people(client)
        company(client)
        orders(client)
        plans(client)
        inbox(client)


def people(client: Lunogram) -> None:
    ada = client.user.upsert(
        ["user_ada", ("stripe", "cus_1")],
        email="ada@example.com",
        timezone="Europe/London",
        data={"plan": "pro", "first_name": "Ada"},
    )
    print(f"Ada is version {ada.version}, with {len(ada.identifier)} identifiers")
    client.user.upsert("user_bob", phone="+31612345678", locale="nl-NL", data={"plan": "free"})
    client.user.upsert(ExternalID("user_eve", metadata={"from": "import"}), data={"plan": "pro"})


def company(client: Lunogram) -> None:
    client.organization.upsert("org_acme", name="Acme", data={"plan": "enterprise"})
    client.organization.add_user("org_acme", "user_ada", data={"role": "admin"})
    client.organization.add_user("org_acme", "user_bob", data={"role": "member"})


def orders(client: Lunogram) -> None:
    client.user.events.post(
        [
            Event("order.completed", "user_ada", data={"total": 99.99, "currency": "GBP"}),
            Event("order.completed", "user_bob", data={"total": 12.50, "currency": "EUR"}),
        ]
    )
    # One event for everybody on the plan, without naming them.
    client.user.events.post(Event("feature.released", match={"plan": "pro"}, data={"name": "sso"}))
    client.organization.events.post(Event("invoice.paid", "org_acme", data={"amount": 1200}))


def plans(client: Lunogram) -> None:
    now = datetime.now(UTC)
    client.user.schedule.upsert(
        "trial.end", "user_bob", scheduled_at=now + timedelta(weeks=2), data={"plan": "free"}
    )
    client.user.schedule.upsert(
        "usage.report", "user_ada", interval=timedelta(days=7), start_at=now + timedelta(days=1)
    )
    client.organization.schedule.upsert(
        "billing.reminder", "org_acme", interval=relativedelta(months=1)
    )


def inbox(client: Lunogram) -> None:
    client.user.inbox.send(
        Message("order_1_shipped", "user_ada", content={"title": "Your order is on its way"})
    )
    for message in client.user.inbox.list("user_ada", status="unread"):
        print(f"Ada's inbox: {message.content['title']}")


if __name__ == "__main__":
    main()

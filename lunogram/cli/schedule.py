"""`lunogram schedule`: the schedules of a user or an organization."""

from __future__ import annotations

from typing import Any

import click

from lunogram.cli.call_options import (
    delivery_options,
    ensure_users_option,
    identifier_options,
    json_options,
    organization_option,
    sending,
)


@click.command()
@click.argument("name")
@identifier_options
@json_options("data")
@click.option("--at", "scheduled_at", metavar="TIME", help="When it fires (first), in ISO 8601.")
@click.option("--every", "interval", metavar="INTERVAL", help="How often, such as '7 days'.")
@click.option("--start", "start_at", metavar="TIME", help="When the first interval begins.")
@click.option("--delete", is_flag=True, help="Delete the schedules of this name instead.")
@organization_option
@ensure_users_option
@delivery_options
def schedule(
    *,
    name: str,
    external_id: str,
    source: str,
    data: dict[str, Any],
    pairs: dict[str, Any],
    scheduled_at: str | None,
    interval: str | None,
    start_at: str | None,
    delete: bool,
    organization: bool,
    **target: Any,
) -> None:
    """Create or replace the schedule NAME of the user with the identifier ID.

    \b
    lunogram schedule trial.end user_123 --at 2027-01-15T09:00:00Z
    lunogram schedule digest user_123 --every '7 days'
    lunogram schedule digest user_123 --delete

    It records the event scheduled.NAME.
    """  # noqa: D301 - \b is the character with which click keeps lines
    if delete and (data or pairs or scheduled_at or interval or start_at):
        raise click.UsageError("--delete takes only NAME, ID, --source and --organization")
    if not (delete or scheduled_at or interval):
        raise click.UsageError("one of --at, --every and --delete is required")
    with sending(**target) as api:
        resource = api.organization if organization else api.user
        if delete:
            resource.schedule.delete(name, (source, external_id))
            return
        resource.schedule.upsert(
            name,
            (source, external_id),
            scheduled_at=scheduled_at,
            start_at=start_at,
            interval=interval,
            data=data | pairs or None,
        )

"""``manage.py lunogram_relay``: delivers what the project has queued, until it is stopped."""

from __future__ import annotations

import signal
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lunogram import Lunogram, LunogramError
from lunogram.outbox import Outbox

from ...configuration import configuration


class Command(BaseCommand):  # type: ignore[misc]
    """Deliver the calls of the outbox, and retry until they succeed.

    The options of the relay are in LUNOGRAM["RELAY"]. SIGTERM and Ctrl-C finish the requests in
    flight.
    """

    help = "Deliver the calls of the outbox to Lunogram, and retry until they succeed."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add ``--until-empty``.

        Args:
            parser: The parser of the command.
        """
        text = "End when nothing is pending."
        parser.add_argument("--until-empty", action="store_true", help=text)

    def handle(self, *, until_empty: bool, **_: Any) -> None:
        """Run the relay.

        Args:
            until_empty: Whether to end when nothing is pending.

        Raises:
            CommandError: If the outbox or the client can't be used.
        """
        chosen = configuration()
        try:
            client = Lunogram(
                chosen.api_key, base_url=chosen.base_url, project_id=chosen.project_id
            )
            with client, Outbox(chosen.url) as outbox:
                relay = outbox.relay(client, **chosen.relay)
                for number in (signal.SIGTERM, signal.SIGINT):
                    signal.signal(number, lambda *_: relay.ask_to_stop())
                self.stdout.write(f"relaying {outbox.url} as {client}")
                relay.run(until_empty=until_empty)
        except LunogramError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"stopped: {relay.stats().delivered} delivered")

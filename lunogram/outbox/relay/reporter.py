"""What a relay tells of what it does: its statistics, the log, and the program's callbacks."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from ..options import RelaySettings
from ..store import DeadLetter
from .failure_policy import FailureAction, action_for, shown
from .stats import Progress

logger = logging.getLogger("lunogram.outbox")


class Reporter:
    """Reports failures and dead letters."""

    def __init__(self, settings: RelaySettings, progress: Progress) -> None:
        """Make it.

        Args:
            settings: The options of the relay, with the callbacks.
            progress: The statistics of the relay.
        """
        self._settings = settings
        self._progress = progress

    def failed(self, error: Exception, pause: float) -> float:
        """Report a failure that is retried after a pause; return the pause.

        Args:
            error: The failure.
            pause: The seconds until the retry.
        """
        self._progress.failed(shown(error))
        level = logging.WARNING if action_for(error) is FailureAction.RETRY else logging.ERROR
        logger.log(level, "retrying in %.1f s: %s", pause, shown(error))
        self._tell(self._settings.on_error, error)
        return pause

    def delivers_again(self) -> None:
        """Report that a request has succeeded, after those that failed."""
        if self._progress.consecutive_failures:
            logger.info("delivering again after %d failures", self._progress.consecutive_failures)
            self._progress.consecutive_failures = 0

    def died(self, letter: DeadLetter) -> None:
        """Report a dead letter.

        Args:
            letter: The dead letter.
        """
        self._progress.dead += 1
        entry = letter.entry
        logger.error(
            "dead letter %d: %s %s: %s",
            entry.sequence,
            entry.shown_method,
            entry.shown_path,
            letter.shown_problem,
        )
        self._tell(self._settings.on_dead_letter, letter)

    def _tell(self, callback: Callable[[Any], object] | None, fact: object) -> None:
        try:
            if callback:
                callback(fact)
        except Exception:
            logger.exception("a callback of the relay raised an exception")

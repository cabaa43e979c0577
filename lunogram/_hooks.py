"""The calls of the hooks ``on_request`` and ``on_response``."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .attempt_traces import OnRequest, OnResponse, RequestTrace, ResponseTrace, Timings
from .errors import ConfigurationError

if TYPE_CHECKING:
    from ._attempts import Outcome, Request

logger = logging.getLogger("lunogram")


def check_hook(name: str, hook: object) -> None:
    """Check the option for a hook.

    Args:
        name: The name of the option.
        hook: Its value.

    Raises:
        ConfigurationError: If it is neither None nor a plain function.
    """
    if hook is not None and (not callable(hook) or inspect.iscoroutinefunction(hook)):
        raise ConfigurationError(f"{name} must be a function, and not a coroutine function")


def before_attempt(hook: OnRequest | None, request: Request, attempt: int) -> None:
    """Call ``on_request``.

    Args:
        hook: The hook, or None.
        request: The request.
        attempt: The number of the attempt, from 1.
    """
    if hook:
        name, info = request.operation.name, request.info
        trace = RequestTrace(operation=name, request=info, attempt=attempt, body=request.body)
        _call("on_request", hook, trace)


def after_attempt(
    hook: OnResponse | None,
    request: Request,
    attempt: int,
    outcome: Outcome,
    *,
    pause: float | None,
    timings: Timings,
) -> None:
    """Call ``on_response``.

    Args:
        hook: The hook, or None.
        request: The request.
        attempt: The number of the attempt, from 1.
        outcome: The response, or the failure.
        pause: The seconds until the next attempt, or None.
        timings: The durations of the attempt.
    """
    if hook:
        trace = ResponseTrace(
            operation=request.operation.name,
            request=request.info,
            attempt=attempt,
            status_code=getattr(outcome, "status_code", None),
            headers=getattr(outcome, "headers", {}),
            body=getattr(outcome, "body", None),
            failure=getattr(outcome, "reason", None),
            retry_in=pause,
            timings=timings,
        )
        _call("on_response", hook, trace)


def _call(name: str, hook: Callable[[Any], object], trace: object) -> None:
    """Call a hook. What it raises does not change the outcome of the request."""
    try:
        hook(trace)
    except Exception as error:  # noqa: BLE001 - a fault of the program's own tracing
        logger.warning("%s raised %s; the request is not affected", name, type(error).__name__)

"""The writes of the client, which somebody keeps: an outbox, or one in a caller's transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._sync.client import Lunogram
from .errors import ReadRefusedError
from .queueing import Put
from .resources import InboxQueue, OrganizationsQueue, UsersQueue


class Writes:
    """The client's own methods, with the same arguments and checks; those that write.

    Attributes:
        user: Users, as on the client; writes only.
        organization: Organizations, as on the client; writes only.
    """

    def __init__(self, put: Put) -> None:
        """Make them.

        Args:
            put: Keeps each call.
        """
        self.user = UsersQueue(put)
        self.organization = OrganizationsQueue(put)

    if not TYPE_CHECKING:  # to type checkers, what an outbox can't do is not there

        def __getattr__(self, name: str) -> Any:
            raise _refusal(self, name, Lunogram)


def _refuse_read(self: InboxQueue, name: str) -> Any:
    from .._sync.subjects import Inbox

    raise _refusal(self, name, Inbox)


def _refusal(owner: object, name: str, original: type) -> AttributeError:
    if name in ("push", "sessions") or hasattr(original, name):
        return ReadRefusedError(f"{name} needs an answer, so it needs the client, not an outbox")
    return AttributeError(f"{type(owner).__name__!r} object has no attribute {name!r}")


if not TYPE_CHECKING:
    InboxQueue.__getattr__ = _refuse_read

"""Lunogram in Django: calls that are queued with your transaction, and a relay as a command.

INSTALLED_APPS = [..., "lunogram.contrib.django"]

from lunogram.contrib.django import outbox

outbox().user.events.post(Event("order.completed", user.pk))
"""

from .outboxes import outbox

__all__ = ["outbox"]

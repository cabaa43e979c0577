"""Test cases that see what is queued."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from ...testing import Recording, recording

__all__ = ["LunogramTestMixin"]

if TYPE_CHECKING:
    from unittest import TestCase as _TestCase
else:
    _TestCase = object


class LunogramTestMixin(_TestCase):
    """A mixin for test cases, which record calls instead of queueing or sending them.

        class CheckoutTests(LunogramTestMixin, TestCase):
            def test_checkout(self):
                self.client.post("/checkout/")
                self.lunogram.assert_sent("order.completed", user="user_123")

    A call is recorded when it is made, also in a transaction that is rolled back.

    Attributes:
        lunogram: The recording of the test.
    """

    lunogram: Recording

    def run(self, result: Any = None) -> Any:
        """Run the test.

        Args:
            result: As `unittest.TestCase.run` takes it.
        """
        with ExitStack() as stack:
            self.lunogram = stack.enter_context(recording())
            return super().run(result)

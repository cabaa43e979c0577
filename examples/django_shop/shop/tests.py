"""The tests of the shop."""

from django.test import TestCase

from lunogram.contrib.django.test import LunogramTestMixin

from .models import Order


class CheckoutTests(LunogramTestMixin, TestCase):
    """Orders are recorded in Lunogram."""

    def test_an_order(self) -> None:
        """An order is an event of its customer."""
        response = self.client.post("/checkout/", {"customer": "user_123", "total": "99.99"})
        assert response.status_code == 200
        assert Order.objects.count() == 1
        self.lunogram.assert_sent("order.completed", user="user_123", data={"total": "99.99"})


class TransactionTests(TestCase):
    """Without the mixin, calls are queued in the database of the tests."""

    def test_an_order(self) -> None:
        """Nothing of it is left after the test."""
        response = self.client.post("/checkout/", {"customer": "user_123", "total": "99.99"})
        assert response.status_code == 200

"""The pages of the shop."""

from decimal import Decimal

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest

from lunogram import Event
from lunogram.contrib.django import outbox

from .models import Order


@transaction.atomic
def checkout(request: HttpRequest) -> HttpResponse:
    """Place an order. The event is queued if and only if the order is in the database."""
    order = Order.objects.create(
        customer=request.POST["customer"], total=Decimal(request.POST["total"])
    )
    outbox().user.events.post(
        Event("order.completed", order.customer, data={"total": str(order.total)})
    )
    if order.total <= 0:
        transaction.set_rollback(True)
        return HttpResponseBadRequest("there is nothing to pay")
    return HttpResponse(f"thank you for {order}")

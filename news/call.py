"""Describe an open call: when it may be answered, by whom, and for how much."""

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

import graphene
from django.db import models

from cms.content.sources import type_of
from cms.content.types import DateTime, Money
from cms.publishing import exposure
from cms.publishing.protocols import Reference


class CallStatus(models.TextChoices):
    """Where a call stands now."""

    UPCOMING = "UPCOMING", "It has not opened yet."
    OPEN = "OPEN", "It may be answered now."
    CLOSED = "CLOSED", "Its closing time has passed."
    UNKNOWN = "UNKNOWN", "No closing time is known."


CallStatusEnum = exposure.enum_type(
    CallStatus, "Where a call stands now, worked out from its times."
)


def call_status(
    opens_at: dt.datetime | None, closes_at: dt.datetime | None, *, now: dt.datetime
) -> CallStatus:
    """Say where a call stands at an instant.

    Shape: at its closing time a call is closed. Without a known closing time nothing says that it
           is still open, so it is UNKNOWN once it is not ahead of its opening.
    """
    if closes_at and now >= closes_at:
        return CallStatus.CLOSED
    if opens_at and now < opens_at:
        return CallStatus.UPCOMING
    return CallStatus.OPEN if closes_at else CallStatus.UNKNOWN


class MoneyValue(NamedTuple):
    """Hold an amount in one currency."""

    amount: Decimal
    currency: str


def money(amount: Decimal | None, *, currency: str) -> MoneyValue | None:
    """Return an amount with two decimals, or None when nobody stated one."""
    if amount is None:
        return None
    return MoneyValue(Decimal(amount).quantize(Decimal("0.01")), currency)


class OpenCallValue(NamedTuple):
    """Hold what is stored of a call; its status depends on the time of reading."""

    opens_at: dt.datetime | None
    closes_at: dt.datetime | None
    time_zone: str
    budget: MoneyValue | None
    maximum_grant: MoneyValue | None
    eligible_applicants: list[Reference]
    apply_url: str | None


class OpenCall(graphene.ObjectType):
    """The details of an open call; `status` is added where it is read."""

    class Meta:
        description = "The details of an open call."

    opens_at = graphene.Field(DateTime, description="From when it may be answered.")
    closes_at = graphene.Field(
        DateTime, description="Until when it may be answered, if that is known."
    )
    time_zone = graphene.String(
        required=True, description="IANA name of the zone in which its times were given."
    )
    budget = graphene.Field(Money, description="Money for all grants together.")
    maximum_grant = graphene.Field(Money, description="The most that one applicant may get.")
    eligible_applicants = graphene.List(
        graphene.NonNull(type_of("content.Term")),
        required=True,
        description="Kinds of organisations that may apply.",
    )
    apply_url = graphene.String(description="Where to apply.")

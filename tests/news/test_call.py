"""Where a call stands."""

import datetime as dt
from decimal import Decimal

import pytest

from news.call import CallStatus, MoneyValue, call_status, money

NOW = dt.datetime(2020, 6, 9, 12, 0, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


@pytest.mark.parametrize(
    ("opens_at", "closes_at", "expected"),
    [
        (NOW + SECOND, NOW + 2 * SECOND, CallStatus.UPCOMING),
        (NOW + SECOND, None, CallStatus.UPCOMING),
        (NOW, NOW + SECOND, CallStatus.OPEN),
        (None, NOW + SECOND, CallStatus.OPEN),
        (NOW - SECOND, NOW, CallStatus.CLOSED),
        (None, NOW - SECOND, CallStatus.CLOSED),
        (NOW - SECOND, None, CallStatus.UNKNOWN),
        (None, None, CallStatus.UNKNOWN),
    ],
)
def test_status_follows_from_the_times(
    opens_at: dt.datetime | None, closes_at: dt.datetime | None, expected: CallStatus
) -> None:
    assert call_status(opens_at, closes_at, now=NOW) == expected


def test_money_has_two_decimals_and_stays_absent() -> None:
    assert money(Decimal(1000), currency="EUR") == MoneyValue(Decimal("1000.00"), "EUR")
    assert str(money(Decimal(1000), currency="EUR").amount) == "1000.00"  # type: ignore[union-attr]
    assert money(Decimal(0), currency="EUR") == MoneyValue(Decimal("0.00"), "EUR")
    assert money(None, currency="EUR") is None

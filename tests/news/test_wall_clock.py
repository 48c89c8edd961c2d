"""Times written as the clock on the wall shows them."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from news.wall_clock import at_wall_clock


def test_a_written_time_gets_its_zone() -> None:
    instant = at_wall_clock(dt.datetime(2026, 7, 1, 10, 0), zone="Europe/Zagreb")  # noqa: DTZ001

    assert instant == dt.datetime(2026, 7, 1, 8, 0, tzinfo=dt.UTC)


def test_a_time_that_clocks_never_show_is_refused() -> None:
    with pytest.raises(ValidationError) as refused:
        at_wall_clock(dt.datetime(2026, 3, 29, 3, 30), zone="Europe/Sofia")  # noqa: DTZ001

    assert refused.value.messages == [
        "Clocks in Europe/Sofia were set forward then: give a time an hour later."
    ]


def test_a_time_that_clocks_show_twice_is_the_first_one() -> None:
    instant = at_wall_clock(dt.datetime(2026, 10, 25, 3, 30), zone="Europe/Sofia")  # noqa: DTZ001

    assert instant == dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)

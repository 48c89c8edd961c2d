"""A project's dates and its status."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.status import ProjectStatus, last_day, project_status, whole_months

DATES = st.dates(min_value=dt.date(1990, 1, 1), max_value=dt.date(2090, 1, 1))


@pytest.mark.parametrize(
    ("starts_on", "months", "expected"),
    [
        ((2015, 12, 1), 6, (2016, 5, 31)),
        ((2017, 12, 1), 24, (2019, 11, 30)),
        ((2024, 1, 31), 1, (2024, 2, 29)),
        ((2023, 1, 31), 1, (2023, 2, 28)),
        ((2023, 1, 15), 1, (2023, 2, 14)),
        ((2023, 12, 31), 2, (2024, 2, 29)),
        ((2023, 2, 28), 12, (2024, 2, 27)),
    ],
)
def test_last_day_belongs_to_the_period(
    starts_on: tuple[int, int, int], months: int, expected: tuple[int, int, int]
) -> None:
    assert last_day(dt.date(*starts_on), months=months) == dt.date(*expected)


@given(DATES, st.integers(min_value=1, max_value=240))
def test_a_longer_period_never_ends_earlier(starts_on: dt.date, months: int) -> None:
    assert last_day(starts_on, months=months) < last_day(starts_on, months=months + 1)


@given(DATES, st.integers(min_value=1, max_value=240))
def test_counting_months_undoes_working_out_the_last_day(starts_on: dt.date, months: int) -> None:
    assert whole_months(starts_on, last_day(starts_on, months=months)) == months


def test_broken_months_are_not_counted() -> None:
    assert whole_months(dt.date(2020, 1, 1), dt.date(2020, 2, 15)) is None
    assert whole_months(dt.date(2020, 1, 1), dt.date(2020, 1, 1)) is None


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "expected"),
    [
        (dt.date(2020, 5, 2), dt.date(2020, 6, 1), ProjectStatus.PLANNED),
        (dt.date(2020, 5, 2), None, ProjectStatus.PLANNED),
        (dt.date(2020, 5, 1), dt.date(2020, 5, 1), ProjectStatus.RUNNING),
        (dt.date(2020, 4, 1), dt.date(2020, 4, 30), ProjectStatus.COMPLETED),
        (None, dt.date(2020, 4, 30), ProjectStatus.COMPLETED),
        (None, dt.date(2020, 5, 1), ProjectStatus.UNKNOWN),
        (dt.date(2010, 1, 1), None, ProjectStatus.UNKNOWN),
        (None, None, ProjectStatus.UNKNOWN),
    ],
)
def test_status_follows_from_the_dates(
    starts_on: dt.date | None, ends_on: dt.date | None, expected: ProjectStatus
) -> None:
    assert project_status(starts_on, ends_on, today=dt.date(2020, 5, 1)) == expected

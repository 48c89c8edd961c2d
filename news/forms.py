"""Read the times of calls and events as the clock on the wall shows them."""

from typing import ClassVar

from cms.content.publication import ContentPageForm
from news.wall_clock import WallClockForm


class NewsPageForm(WallClockForm, ContentPageForm):
    """Edit a news item."""

    wall_clock_zones: ClassVar[dict[str, str]] = {
        "call_opens_at": "call_time_zone",
        "call_closes_at": "call_time_zone",
    }


class EventPageForm(WallClockForm, ContentPageForm):
    """Edit an event."""

    wall_clock_zones: ClassVar[dict[str, str]] = {
        "starts_at": "time_zone",
        "ends_at": "time_zone",
    }

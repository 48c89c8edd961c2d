"""A calendar that we did not write understands ours: Debian's khal."""

import datetime as dt
import subprocess
import urllib.request
import zoneinfo
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from news.models import EventPage
from tests.page_factories import make_event, make_world
from tests.readers.conftest import program

pytestmark = [
    pytest.mark.readers,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

SOFIA = zoneinfo.ZoneInfo("Europe/Sofia")
TITLE = "Среща; „разширена“, with\\signs ]]> 🎉 and a title that has to be folded"
CONFIG = """
[calendars]
[[cluster]]
path = {folder}/calendar
[sqlite]
path = {folder}/khal.db
[default]
default_calendar = cluster
[locale]
local_timezone = {zone}
default_timezone = {zone}
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
"""
SHOWN = "{start-long}|{end-long}|{title}|{location}|{status}|{uid}"


@dataclass
class Khal:
    """Be one person's calendar, looked at from one time zone."""

    command: str
    folder: Path

    def take(self, text: bytes) -> None:
        """Import a calendar, as after a download."""
        file = self.folder / "taken.ics"
        file.write_bytes(text)
        self.run("import", "--batch", "-a", "cluster", str(file))

    def shows(self, zone: str = "Europe/Sofia") -> list[list[str]]:
        """Return start, end, title, place, status and id of what is in the calendar."""
        told = self.run(
            *("list", "--once", "--format", SHOWN, "--day-format", "", "2026-03-01", "300d"),
            zone=zone,
        )
        return [line.split("|") for line in told.splitlines() if line]

    def run(self, *arguments: str, zone: str = "Europe/Sofia") -> str:
        """Run a command of khal and return what it says."""
        config = self.folder / "khal.conf"
        config.write_text(CONFIG.format(folder=self.folder, zone=zone), encoding="utf-8")
        ended = subprocess.run(
            [self.command, "-c", str(config), *arguments],
            check=True,
            timeout=60,
            capture_output=True,
            text=True,
            env={"HOME": str(self.folder), "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
        )
        return ended.stdout


@pytest.fixture
def khal(tmp_path: Path) -> Khal:
    """Return an empty calendar."""
    (tmp_path / "calendar").mkdir()
    return Khal(program("khal"), tmp_path)


def download(address: str) -> bytes:
    """Return what a loopback server has at an address."""
    with urllib.request.urlopen(address, timeout=30) as answer:
        body: bytes = answer.read()
        return body


def test_khal_takes_a_calendar_over_and_follows_its_changes(live_server: Any, khal: Khal) -> None:
    world = make_world()
    night = make_event(
        world.events,
        title=TITLE,
        slug="night",
        # Clocks are set forward at three in this night.
        starts_at=dt.datetime(2026, 3, 28, 22, tzinfo=SOFIA),
        ends_at=dt.datetime(2026, 3, 29, 10, tzinfo=SOFIA),
        venue_name="Hall",
        venue_city="Sofia",
    )
    days = make_event(
        world.events,
        title="Three days",
        is_all_day=True,
        starts_at=dt.datetime(2026, 10, 24, tzinfo=SOFIA),
        ends_at=dt.datetime(2026, 10, 26, tzinfo=SOFIA),
        status="POSTPONED",
    )
    make_event(world.events, title="Hidden", live=False)

    with override_settings(FILES_BASE_URL=live_server.url):
        khal.take(download(f"{live_server.url}/calendar.ics"))
        first = khal.shows()
        from_berlin = khal.shows("Europe/Berlin")
        changed = EventPage.objects.get(pk=night.pk)
        changed.title, changed.slug, changed.status = "Put off", "morning", "CANCELLED"
        changed.save_revision().publish()
        khal.take(download(f"{live_server.url}/events/{night.public_id}.ics"))
        second = khal.shows()

    night_id, days_id = (f"urn:ictcluster:{page.public_id}" for page in (night, days))
    kept = ["2026-10-24", "2026-10-26", "Three days", "", "TENTATIVE ", days_id]
    times = ["2026-03-28 22:00", "2026-03-29 10:00"]
    assert first == [[*times, TITLE, "Hall, Sofia", "CONFIRMED ", night_id], kept]
    assert from_berlin[0][:2] == ["2026-03-28 21:00", "2026-03-29 09:00"]
    # The changed event is the one it had, not another.
    assert second == [[*times, "Put off", "Hall, Sofia", "CANCELLED ", night_id], kept]

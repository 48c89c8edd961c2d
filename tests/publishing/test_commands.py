"""The commands: what they do, say and return."""

import io
import os
import signal
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from wagtail.models import Page

from cms.publishing import keeper, reconcile
from cms.publishing.comparison import Outcome
from cms.publishing.management.commands import republish
from cms.publishing.models import Projection, PublishedItem
from cms.publishing.protocols import Columns
from cms.publishing.scopes import suspended
from home.models import StandardPage
from tests.factories import make_term
from tests.page_factories import World, make_standard_page
from tests.publishing.published import document_of, everything, is_public


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue().strip()


def broken(self: Any, info: Any = None) -> Any:
    raise ValueError("the picture is cursed")


def test_reconcile_changes_nothing_the_second_time(world: World) -> None:
    with suspended():
        make_standard_page(world.cluster)

    assert [run("reconcile"), run("reconcile")] == ["1 published", "0 changes"]


def test_reconcile_of_one_kind(world: World) -> None:
    with suspended():
        make_standard_page(world.cluster)
        make_term()

    assert [run("reconcile", "--kind", "term"), run("reconcile")] == ["1 published"] * 2


def test_reconcile_fails_when_something_could_not_be_projected(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = make_standard_page(world.cluster)
    Page.objects.filter(pk=page.pk).update(title="After")
    monkeypatch.setattr(StandardPage, "picture_value", broken)

    with pytest.raises(CommandError, match=f"page:{page.pk}: StandardPage.picture cannot"):
        run("reconcile")


def test_republish_changes_nothing_while_code_and_content_are_the_same(world: World) -> None:
    before = everything()

    said = run("republish")

    assert said.endswith("projected: 0 changes")
    assert int(said.split()[0]) == Projection.objects.exclude(columns="").count()
    assert everything() == before


def test_republish_says_what_other_code_changed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = make_standard_page(world.cluster)
    columns = Columns(title="By other code")
    monkeypatch.setattr(StandardPage, "published_columns", lambda self: columns)

    said = run("republish", "--kind", "page")

    assert said.endswith("projected: 1 updated")
    assert PublishedItem.objects.get(key=f"page:{page.pk}").title == "By other code"


def test_an_interrupted_republish_goes_on_where_it_stopped(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(republish, "BATCH", 2)
    total = int(run("republish").split()[0])
    calls: list[Any] = []

    def interrupted(keys: list[str]) -> Any:
        if len(calls) == 3:
            raise KeyboardInterrupt
        calls.append(keys)
        return reconcile.reconcile_keys(keys)

    with monkeypatch.context() as patch:
        patch.setattr(republish, "reconcile_keys", interrupted)
        with pytest.raises(KeyboardInterrupt):
            run("republish")

    assert run("republish", "--resume") == f"{total - 6} projected: 0 changes"
    assert run("republish", "--resume") == "0 projected: 0 changes"


def test_what_an_interrupted_republish_left_a_sweep_finishes(world: World) -> None:
    Projection.objects.update(fingerprint="")

    assert run("reconcile") == "0 changes"
    assert run("republish", "--resume").startswith("0 projected")


def test_republish_fails_when_something_could_not_be_projected(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = make_standard_page(world.cluster, title="Kept")
    monkeypatch.setattr(StandardPage, "picture_value", broken)

    with pytest.raises(CommandError, match=r"StandardPage\.picture cannot"):
        run("republish")

    assert document_of(page)["title"] == "Kept"


def test_the_progress_is_drawn_for_people(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)

    run("republish", "--kind", "page")

    assert f"[{'#' * republish.BAR}]" in capsys.readouterr().err


def test_publish_scheduled_publishes_and_names_every_failure(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet = run("publish_scheduled")
    monkeypatch.setattr(
        "cms.publishing.management.commands.publish_scheduled.publish_due",
        lambda: ["one", "two"],
    )

    with pytest.raises(CommandError, match="one\ntwo"):
        run("publish_scheduled")

    assert quiet == ""
    assert "Will do a dry run." in run("publish_scheduled", "--dryrun")


# reconcile --watch


def watch(*, stop: Callable[[int], bool], monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Run the watch in this thread; `stop` is asked at each pause, which takes no time."""
    pauses: list[float] = []

    class Stop(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            pauses.append(timeout or 0)
            if stop(len(pauses)):
                os.kill(os.getpid(), signal.SIGTERM)
            return self.is_set()

    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    monkeypatch.setattr(threading, "Event", Stop)
    # The connection belongs to the test's own transaction.
    monkeypatch.setattr(keeper, "close_old_connections", lambda: None)
    try:
        run("reconcile", "--watch", "--sweep-seconds", "60")
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return pauses


def test_the_watch_sweeps_first_and_stops_when_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with suspended():
        page = make_standard_page(world.cluster)

    pauses = watch(stop=lambda count: True, monkeypatch=monkeypatch)

    assert is_public(page)
    assert pauses == [keeper.LONGEST_SLEEP_SECONDS]


def test_the_watch_survives_an_outage_of_the_database(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with suspended():
        page = make_standard_page(world.cluster)
    real, outages = reconcile.sweep, [OperationalError("gone"), OperationalError("still gone")]

    def sweep() -> Any:
        if outages:
            raise outages.pop()
        return real()

    monkeypatch.setattr(reconcile, "sweep", sweep)

    pauses = watch(stop=lambda count: count == 3, monkeypatch=monkeypatch)

    assert pauses[:2] == [keeper.AFTER_TROUBLE_SECONDS] * 2
    assert is_public(page)


def test_the_watch_survives_whatever_goes_wrong(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconcile, "tick", lambda: 1 / 0)

    pauses = watch(stop=lambda count: count == 2, monkeypatch=monkeypatch)

    assert pauses == [keeper.AFTER_TROUBLE_SECONDS] * 2


def test_the_watch_does_the_rest_while_one_of_its_tasks_fails(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def publish_due() -> list[str]:
        done.append("publish_due")
        raise OperationalError("gone")

    def tick() -> Outcome:
        done.append("tick")
        return Outcome()

    monkeypatch.setattr(reconcile, "sweep", lambda: 1 / 0)
    monkeypatch.setattr(keeper, "publish_due", publish_due)
    monkeypatch.setattr(reconcile, "tick", tick)

    pauses = watch(stop=lambda count: True, monkeypatch=monkeypatch)

    assert done == ["publish_due", "tick"]
    assert pauses == [keeper.AFTER_TROUBLE_SECONDS]


def test_the_watch_survives_an_outage_while_it_looks_how_long_to_wait(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(reconcile, "next_boundary", gone)

    pauses = watch(stop=lambda count: count == 2, monkeypatch=monkeypatch)

    assert pauses == [keeper.AFTER_TROUBLE_SECONDS] * 2

"""Measure what publishing, projecting, sweeping, hiding and showing cost."""

from django.db import transaction
from wagtail.models import PageViewRestriction

from cms.publishing import reconcile, scopes
from cms.publishing.models import PublishedItem
from cms.publishing.projection import project
from news.models import NewsIndexPage, NewsPage
from tests.bench.measure import Cost, cost, costs_in_turn


def publishing_costs(*, repeat: int) -> dict[str, Cost]:
    """Return the costs by name; the content is as before when it ends."""
    pks = list(NewsPage.objects.order_by("pk").values_list("pk", flat=True))
    with_ours, without = _publishing(pks, repeat=repeat)
    reconcile.sweep()
    hiding, showing = _hiding(expected=len(pks))
    return {
        "publish": with_ours,
        "publish by Wagtail alone": without,
        "projection": _projection(pks, repeat=repeat),
        "sweep": cost(lambda _number: _sweep_nothing(), repeat=3, warm_up=1),
        "hide": hiding,
        "show": showing,
    }


def _publishing(pks: list[int], *, repeat: int) -> list[Cost]:
    def publish(number: int) -> None:
        page = NewsPage.objects.get(pk=pks[number % len(pks)])
        page.introduction = f"{page.introduction} {number}"
        page.save_revision().publish()

    def as_we_do(number: int) -> None:
        with scopes.transaction():
            publish(2 * number)

    def as_wagtail_does(number: int) -> None:
        with scopes.suspended(), transaction.atomic():
            publish(2 * number + 1)

    return costs_in_turn([as_we_do, as_wagtail_does], repeat=repeat, warm_up=2)


def _projection(pks: list[int], *, repeat: int) -> Cost:
    return cost(
        lambda number: project(NewsPage.objects.get(pk=pks[number % len(pks)])), repeat=2 * repeat
    )


def _sweep_nothing() -> None:
    outcome = reconcile.sweep()
    assert outcome.count == 0, f"a sweep with nothing to do changed {outcome}"


def _hiding(*, expected: int) -> list[Cost]:
    section = NewsIndexPage.objects.get()

    def hide(_number: int) -> None:
        with scopes.transaction():
            PageViewRestriction.objects.create(
                page=section, restriction_type=PageViewRestriction.LOGIN
            )
        _check_visible(0)

    def show(_number: int) -> None:
        with scopes.transaction():
            PageViewRestriction.objects.filter(page=section).delete()
        _check_visible(expected)

    return costs_in_turn([hide, show], repeat=3, warm_up=0)


def _check_visible(expected: int) -> None:
    visible = PublishedItem.objects.filter(type="NewsPage", visible=True).count()
    assert visible == expected, f"{visible} news are visible, {expected} should be"

"""Which page may stand where."""

from wagtail.models import Page

from home.models import ClusterPage, StandardPage
from news.models import EventIndexPage, EventPage, NewsIndexPage, NewsPage
from projects.models import ProjectIndexPage, ProjectPage

CHILDREN: dict[type[Page], set[type[Page]]] = {
    ClusterPage: {StandardPage, ProjectIndexPage, NewsIndexPage, EventIndexPage},
    StandardPage: {StandardPage},
    ProjectIndexPage: {ProjectPage},
    NewsIndexPage: {NewsPage},
    EventIndexPage: {EventPage},
    ProjectPage: set(),
    NewsPage: set(),
    EventPage: set(),
}


def test_each_page_takes_the_children_that_belong_to_it() -> None:
    assert {page: set(page.allowed_subpage_models()) for page in CHILDREN} == CHILDREN


def test_only_clusters_stand_at_the_top() -> None:
    ours = set(CHILDREN) & set(Page.allowed_subpage_models())

    assert ours == {ClusterPage}


def test_every_page_says_what_it_is_for_the_schema() -> None:
    described = {page: page.__dict__.get("graphql_description") for page in CHILDREN}

    assert all(described.values()), described

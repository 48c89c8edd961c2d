"""Every text is tried at the limit of its column and one over, on whatever database the tests run."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.test import Client
from django.urls import reverse
from taggit.models import Tag
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    Locale,
    Page,
    PageViewRestriction,
    Site,
    Task,
    Workflow,
)
from wagtail.users.models import UserProfile

from cms.content.lengths import refuse_too_long
from cms.publishing.sites import load_sites
from cms.syndication.models import HubRequest, HubSubscription, Portal, PortalKey
from home.models import ClusterPage, Menu, SiteSettings, StandardPage
from news.models import EventIndexPage, EventPage, NewsIndexPage, NewsPage
from projects.models import ProjectIndexPage, ProjectPage
from tests.factories import (
    make_document,
    make_image,
    make_organisation,
    make_person,
    make_programme,
    make_term,
)
from tests.page_factories import make_cluster, make_news, make_standard_page, make_world

NOT_FREE = {"path", "draft_title", "call_time_zone", "licence", "currency", "placeholder_title"}
# Models with texts that no person and no importer writes: rows that code makes of others, or counts.
MADE_BY_CODE = {
    "admin": "Django's own admin is not installed",
    "api": "counts; names are cut in `usage/counting.py`",
    "axes": "its own handler cuts what strangers send",
    "auth.permission": "made by migrations",
    "content.rendition": "specs are those of presets and of Wagtail's admin",
    "contenttypes": "made by migrations",
    "publishing": "written by `rows.py`, whose texts have tests of their own",
    "sessions": "random keys",
    "syndication.delivery": "keys of ours",
    "syndication.follower": "made of primary keys",
    "wagtailadmin": "keys of objects",
    # Only from Wagtail 8 on.
    "wagtailcore.apitoken": "no view of ours; the check of `lengths.py` holds for it too",
    "wagtailcore.locale": "only configured languages",
    "wagtailcore.modellogentry": "actions and keys",
    "wagtailcore.pagelogentry": "actions",
    "wagtailcore.referenceindex": "keys of objects",
    "wagtailcore.revision": "keys of objects",
    "wagtailcore.taskstate": "states",
    "wagtailcore.workflowstate": "states",
    "wagtailcore.uploadedfile": "names of the storage",
    "wagtaildocs": "replaced by our document",
    "wagtailembeds": "hashes, and the types of oEmbed",
    "wagtailimages": "replaced by our image",
    "wagtailsearch": "keys of objects",
}
# Rows inside a page: saved with it. Each is tried without the database of its own.
PARTS = {
    "home.clusterlabel",
    "home.composition",
    "home.keyfigure",
    "home.sociallink",
    "home.supportservice",
    "projects.projectpartner",
    "projects.projectresult",
}


def draft(model: Any) -> Callable[[], Any]:
    def make() -> Any:
        parent = make_cluster() if model is not ClusterPage else Page.objects.get(depth=1)
        page = model(title="Draft", live=False, locale_id=parent.locale_id)
        parent.add_child(instance=page)
        return page

    return make


def restricted() -> CollectionViewRestriction:
    root = Collection.get_first_root_node()
    return CollectionViewRestriction(collection=root, restriction_type="password", password="x")


MAKERS: dict[type[models.Model], Callable[[], Any]] = {
    **{
        model: draft(model)
        for model in (
            ClusterPage,
            EventIndexPage,
            EventPage,
            NewsIndexPage,
            NewsPage,
            ProjectIndexPage,
            ProjectPage,
            StandardPage,
        )
    },
    Collection: lambda: Collection.get_first_root_node().add_child(name="x"),
    CollectionViewRestriction: restricted,
    Group: lambda: Group(name="x"),
    HubRequest: lambda: HubRequest(requested_at="2026-01-01T00:00Z", mode="subscribe"),
    HubSubscription: HubSubscription,
    Menu: lambda: Menu(site=Site.objects.get(), locale=Locale.get_default(), name="MAIN"),
    PageViewRestriction: lambda: PageViewRestriction(
        page=make_cluster(), restriction_type="password", password="x"
    ),
    Portal: lambda: Portal(name="x"),
    PortalKey: lambda: PortalKey(portal=Portal.objects.create(name="x")),
    Redirect: lambda: Redirect(old_path="/x"),
    Site: lambda: Site(hostname="x", root_page=make_cluster()),
    SiteSettings: lambda: SiteSettings(site=Site.objects.get(), site_key="x"),
    Tag: lambda: Tag(name="x", slug="x"),
    Task: lambda: Task(name="x"),
    User: lambda: User(username="x"),
    UserProfile: lambda: UserProfile(user=User.objects.create(username="x")),
    Workflow: lambda: Workflow(name="x"),
}
FACTORIES: list[Callable[..., Any]] = [
    make_document,
    make_image,
    make_organisation,
    make_person,
    make_programme,
    make_term,
]
for factory in FACTORIES:
    found: Any = apps.get_model("content", factory.__name__.removeprefix("make_"))
    snippet = {} if found._meta.model_name in {"image", "document"} else {"live": False}
    MAKERS[found] = partial(factory, **snippet)


def text_columns(model: Any) -> list[Any]:
    return [
        field
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.CharField) and field.max_length is not None
    ]


def written_by_people() -> list[Any]:
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if text_columns(model)
        and not {model._meta.app_label, model._meta.label_lower} & MADE_BY_CODE.keys()
    ]


COLUMNS = [
    pytest.param(model, field.name, id=f"{model._meta.label}.{field.name}")
    for model in MAKERS
    for field in (text_columns(Page) if model is StandardPage else []) + text_columns(model)
    # What is chosen from a list is as long as the list makes it.
    if field.name not in {"path", "status"} and not field.choices
]


def test_every_model_that_people_write_is_tried() -> None:
    tried = {model._meta.label_lower for model in MAKERS} | PARTS | {"wagtailcore.page"}

    assert {model._meta.label_lower for model in written_by_people()} - tried == set()


@pytest.mark.django_db
@pytest.mark.parametrize(("model", "name"), COLUMNS)
def test_a_text_fits_at_its_limit_and_is_refused_one_over_at_its_field(
    model: Any, name: str
) -> None:
    thing = MAKERS[model]()
    longest = model._meta.get_field(name).max_length

    setattr(thing, name, "ж" * (longest + 1))
    with pytest.raises(ValidationError) as refused:
        thing.save()
    setattr(thing, name, "ж" * longest)
    thing.save()

    assert set(refused.value.message_dict) == {name}
    assert getattr(type(thing)._default_manager.get(pk=thing.pk), name) == "ж" * longest


@pytest.mark.parametrize("label", sorted(PARTS))
def test_rows_of_pages_are_refused_at_their_field(label: str) -> None:
    model = apps.get_model(label)
    for field in text_columns(model):
        with pytest.raises(ValidationError) as refused:
            refuse_too_long(model(**{field.name: "ж" * (field.max_length + 1)}))
        assert set(refused.value.message_dict) == {field.name}


@pytest.mark.django_db
def test_what_postgresql_cannot_store_is_refused_everywhere() -> None:
    with pytest.raises(ValidationError) as refused:
        make_organisation(name="a\x00b", live=False)

    assert set(refused.value.message_dict) == {"name"}


@pytest.mark.django_db
def test_what_is_not_written_is_not_judged() -> None:
    make_organisation(live=False)
    organisation = type(make_organisation(live=False)).objects.defer("local_name").first()
    assert organisation is not None
    organisation.name = "ж" * 300

    organisation.save(update_fields=["kind"])

    assert connection.vendor in {"sqlite", "postgresql"}


# What code makes longer than its form allowed


@pytest.fixture
def editor(client: Client, db: None) -> Client:
    client.force_login(User.objects.create_superuser("editor"))
    return client


@pytest.mark.parametrize(
    ("path", "is_taken"),
    [
        ("/" + "ж" * 254, True),
        ("ж" * 254, True),
        ("ж" * 255, False),
        ("/" + "ж" * 255, False),
    ],
)
def test_a_redirect_is_measured_as_it_is_stored(editor: Client, path: str, is_taken: bool) -> None:
    answer = editor.post(
        reverse("wagtailredirects:add"),
        {"old_path": path, "redirect_link": "https://example.org/", "site": ""},
    )

    errors = {} if answer.status_code == 302 else answer.context["form"].errors
    assert Redirect.objects.exists() is is_taken
    assert list(errors) == ([] if is_taken else ["old_path"])


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"new_title": "ж" * 256}, "new_title"),
        ({"new_slug": "ж" * 256}, "new_slug"),
        ({"new_title": "ж" * 255, "new_slug": "ж" * 255}, None),
    ],
)
def test_a_copy_of_a_page_is_refused_at_the_field(
    editor: Client, values: dict[str, str], field: str | None
) -> None:
    world = make_world()
    page = make_standard_page(world.cluster, slug="page")
    form = {"new_title": "T", "new_slug": "s", "new_parent_page": world.cluster.pk} | values

    answer = editor.post(reverse("wagtailadmin_pages:copy", args=[page.pk]), form)

    errors = {} if answer.status_code == 302 else answer.context["form"].errors
    assert list(errors) == ([field] if field else [])
    assert StandardPage.objects.count() == (1 if field else 2)


@pytest.mark.parametrize(("length", "is_taken"), [(90, True), (91, False)])
def test_tags_leave_room_for_what_tells_their_slugs_apart(
    editor: Client, length: int, is_taken: bool
) -> None:
    image = make_image()
    same = "ж" * (length - 1)
    form = {"title": "X", "collection": 1, "tags": f'"{same}!", "{same}?"'}

    answer = editor.post(reverse("wagtailimages:edit", args=[image.pk]), form)

    errors = {} if answer.status_code == 302 else answer.context["form"].errors
    assert list(errors) == ([] if is_taken else ["tags"])
    assert image.tags.count() == (2 if is_taken else 0)


@pytest.mark.django_db
def test_a_site_with_a_very_long_host_has_a_key_that_fits() -> None:
    root = make_world().cluster
    hosts = ["a" * 250 + ".bg", "a" * 250 + ".eu"]
    for port, host in enumerate(hosts, start=8000):
        Site.objects.create(hostname=host, port=port, root_page=make_cluster())

    keys = [site.key for site in load_sites()]

    assert root.pk
    assert [len(key) <= 64 for key in keys] == [True] * 3
    assert len(set(keys)) == 3


@pytest.mark.django_db
def test_pages_with_every_text_at_its_limit_are_published() -> None:
    world = make_world()
    texts = {
        field.name: "ж" * field.max_length
        for model in (Page, NewsPage)
        for field in text_columns(model)
        if not field.choices and not isinstance(field, models.URLField)
        if field.name not in NOT_FREE
    }

    page = make_news(world.news, **texts)

    assert page.live
    assert load_sites()

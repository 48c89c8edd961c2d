"""Publishing, approving and scheduling name every chosen thing that readers will not get, and why."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from cms.content.models import Organisation, TermScheme
from cms.publishing.hidden_choices import hidden_choices
from tests.admin_forms import add_row, open_form, send_form
from tests.factories import (
    make_document,
    make_image,
    make_organisation,
    make_person,
    make_programme,
    make_term,
)
from tests.page_factories import (
    World,
    make_cluster,
    make_event,
    make_menu,
    make_news,
    make_project,
    make_standard_page,
)
from tests.publishing.published import document_of

DRAFT: dict[str, Any] = {"live": False}


def said(answer: Any) -> list[str]:
    """Return the warnings of an answer."""
    return [str(text) for text in get_messages(answer.wsgi_request) if text.level_tag == "warning"]


def names(page: Any) -> list[str]:
    """Return in words what readers will not get of a page."""
    return [str(choice) for choice in hidden_choices(type(page).objects.get(pk=page.pk))]


def private_collection() -> Collection:
    collection = Collection.get_first_root_node().add_child(name="Private")
    CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")
    return collection


# --- Each way to choose a thing, and each reason to hide it ------------------------------------


def test_a_partner_in_a_row(world: World) -> None:
    draft, live = make_organisation(name="Draft", **DRAFT), make_organisation(name="Live")
    page = make_project(world.projects, partners={live: "PARTNER", draft: "PARTNER"})

    assert names(page) == ["Organisation “Draft” (not published)"]


def test_terms_programmes_and_an_author(world: World) -> None:
    news = make_news(world.news, author=make_person(name="Ana", consent_given=False))
    news.topics.set([make_term(scheme=TermScheme.NEWS_TOPIC, label_en="Prizes", **DRAFT)])
    news.save()
    project = make_project(world.projects)
    project.programmes.set([make_programme(name="COSME", **DRAFT)])
    project.save()

    assert names(news) == [
        "Person “Ana” (without consent)",
        "Term “Prizes” (not published)",
    ]
    assert names(project) == ["Programme “COSME” (not published)"]


def test_pages_in_blocks_and_links_of_texts(world: World) -> None:
    draft = make_project(world.projects, title="Draft", **DRAFT)
    private = make_standard_page(world.cluster, title="Private")
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    embargoed = make_news(
        world.news, title="Later", embargo_until=timezone.now() + dt.timedelta(days=1)
    )
    outside = make_cluster(title="Elsewhere", slug="elsewhere")
    body = [
        ("project", {"project": draft}),
        ("link", {"text": "Link", "page": private, "address": ""}),
        ("text", {"content": f'<p><a linktype="page" id="{embargoed.pk}">Later</a></p>'}),
        ("text", {"content": f'<p><a linktype="page" id="{outside.pk}">Else</a></p>'}),
        ("text", {"content": '<p><a linktype="page" id="987654">Gone</a></p>'}),
        ("link", {"text": "Public", "page": world.news, "address": ""}),
    ]
    page = make_standard_page(world.cluster, body=body)

    assert sorted(names(page)) == [
        "Cluster “Elsewhere” (below no site)",
        "News item “Later” (under embargo)",
        "Page (deleted)",
        "Project “Draft” (not published)",
        "Standard page “Private” (private)",
    ]


def test_files_of_a_private_collection(world: World) -> None:
    collection = private_collection()
    image = make_image(title="Secret picture", collection=collection)
    document = make_document(title="Secret paper", collection=collection)
    public = make_document(title="Paper")
    use = {"image": image, "alt": "A bridge", "is_decorative": False, "caption": ""}
    page = make_standard_page(
        world.cluster,
        body=[
            ("image", use),
            ("document", {"document": public}),
            ("text", {"content": f'<p><a linktype="document" id="{document.pk}">Paper</a></p>'}),
        ],
    )

    assert names(page) == ["Document “Secret paper” (private)", "Image “Secret picture” (private)"]


def test_an_expired_page_and_one_below_a_draft(world: World) -> None:
    past = timezone.now() - dt.timedelta(days=1)
    expired = make_project(world.projects, title="Old", expire_at=past)
    above = make_standard_page(world.cluster, **DRAFT)
    below = make_standard_page(above, title="Below")
    news = make_news(
        world.news,
        project=expired,
        body=[("link", {"text": "Link", "page": below, "address": ""})],
    )

    assert names(news) == ["Project “Old” (expired)", "Standard page “Below” (not published)"]


@pytest.mark.django_db
def test_a_person_without_a_public_organisation() -> None:
    person = make_person(organisation=make_organisation(name="Draft", **DRAFT))

    assert names(person) == ["Organisation “Draft” (not published)"]


# --- Where it is said --------------------------------------------------------------------------


@pytest.fixture
def draft() -> Organisation:
    return make_organisation(name="Draft", **DRAFT)


def test_publishing_in_the_form_says_it(admin: Client, world: World, draft: Organisation) -> None:
    page = make_project(world.projects, title="GIVE")
    data = open_form(admin, page)
    add_row(data, "partners", organisation=draft.pk, role="PARTNER")

    answer = send_form(admin, page, data, publish=True)

    assert document_of(page)["partners"]
    assert said(answer) == [
        "“GIVE” refers to what readers will not get: Organisation “Draft” (not published)."
    ]


def test_saving_a_draft_says_nothing(admin: Client, world: World, draft: Organisation) -> None:
    page = make_project(world.projects)
    data = open_form(admin, page)
    add_row(data, "partners", organisation=draft.pk, role="PARTNER")

    assert said(send_form(admin, page, data)) == []


def test_scheduling_says_it(admin: Client, world: World, draft: Organisation) -> None:
    page = make_project(world.projects, title="GIVE")
    page.save_revision().publish()
    data = open_form(admin, page)
    add_row(data, "partners", organisation=draft.pk, role="PARTNER")
    data["go_live_at"] = "2099-01-01 10:00"

    answer = send_form(admin, page, data, publish=True)

    assert document_of(page)["partners"] == []
    assert said(answer) == [
        "“GIVE” refers to what readers will not get: Organisation “Draft” (not published)."
    ]


def test_publishing_a_new_page_says_it(admin: Client, world: World, draft: Organisation) -> None:
    address = reverse("wagtailadmin_pages:add", args=["projects", "projectpage", world.projects.pk])
    data = open_form(admin, make_project(world.projects))
    data["title"], data["slug"], data["action-publish"] = "New", "new", "1"
    add_row(data, "partners", organisation=draft.pk, role="PARTNER")

    assert said(admin.post(address, data)) == [
        "“New” refers to what readers will not get: Organisation “Draft” (not published)."
    ]


def test_approving_says_it(client: Client, world: World, draft: Organisation) -> None:
    page = make_project(world.projects, title="GIVE", partners={draft: "PARTNER"}, **DRAFT)
    page.save_revision()
    author, moderator = member("Editors"), member("Moderators")
    page.get_workflow().start(page, author)
    task = page.current_workflow_task_state
    client.force_login(moderator)

    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", task.pk])
    answer = client.post(address, {"comment": ""}, headers={"x-requested-with": "XMLHttpRequest"})

    assert document_of(page)["title"] == "GIVE"
    assert said(answer) == [
        "“GIVE” refers to what readers will not get: Organisation “Draft” (not published)."
    ]


def test_publishing_in_bulk_says_it_of_each(
    admin: Client, world: World, draft: Organisation
) -> None:
    pages = [make_event(world.events, title=f"Event {number}", live=False) for number in range(2)]
    for page in pages:
        page.organisers.create(organisation=draft)
        page.save_revision()
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])

    answer = admin.post(f"{address}?id={pages[0].pk}&id={pages[1].pk}", {})

    assert said(answer) == [
        f"“Event {number}” refers to what readers will not get: Organisation “Draft”"
        " (not published)."
        for number in range(2)
    ]


def test_publishing_a_snippet_says_it(admin: Client, draft: Organisation) -> None:
    person = make_person(name="Ana")
    address = reverse(person.snippet_viewset.get_url_name("edit"), args=[person.pk])
    data = {
        "name": "Ana",
        "organisation": draft.pk,
        "consent_given": "on",
        "consent_on": "2020-01-01",
        "action-publish": "1",
    }

    assert said(admin.post(address, data)) == [
        "“Ana” refers to what readers will not get: Organisation “Draft” (not published)."
    ]


def test_saving_a_menu_says_it(admin: Client, world: World) -> None:
    hidden = make_standard_page(world.cluster, title="Hidden", **DRAFT)
    menu: Any = make_menu(world.site, [])
    data = {
        "site": world.site.pk,
        "locale": menu.locale_id,
        "name": "MAIN",
        "items-count": "1",
        "items-0-deleted": "",
        "items-0-order": "0",
        "items-0-type": "item",
        "items-0-id": "",
        "items-0-value-text": "Hidden",
        "items-0-value-page": hidden.pk,
        "items-0-value-address": "",
        "items-0-value-children-count": "0",
    }
    address = reverse(menu.snippet_viewset.get_url_name("edit"), args=[menu.pk])

    assert said(admin.post(address, data)) == [
        (
            "“Main menu (en)” refers to what readers will not get:"
            " Standard page “Hidden” (not published)."
        )
    ]


def test_outside_names_it_with_a_link(admin: Client, world: World, draft: Organisation) -> None:
    page = make_project(world.projects, partners={draft: "PARTNER"})

    html = admin.get(reverse("outside", args=[page.pk])).content.decode()

    edit = reverse(Organisation.snippet_viewset.get_url_name("edit"), args=[draft.pk])
    assert f'<li>Organisation <a href="{edit}">Draft</a>: not published</li>' in html


def test_outside_names_what_has_to_be_mended(admin: Client, world: World) -> None:
    page = make_event(world.events)
    data = open_form(admin, page)
    data["starts_at"], data["ends_at"] = "2030-02-01 10:00", "2030-01-01 10:00"
    send_form(admin, page, data)

    html = admin.get(reverse("outside", args=[page.pk])).content.decode()

    assert "<li>Ends at: Give an end that is not before the start.</li>" in html


def member(role: str) -> User:
    """Return somebody of a role."""
    user = User.objects.create_user(role, f"{role}@example.org", "x")
    user.groups.add(Group.objects.get(name=role))
    return user

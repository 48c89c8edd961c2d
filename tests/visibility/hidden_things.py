"""Plant canaries in snippets, files, people and everything that only editors see."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    Comment,
    Page,
    Task,
    Workflow,
    WorkflowTask,
)

from cms.content.models import Document, Image, Organisation, Person, Programme, Term, TermScheme
from tests.factories import (
    make_document,
    make_image,
    make_organisation,
    make_person,
    make_programme,
    make_term,
    picture_file,
)
from tests.visibility.canaries import Canaries


@dataclass(frozen=True)
class HiddenThings:
    """Hold what public pages will point at and nobody may see."""

    images: list[Image]
    documents: list[Document]
    terms: dict[TermScheme, Term]
    expiring_term: Term
    programme: Programme
    organisations: list[Organisation]
    people: list[Person]
    reticent: Person


def plant_hidden_things(say: Canaries, *, end: dt.datetime) -> HiddenThings:
    """Make every sort of thing, hidden in every way it can be."""
    collections = plant_collections(say)
    places = ["private collection", "child of private collection"]
    return HiddenThings(
        images=[_image(say, p, c) for p, c in zip(places, collections, strict=True)],
        documents=[_document(say, p, c) for p, c in zip(places, collections, strict=True)],
        terms={scheme: _term(say, scheme, live=False) for scheme in TermScheme},
        expiring_term=_term(say, TermScheme.NEWS_TOPIC, expire_at=end - dt.timedelta(hours=2)),
        programme=make_programme(
            name=say("draft programme: name"),
            full_name=say("draft programme: full name"),
            funder=say("draft programme: funder"),
            website=f"https://{say('draft programme: website')}.example/",
            live=False,
        ),
        organisations=_organisations(say, end=end),
        people=_people(say),
        reticent=_reticent(say),
    )


def plant_collections(say: Canaries) -> list[Collection]:
    """Make a private collection and one inside it that is private only by that."""
    private = Collection.get_first_root_node().add_child(name=say("name of a private collection"))
    child = private.add_child(name=say("name of a child collection"))
    CollectionViewRestriction.objects.create(
        collection=private, restriction_type="password", password=say("password of a collection")
    )
    return [private, child]


def _image(say: Canaries, place: str, collection: Collection) -> Image:
    image = make_image(
        title=say(f"image in {place}: title"),
        file=picture_file(name=f"{say(f'image in {place}: file')}.jpg"),
        credit=say(f"image in {place}: credit"),
        licence=say(f"image in {place}: licence"),
        default_alt_en=say(f"image in {place}: usual text"),
        collection=collection,
    )
    image.tags.add(say(f"image in {place}: tag"))
    return image


def _document(say: Canaries, place: str, collection: Collection) -> Document:
    return make_document(
        title=say(f"document in {place}: title"),
        name=f"{say(f'document in {place}: file')}.pdf",
        content=say(f"document in {place}: content").encode(),
        collection=collection,
    )


def _term(say: Canaries, scheme: TermScheme, **fields: Any) -> Term:
    place = f"{'draft' if not fields.get('live', True) else 'expired'} term of {scheme.value}"
    return make_term(
        scheme=scheme,
        code=say(f"{place}: code").upper(),
        label_en=say(f"{place}: label"),
        label_bg=say(f"{place}: Bulgarian label"),
        **fields,
    )


def _organisations(say: Canaries, *, end: dt.datetime) -> list[Organisation]:
    return [
        make_organisation(
            name=say(f"{place} organisation: name"),
            local_name=say(f"{place} organisation: local name"),
            website=f"https://{say(f'{place} organisation: website')}.example/",
            country=country,
            **fields,
        )
        for place, country, fields in (
            ("draft", "MT", {"live": False}),
            ("expired", "CY", {"expire_at": end - dt.timedelta(hours=3)}),
        )
    ]


def _people(say: Canaries) -> list[Person]:
    ways: list[tuple[str, dict[str, Any]]] = [
        ("person without consent", {"consent_given": False}),
        ("draft person", {"live": False}),
    ]
    return [
        make_person(
            name=say(f"{place}: name"),
            local_name=say(f"{place}: local name"),
            role_en=say(f"{place}: role"),
            email=f"{say(f'{place}: e-mail')}@example.org",
            phone=say(f"{place}: phone"),
            **fields,
        )
        for place, fields in ways
    ]


def _reticent(say: Canaries) -> Person:
    """Make somebody who agreed to be named, and to nothing else."""
    return make_person(
        name="A reticent person",
        role_en=say("reticent person: role"),
        role_bg=say("reticent person: Bulgarian role"),
        biography_en=say("reticent person: biography"),
        email=f"{say('reticent person: e-mail')}@example.org",
        phone=say("reticent person: phone"),
        picture=make_image(credit="A photographer"),
        picture_alt=say("reticent person: text of the portrait"),
    )


def plant_editors(say: Canaries, page: Page) -> User:
    """Make an editor, and what editors say to each other about a page."""
    user: User = User.objects.create_user(
        say("login of an editor"),
        f"{say('e-mail of an editor')}@example.org",
        "a password",
        first_name=say("first name of an editor"),
        last_name=say("last name of an editor"),
    )
    User.objects.filter(pk=user.pk).update(password=say("password hash of an editor"))
    Page.objects.filter(pk=page.pk).update(owner=user, locked_by=user)
    Comment.objects.create(page=page, user=user, text=say("comment"), contentpath="title")
    workflow = Workflow.objects.create(name=say("name of a workflow"))
    task = Task.objects.create(
        name=say("name of a task"), content_type=ContentType.objects.get_for_model(Task)
    )
    WorkflowTask.objects.create(workflow=workflow, task=task)
    return user


def plant_pending_snippets(say: Canaries, *snippets: Any) -> None:
    """Save revisions of live snippets that were not published."""
    for snippet in snippets:
        for field in ("name", "label_en", "role_en", "funder"):
            if hasattr(snippet, field):
                setattr(snippet, field, say(f"pending edit of a {type(snippet).__name__}: {field}"))
        snippet.save_revision()
        snippet.refresh_from_db()

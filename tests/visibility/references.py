"""Point at hidden things from every place of public pages that can point at anything."""

import json
from dataclasses import dataclass
from typing import Any

from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from cms.content.models import TermScheme as Scheme
from home.models import ClusterPage
from home.models.cluster_parts import ManagementTeamMember, SupportService
from news.models import EventPage, NewsPage
from news.models.events import EventDocument, EventOrganiser
from news.models.news import NewsDocument
from projects.models import ProjectDocument, ProjectPage, ProjectPartner
from tests.contract.whole_world import WholeWorld
from tests.page_factories import make_menu, make_news
from tests.visibility.canaries import Canaries
from tests.visibility.hidden_things import HiddenThings

LINK = '<a linktype="{0}" id="{1}">{2}</a>'


@dataclass(frozen=True)
class Hidden:
    """Hold everything hidden that public pages point at."""

    pages: dict[str, Page]
    things: HiddenThings


def pointing_body(hidden: Hidden, say: Canaries) -> list[dict[str, Any]]:
    """Return the raw data of blocks that point at every hidden thing.

    Shape: words that vanish together with a hidden picture are canaries too.
    """
    links = [LINK.format("page", page.pk, "a page") for page in hidden.pages.values()]
    links += [LINK.format("document", d.pk, "a paper") for d in hidden.things.documents]
    blocks: list[tuple[str, Any]] = [("text", {"content": f"<p>{' '.join(links)}</p>"})]
    for image in hidden.things.images:
        picture = {
            "image": image.pk,
            "alt": say("text of a hidden picture"),
            "caption": say("caption of a hidden picture"),
            "is_decorative": False,
        }
        blocks.append(("image", picture))
        blocks.append(("gallery", {"pictures": [{"type": "item", "value": picture}]}))
    blocks += [("document", {"document": d.pk}) for d in hidden.things.documents]
    for page in hidden.pages.values():
        blocks.append(("link", {"text": "A link", "page": page.pk}))
        blocks.append(("call_to_action", {"text": "Go", "page": page.pk, "style": "PRIMARY"}))
        blocks.append(("project", {"project": page.pk}))
        blocks.append(("event", {"event": page.pk}))
    return [{"type": t, "value": v, "id": f"hidden-{n}"} for n, (t, v) in enumerate(blocks)]


def point_at_hidden(whole: WholeWorld, hidden: Hidden, say: Canaries) -> None:
    """Let public pages, menus and redirects point at hidden things."""
    _from_news(whole, hidden, say)
    _from_project(whole, hidden, say)
    _from_event(whole, hidden, say)
    _from_profile(whole, hidden, say)
    _from_menus(whole, hidden, say)
    for number, page in enumerate(hidden.pages.values()):
        Redirect.objects.create(old_path=f"/old-{number}", redirect_page=page)
    Redirect.objects.create(
        old_path=f"/{say('old address of a hidden page')}",
        redirect_page=hidden.pages["draft project"],
    )


def _with_blocks(page: Any, more: list[dict[str, Any]]) -> None:
    page.body = json.dumps([*page.body.raw_data, *more])


def _picture(hidden: Hidden, say: Canaries) -> dict[str, Any]:
    image = hidden.things.images[0]
    return {"picture": image, "picture_alt": say("text of a page's hidden picture")}


def _from_news(whole: WholeWorld, hidden: Hidden, say: Canaries) -> None:
    article = NewsPage.objects.get(pk=whole.article.pk)
    _with_blocks(article, pointing_body(hidden, say))
    article.documents.add(*[NewsDocument(document=d) for d in hidden.things.documents])
    things = hidden.things
    article.topics.add(things.terms[Scheme.NEWS_TOPIC], things.expiring_term)
    article.eligible.add(things.terms[Scheme.ELIGIBLE_KIND])
    article.save()
    for number, person in enumerate(things.people):
        make_news(
            whole.world.news,
            title=f"Pointing news {number}",
            slug=f"pointing-{number}",
            author=person,
            project=hidden.pages["draft project" if number else "expired project"],
            topics=[things.terms[Scheme.NEWS_TOPIC]],
            **_picture(hidden, say),
        )
    make_news(whole.world.news, title="Reticent news", slug="reticent", author=things.reticent)


def _from_project(whole: WholeWorld, hidden: Hidden, say: Canaries) -> None:
    project = ProjectPage.objects.get(pk=whole.projects[0].pk)
    project.partners.add(*[ProjectPartner(organisation=o) for o in hidden.things.organisations])
    project.programmes.add(hidden.things.programme)
    project.documents.add(*[ProjectDocument(document=d) for d in hidden.things.documents])
    _with_blocks(project, pointing_body(hidden, say))
    project.save()
    other = ProjectPage.objects.get(pk=whole.projects[1].pk)
    other.partners.set(
        [ProjectPartner(organisation=hidden.things.organisations[0], role="COORDINATOR")]
    )
    for name, value in _picture(hidden, say).items():
        setattr(other, name, value)
    other.save()


def _from_event(whole: WholeWorld, hidden: Hidden, say: Canaries) -> None:
    event = EventPage.objects.get(pk=whole.events[0].pk)
    event.organisers.add(*[EventOrganiser(organisation=o) for o in hidden.things.organisations])
    event.documents.add(*[EventDocument(document=d) for d in hidden.things.documents])
    _with_blocks(event, pointing_body(hidden, say))
    event.save()
    other = EventPage.objects.get(pk=whole.events[1].pk)
    other.project = hidden.pages["draft project"]
    other.save()


def _from_profile(whole: WholeWorld, hidden: Hidden, say: Canaries) -> None:
    things = hidden.things
    page = ClusterPage.objects.get(pk=whole.world.cluster.pk)
    page.management_team.add(*[ManagementTeamMember(person=p) for p in things.people])
    page.management_team.add(ManagementTeamMember(person=things.reticent))
    page.support_services.add(
        SupportService(
            term=things.terms[Scheme.SUPPORT_SERVICE], other_text=say("words of a hidden service")
        )
    )
    page.sectors.add(things.terms[Scheme.SECTORAL_INDUSTRY])
    page.technology_fields.add(things.terms[Scheme.TECHNOLOGY_FIELD])
    page.s3_priorities.add(things.terms[Scheme.S3_PRIORITY])
    page.cross_sectoral_industries.add(things.terms[Scheme.CROSS_SECTORAL_INDUSTRY])
    page.international_activities.add(things.terms[Scheme.INTERNATIONAL_SUPPORT_ACTIVITY])
    page.transnational_activities.add(things.terms[Scheme.TRANSNATIONAL_SUPPORT_ACTIVITY])
    page.programmes.add(things.programme)
    page.about += "".join(LINK.format("page", p.pk, "x") for p in hidden.pages.values())
    page.save()
    bulgarian = ClusterPage.objects.get(pk=whole.world.cluster_bg.pk)
    bulgarian.contact, bulgarian.strategy_document = things.people[0], things.documents[0]
    for name, value in _picture(hidden, say).items():
        setattr(bulgarian, name, value)
    bulgarian.save()


def _from_menus(whole: WholeWorld, hidden: Hidden, say: Canaries) -> None:
    def entry(page: Page) -> dict[str, Any]:
        return {"text": say("menu entry of a hidden page"), "page": page.pk}

    items = [{**entry(page), "children": []} for page in hidden.pages.values()]
    below = {
        "text": "Public",
        "page": whole.article.pk,
        "children": [entry(page) for page in hidden.pages.values()],
    }
    above = {**items[0], "children": [{"text": say("below a hidden entry"), "address": "/x"}]}
    make_menu(whole.world.site, [*items, below, above], language="bg")

"""Plant canaries in pictures and documents that only hidden things refer to."""

import datetime as dt
import json
from typing import Any

from cms.content.models import Document, Image, PersonField
from tests.factories import make_document, make_image, make_person, picture_file
from tests.page_factories import World, make_standard_page
from tests.visibility.canaries import Canaries
from tests.visibility.hidden_pages import restrict


def plant_hidden_files(world: World, say: Canaries, *, end: dt.datetime) -> list[Image | Document]:
    """Make a file for each way in which nothing public refers to it at `end`."""
    portrait = _image(say, "picture of a person without consent")
    make_person(
        name=say("person without consent who has a picture: name"),
        consent_given=False,
        shown=[PersonField.PICTURE],
        picture=portrait,
        picture_alt=say("person without consent who has a picture: text"),
    )
    paper = _document(say, "document of a private page")
    private = _page(world, say, "private page with a document", _offering(paper))
    restrict(private, "login", say)
    over = _image(say, "picture of an expired page")
    _page(
        world,
        say,
        "expired page with a picture",
        _showing(over),
        slug="over-with-picture",
        expire_at=end - dt.timedelta(hours=1),
    )
    drafted = _image(say, "picture of a draft")
    _page(world, say, "draft with a picture", _showing(drafted), live=False)
    replaced = _document(say, "document that a page no longer offers")
    page = make_standard_page(
        world.cluster, title="Papers", slug="papers", body=_offering(replaced)
    )
    page.body = "[]"
    page.save()
    return [portrait, paper, over, drafted, replaced, _document(say, "document of no page")]


def _page(world: World, say: Canaries, place: str, body: str, slug: str = "", **fields: Any) -> Any:
    return make_standard_page(
        world.cluster,
        title=say.text(f"{place}: title"),
        slug=slug or say(f"{place}: slug"),
        body=body,
        **fields,
    )


def _image(say: Canaries, place: str) -> Image:
    return make_image(
        title=say(f"{place}: title"),
        file=picture_file(name=f"{say(f'{place}: file')}.jpg"),
        credit=say(f"{place}: credit"),
        licence=say(f"{place}: licence"),
    )


def _document(say: Canaries, place: str) -> Document:
    return make_document(
        title=say(f"{place}: title"),
        name=f"{say(f'{place}: file')}.pdf",
        content=say(f"{place}: content").encode(),
    )


def _offering(document: Document) -> str:
    return json.dumps([{"type": "document", "value": {"document": document.pk}, "id": "b-1"}])


def _showing(image: Image) -> str:
    value = {"image": image.pk, "alt": "A bridge", "caption": "", "is_decorative": False}
    return json.dumps([{"type": "image", "value": value, "id": "b-1"}])

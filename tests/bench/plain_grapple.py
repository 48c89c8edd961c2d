"""Let grapple's own schema answer the five questions, in a process of its own.

Importing `grapple.schema` switches off a rule of validation for the whole process, and the schema it
makes takes grapple's blocks instead of ours where names are the same; so nothing here may run beside our
own schema. Our fields name things by reference, since a projection never follows one; here each source
answers the thing itself, as on a site that was made for grapple.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable
from typing import Any

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.grapple_settings"
django.setup()

import orjson  # noqa: E402 - Django is set up above
from django.test import RequestFactory  # noqa: E402
from graphql import GraphQLField, GraphQLString  # noqa: E402
from grapple.helpers import register_paginated_query_field, register_query_field  # noqa: E402
from grapple.registry import registry  # noqa: E402
from grapple.types.rich_text import RichText  # noqa: E402
from wagtail.models import Page  # noqa: E402

from cms.content.blocks import ImageBlock, LinkBlock  # noqa: E402
from cms.content.blocks.links import LinkTargetValue  # noqa: E402
from cms.content.countries import country_label  # noqa: E402
from cms.content.models import BasePage  # noqa: E402
from cms.content.pictures import WithPicture  # noqa: E402
from cms.content.sources import Chosen, RowReferences  # noqa: E402
from cms.content.types import PictureValue  # noqa: E402
from home.models import ClusterPage  # noqa: E402
from news.models import NewsPage  # noqa: E402
from projects.models import PartnerRole, ProjectPage  # noqa: E402
from tests.bench.measure import cost  # noqa: E402
from tests.bench.operations import Unanswered, deep_page, essence, question  # noqa: E402


def _chosen(source: Chosen, instance: Any, owner: Any = None) -> Any:
    return source if instance is None else getattr(instance, source.relation).all()


def _rows(source: RowReferences, instance: Any, owner: Any = None) -> Any:
    if instance is None:
        return source
    return [getattr(row, source.column) for row in getattr(instance, source.relation).all()]


def _coordinator(page: ProjectPage) -> Any:
    for partner in page.partners.all():
        if partner.role == PartnerRole.COORDINATOR:
            return partner.organisation
    return None


def _picture(page: Any, info: Any = None) -> PictureValue | None:
    if page.picture is None:
        return None
    return PictureValue(page.picture_alt, page.picture_is_decorative, page.picture)


def _block_picture(block: ImageBlock, info: Any, values: Any) -> PictureValue:
    return PictureValue(values["alt"], values["is_decorative"], values["image"])


def _link_target(block: LinkBlock, info: Any, values: Any) -> LinkTargetValue:
    return LinkTargetValue(values["page"], values["address"] or None)


def follow_references() -> None:
    """Let the sources of our fields answer things instead of references to them."""
    replacements: list[tuple[type[Any], str, Any]] = [
        (Chosen, "__get__", _chosen),
        (RowReferences, "__get__", _rows),
        (ProjectPage, "coordinator_reference", property(_coordinator)),
        (WithPicture, "picture_value", _picture),
        (ImageBlock, "picture_use", _block_picture),
        (LinkBlock, "link_target", _link_target),
        # Wagtail's own addresses, which ask for the site once and not for its frontend.
        *((BasePage, name, getattr(Page, name)) for name in ("get_url_parts", "get_url", "url")),
    ]
    for owner, name, replacement in replacements:
        setattr(owner, name, replacement)


def make_schema() -> Any:
    """Return grapple's schema for the site, with root fields for the three types asked for."""
    for model in (NewsPage, ProjectPage, ClusterPage):
        register_query_field(model.__name__[0].lower() + model.__name__[1:])(model)
    register_paginated_query_field("newsItem", "newsItems")(NewsPage)
    # Grapple's own blocks of these names would take the place of ours.
    ours = {cls.__name__ for cls in registry.streamfield_blocks if _is_ours(cls)}
    for cls, node in list(registry.streamfield_blocks.items()):
        if not _is_ours(cls) and node._meta.name in ours:
            del registry.streamfield_blocks[cls]
    from grapple.schema import schema

    _answer_values(schema.graphql_schema.type_map)
    return schema


def _is_ours(cls: Any) -> bool:
    return getattr(cls, "__module__", "").startswith("cms.")


def _answer_values(types: dict[str, Any]) -> None:
    """Give the types that our projection stores in a form of its own plain values."""
    types["LocalizedString"].serialize = _in_english
    page_fields = types["PageInterface"].fields
    for model in registry.pages.values():
        declared = types[model._meta.name].fields
        for name in ("seoTitle", "searchDescription"):
            declared[name].type = page_fields[name].type
        declared["id"].resolve = lambda page, _info: page.pk
    types["Organisation"].fields["id"].resolve = lambda row, _info: row.pk
    types["LinkTarget"].fields.update(
        url=GraphQLField(GraphQLString, resolve=_link_url),
        title=GraphQLField(
            GraphQLString, resolve=lambda link, _info: link.page and link.page.title
        ),
    )
    types["RichText"].fields["html"].resolve = lambda text, _info: RichText.serialize(text)
    types["Country"].fields["code"].resolve = lambda code, _info: code
    types["Country"].fields["label"].resolve = lambda code, _info: country_label(
        code, language="en"
    )


def _in_english(value: Any) -> Any:
    return value.get("en") if isinstance(value, dict) else value


def _link_url(link: Any, _info: Any) -> Any:
    return link.page.url if link.page else link.address


def answer_questions(*, news: int, repeat: int) -> dict[str, Any]:
    """Return what grapple's answers to the five questions cost, and what they say.

    Each answer is parsed, validated, executed and written as JSON, as graphene-django's view does.
    """
    schema = make_schema()
    request = RequestFactory().get("/")
    cluster = str(ClusterPage.objects.get(locale__language_code="en").pk)
    variables: dict[str, Callable[[int], dict[str, Any]]] = {
        "list": lambda _number: {},
        "item": lambda number: {"path": f"/news/news-{number % news}/"},
        "projects": lambda _number: {},
        "profile": lambda _number: {"id": cluster},
        "deep": lambda _number: {"page": deep_page(news)},
    }
    costs, said = {}, {}
    for name, varying in variables.items():
        query = question(name, side="grapple")

        def ask(number: int, query: str = query, varying: Any = varying) -> bytes:
            result = schema.execute(query, variables=varying(number), context_value=request)
            if result.errors:
                raise Unanswered(str(result.errors[0]))
            return orjson.dumps(result.data)

        costs[name] = cost(ask, repeat=repeat).as_dict()
        said[name] = essence(orjson.loads(ask(0)))
    return {"questions": costs, "said": said}


def main() -> None:
    """Print the answers' costs as one line of JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--news", type=int, required=True)
    parser.add_argument("--repeat", type=int, required=True)
    options = parser.parse_args()
    follow_references()
    found = answer_questions(news=options.news, repeat=options.repeat)
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()

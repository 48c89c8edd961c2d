"""The public side reads the published tables and no others, whatever it is asked."""

import re
from typing import Any

import orjson
import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.api.pipeline import respond
from cms.api.schema import schema, sdl
from cms.publishing.reading.context import ReadContext
from frontend_contract.check import ROOT
from frontend_contract.operations import read
from tests.visibility.secret_world import SecretWorld
from tests.visibility.test_canary_walk import small_requests
from tests.visibility.variants import base, depth_of
from tests.visibility.walker import all_pairs, ask, query_of, roots

pytestmark = pytest.mark.django_db

PUBLISHED = {
    "publishing_publisheditem",
    "publishing_facet",
    "publishing_streamfacet",
    "publishing_contentclock",
}
# Read by filtered streams alone.
SELDOM = {"publishing_streamfacet"}
# PostgreSQL extracts a year FROM a CASE.
_TABLE = re.compile(r'\b(?:FROM|JOIN|INTO|UPDATE)\s+"?(?!case\b)([a-z_]\w*)"?', re.IGNORECASE)
_NAMED = re.compile(r"\bWITH\s+([a-z_][a-z_0-9]*)\s+AS\b", re.IGNORECASE)

VARIABLES: dict[str, dict[str, Any]] = {
    "NewsItem": {"path": "/news/article/"},
    "Project": {"path": "/projects/project-0/"},
    "Shell": {"path": "/news/article/"},
    "Search": {"text": "i"},
}


def tables(statements: Any) -> set[str]:
    """Return the tables that statements read; what a statement names itself is none."""
    return {
        found.lower()
        for s in statements
        for found in set(_TABLE.findall(s["sql"])) - set(_NAMED.findall(s["sql"]))
    }


def test_operations_of_frontends_read_published_tables_only(secret_world: SecretWorld) -> None:
    for operation in read(ROOT):
        body = {"query": operation.text, "variables": VARIABLES.get(operation.name, {})}
        with CaptureQueriesContext(connection) as captured:
            answer = respond(orjson.dumps(body))

        assert answer.status == 200
        assert b'"errors"' not in answer.body
        assert captured.captured_queries
        assert tables(captured) <= PUBLISHED, operation.name


def test_the_walk_reads_published_tables_only(secret_world: SecretWorld) -> None:
    with CaptureQueriesContext(connection) as captured:
        for root in roots():
            variables = base(root, secret_world)[0]
            query = query_of(root, variables, depth=depth_of(root, 2), preset="CARD")
            ask(query, variables, context=ReadContext())

    assert len(captured) > len(roots())
    assert tables(captured) | SELDOM == PUBLISHED
    assert {s["sql"].split()[0].upper() for s in captured} == {"SELECT", "WITH"}


def test_requests_over_http_read_published_tables_only(
    secret_world: SecretWorld, client: Client
) -> None:
    with CaptureQueriesContext(connection) as captured:
        for query, variables in list(small_requests(secret_world))[::10]:
            client.post(
                "/graphql",
                {"query": query, "variables": variables},
                content_type="application/json",
            )
        client.get("/files/aW1hZ2UA/0123456789ab/card.jpg")
        client.get("/")
        client.get("/healthz")

    assert tables(captured) | SELDOM == PUBLISHED


def test_no_type_and_no_field_is_of_users_or_of_the_admin() -> None:
    user = get_user_model()
    private = {field.name for field in user._meta.concrete_fields} - {"id", "email"}
    private |= {"owner", "lockedBy", "uploadedByUser", "password", "collection", "revision"}
    private |= {"latestRevision", "liveRevision", "comments", "workflow", "task", "goLiveAt"}
    private |= {"expireAt", "draftTitle", "originalFilename", "file", "tags", "viewRestrictions"}
    words = re.compile(
        r"user|permission|group|session|revision|workflow|task|comment|collection|logentry|draft"
        r"|password|secret|token|hash|restriction",
        re.IGNORECASE,
    )

    names = {name for name in schema().type_map if not name.startswith("__")}
    fields = {field for _type, field in all_pairs()}

    # A group of people that a project is for, and a group of translations.
    assert {name for name in names if words.search(name)} == {"TargetGroup"}
    assert {field for field in fields if words.search(field)} == {"targetGroup", "groupId"}
    assert fields & private == set()


def test_e_mail_addresses_are_of_sites_and_of_people_who_agreed() -> None:
    wanted = {pair for pair in all_pairs() if re.search(r"mail|phone", pair[1], re.IGNORECASE)}

    assert wanted == {("Person", "email"), ("Person", "phone"), ("SiteSettings", "contactEmail")}


def test_there_is_nothing_to_write_with_and_no_column_to_name() -> None:
    assert schema().mutation_type is None
    assert schema().subscription_type is None
    for name, field in roots().items():
        for argument, declared in field.args.items():
            if re.search(r"order|sort", argument, re.IGNORECASE):
                assert str(declared.type).rstrip("!").endswith("Order"), (name, argument)
    assert "JSONString" not in sdl()
    assert "GenericScalar" not in sdl()

"""What is told when something is off: a code of a closed list, and nothing of the inside."""

import re
from typing import Any

import pytest
from django.db.models import Value
from django.db.models.functions import Replace

from cms.api.errors import Code
from cms.content import schema as content_schema
from cms.publishing.models import PublishedItem
from cms.publishing.reading.context import ReadContext
from tests.contract.asking import ask, refused
from tests.page_factories import World, make_news, make_world

pytestmark = pytest.mark.django_db

SECRET = "relation auth_user at db.internal:5432"


@pytest.fixture
def world(db: None) -> World:
    """Return a site with two news items."""
    world = make_world()
    make_news(world.news, title="One", slug="one")
    make_news(world.news, title="Two", slug="two")
    return world


def test_the_codes_are_a_closed_list() -> None:
    assert [code.value for code in Code] == [
        "BAD_REQUEST",
        "BODY_TOO_LARGE",
        "UNSUPPORTED_MEDIA_TYPE",
        "METHOD_NOT_ALLOWED",
        "NOT_ACCEPTABLE",
        "DOCUMENT_UNKNOWN",
        "DOCUMENT_NOT_TRUSTED",
        "PERSISTED_QUERY_NOT_FOUND",
        "SCHEMA_NOT_PUBLIC",
        "GRAPHQL_PARSE_FAILED",
        "GRAPHQL_VALIDATION_FAILED",
        "DOCUMENT_TOO_LARGE",
        "DOCUMENT_TOO_DEEP",
        "DOCUMENT_TOO_COMPLEX",
        "VARIABLES_TOO_LARGE",
        "QUERY_TOO_EXPENSIVE",
        "TOO_MANY_STATEMENTS",
        "ANSWER_TOO_LARGE",
        "DEADLINE_EXCEEDED",
        "RATE_LIMITED",
        "OPERATION_UNKNOWN",
        "OPERATION_NOT_SUPPORTED",
        "BAD_USER_INPUT",
        "CURSOR_TOO_OLD",
        "KEY_REFUSED",
        "OUTSIDE_SCOPE",
        "SERVICE_UNAVAILABLE",
        "INTERNAL_SERVER_ERROR",
    ]


def test_a_document_that_does_not_parse_says_where() -> None:
    told = ask("{ news {")

    assert (told.status, told.content) == (
        400,
        {
            "errors": [
                {
                    "message": "Syntax Error: Expected Name, found <EOF>.",
                    "locations": [{"line": 1, "column": 9}],
                    "extensions": {"code": "GRAPHQL_PARSE_FAILED"},
                }
            ]
        },
    )


def test_an_unknown_field_is_named_and_no_other_is_suggested() -> None:
    told = ask("{ newz { totalCount } }")

    assert (told.status, told.content) == (
        400,
        {
            "errors": [
                {
                    "message": "Cannot query field 'newz' on type 'Query'.",
                    "locations": [{"line": 1, "column": 3}],
                    "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"},
                }
            ]
        },
    )


@pytest.mark.parametrize(
    "document",
    [
        "{ news(firs: 1) { totalCount } }",
        "{ news(orderBy: TITLE_ASK) { totalCount } }",
        "{ news(filter: {topic: []}) { totalCount } }",
        "query($l: Locales) { news(locale: $l) { totalCount } }",
        '{ route(path: "/") { page { ... on NewzPage { title } } } }',
        "{ __typename @skipp(if: true) }",
    ],
)
def test_nothing_is_suggested_anywhere(document: str) -> None:
    assert "Did you mean" not in str(ask(document).content)


def test_suggestions_are_for_development(settings: Any) -> None:
    settings.DEBUG = True

    code, message = refused("{ newss { totalCount } }")

    assert code == "GRAPHQL_VALIDATION_FAILED"
    assert message.startswith("Cannot query field 'newss' on type 'Query'. Did you mean 'news'")


def test_at_most_five_errors_are_told() -> None:
    told = ask("{ a b c d e f g h i }")

    assert len(told.content["errors"]) <= 6
    assert {error["extensions"]["code"] for error in told.content["errors"]} == {
        "GRAPHQL_VALIDATION_FAILED"
    }


BY_ORDER = "query($order: NewsOrder) { news(orderBy: $order) { totalCount } }"
BY_DATE = "query($from: DateTime) { events(filter: {from: $from}) { totalCount } }"
BY_DAY = "query($day: Date) { news(filter: {publishedOn: {from: $day}}) { totalCount } }"
BY_PATH = "query($path: String!) { route(path: $path) { status } }"


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("document", "variables"),
    [
        (BY_ORDER, {"order": "TITLE_ASK"}),
        (BY_ORDER, {"order": 1}),
        (BY_DATE, {"from": "yesterday"}),
        (BY_DATE, {"from": 5}),
        (BY_DATE, {"from": ["2026-01-01"]}),
        (BY_DAY, {"day": "2026-02-30"}),
        (BY_DAY, {"day": True}),
        (BY_PATH, {}),
        (BY_PATH, {"path": None}),
        (BY_PATH, {"path": {"a": 1}}),
        ("query($f: NewsFilter) { news(filter: $f) { totalCount } }", {"f": {"kinds": ["NEWS"]}}),
        ("query($f: Int!) { news(first: $f) { totalCount } }", {"f": "many"}),
        ("query($f: Int!) { news(first: $f) { totalCount } }", {"f": 2**40}),
    ],
)
def test_a_variable_that_does_not_fit_is_the_asker_s_mistake(
    document: str, variables: dict[str, Any]
) -> None:
    told = ask(document, **variables)

    (error,) = told.content["errors"]
    assert told.status == 400
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}
    assert "data" not in told.content
    assert told.statements == []


@pytest.mark.parametrize(
    "document",
    [
        '{ events(filter: {from: "yesterday"}) { totalCount } }',
        '{ news(filter: {publishedOn: {from: "2026-02-30"}}) { totalCount } }',
        "{ news(first: true) { totalCount } }",
        "{ news(first: 99999999999) { totalCount } }",
    ],
)
def test_a_literal_that_does_not_fit_is_the_asker_s_mistake(document: str) -> None:
    told = ask(document)

    (error,) = told.content["errors"]
    assert told.status == 400
    assert error["extensions"] == {"code": "GRAPHQL_VALIDATION_FAILED"}


# Our own mistakes


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let structured data fail for every page."""

    def fail(*_arguments: Any) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(content_schema, "json_ld", fail)


@pytest.mark.usefixtures("world", "broken")
def test_an_error_of_ours_is_masked_and_found_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    told = ask('{ route(path: "/news/one/") { status page { title seo { jsonLd } } } }')

    (error,) = told.content["errors"]
    identity = error["extensions"].pop("id")
    assert told.status == 200
    assert error == {
        "message": "Something went wrong on our side.",
        "locations": [{"line": 1, "column": 57}],
        "path": ["route", "page", "seo", "jsonLd"],
        "extensions": {"code": "INTERNAL_SERVER_ERROR"},
    }
    assert re.fullmatch(r"[0-9a-f]{16}", identity)
    assert SECRET not in str(told.content)
    assert f"error {identity} at route.page.seo.jsonLd: RuntimeError" in caplog.text
    assert SECRET in caplog.text


@pytest.mark.usefixtures("world")
def test_a_stored_value_that_its_type_does_not_know_is_our_mistake() -> None:
    PublishedItem.objects.filter(path="/news/one/").update(
        head=Replace("head", Value('"types":["NEWS"]'), Value('"types":["SECRET"]'))
    )

    told = ask('{ route(path: "/news/one/") { page { ... on NewsPage { types } } } }')

    assert told.content["data"]["route"] == {"page": None}
    assert {error["message"] for error in told.content["errors"]} == {
        "Something went wrong on our side."
    }
    assert "SECRET" not in str(told.content)


@pytest.mark.usefixtures("world", "broken")
def test_a_failing_field_nulls_its_nearest_nullable_parent_and_nothing_else() -> None:
    told = ask(
        '{ a: route(path: "/news/one/") { status page { seo { jsonLd } } }'
        ' b: route(path: "/news/two/") { page { title } } news { totalCount } }'
    )

    assert told.content["data"] == {
        "a": {"status": "OK", "page": None},
        "b": {"page": {"title": "Two"}},
        "news": {"totalCount": 2},
    }


@pytest.mark.usefixtures("world", "broken")
def test_a_failing_field_of_a_list_takes_the_list_along_and_nothing_else() -> None:
    told = ask("{ news { nodes { seo { jsonLd } } } openCalls { totalCount } }")

    assert told.status == 200
    assert told.content["data"] == {"news": None, "openCalls": {"totalCount": 0}}
    assert {error["extensions"]["code"] for error in told.content["errors"]} == {
        "INTERNAL_SERVER_ERROR"
    }


@pytest.mark.usefixtures("world")
def test_a_failure_outside_of_any_field_is_answered_too(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_arguments: Any) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(ReadContext, "load", fail)

    told = ask("{ news { totalCount } }")

    (error,) = told.content["errors"]
    identity = error["extensions"].pop("id")
    assert told.status == 500
    assert error == {
        "message": "Something went wrong on our side.",
        "extensions": {"code": "INTERNAL_SERVER_ERROR"},
    }
    assert f"error {identity} at -: RuntimeError" in caplog.text


@pytest.mark.usefixtures("world")
def test_an_error_that_we_raise_for_clients_keeps_its_words() -> None:
    told = ask("{ a: news(first: 0) { totalCount } b: news { totalCount } }")

    assert told.content == {
        "errors": [
            {
                "message": "`first` must be from 1 to 100.",
                "locations": [{"line": 1, "column": 3}],
                "path": ["a"],
                "extensions": {"code": "BAD_USER_INPUT"},
            }
        ],
        "data": {"a": None, "b": {"totalCount": 2}},
    }

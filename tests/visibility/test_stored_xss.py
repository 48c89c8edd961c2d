"""What was written to do harm does none where it is read: by code, as an importer would write it."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db.transaction import atomic, set_rollback
from django.test import override_settings

from cms.publishing.reading.context import ReadContext
from cms.publishing.scopes import transaction
from tests.contract.conftest import settle
from tests.factories import make_image
from tests.visibility.harmful_world import LINKS, PAYLOADS, write_everywhere
from tests.visibility.walker import ask, query_of, roots

pytestmark = pytest.mark.django_db

# Fields whose value a frontend puts into the page as it is.
MARKUP = {"html", "highlight"}
# Fields whose value a frontend puts into `href` or `src`.
ADDRESSES = {
    "url",
    "address",
    "website",
    "applyUrl",
    "attributionUrl",
    "canonicalUrl",
    "redirectTo",
}
ALLOWED = {
    "a", "b", "blockquote", "br", "em", "h2", "h3", "h4", "h5", "h6", "hr", "i", "li", "mark", "ol",
    "p", "s", "strong", "sub", "sup", "ul",
}  # fmt: skip


class Markup(HTMLParser):
    """Collect what a browser would find in a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.strange: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_comment(self, data: str) -> None:
        self.strange.append(data)

    def unknown_decl(self, data: str) -> None:
        self.strange.append(data)


def harm_in(name: str, value: str) -> bool:
    """Say whether a field's value would do harm where frontends put it."""
    if name in MARKUP:
        found = Markup(value)
        return bool(found.strange) or any(
            tag not in ALLOWED
            or attributes.keys() - {"href"}
            or is_harmful_address(attributes.get("href") or "")
            for tag, attributes in found.tags
        )
    if name == "markdown":
        return bool(
            re.search(r"<[a-z!/?]|(?<!\\)\]\((?!https?:|mailto:|tel:|/)", value, re.IGNORECASE)
        )
    if name == "jsonLd":
        json.loads(value)
        return bool(re.search("[<>&\u2028\u2029]", value))
    return name in ADDRESSES and is_harmful_address(value)


def is_harmful_address(address: str) -> bool:
    visible = re.sub(r"[\x00-\x20]", "", address)
    return urlsplit(visible).scheme.lower() not in ("", "http", "https", "mailto", "tel")


def harms(value: Any, name: str = "") -> list[tuple[str, str]]:
    if isinstance(value, dict):
        # The address of a venue is a street, which is text.
        text = {"address"} if value.get("__typename") == "Venue" else set()
        return [h for key, inner in value.items() if key not in text for h in harms(inner, key)]
    if isinstance(value, list):
        return [harm for inner in value for harm in harms(inner, name)]
    return [(name, value)] if isinstance(value, str) and harm_in(name, value) else []


CALLS: dict[str, list[dict[str, Any]]] = {
    "route": [{"path": "/old"}, {"path": "/news/news/"}, {"path": "/"}],
    "menu": [{"name": "MAIN"}],
    "search": [{"text": "i"}],
}


@pytest.fixture(scope="module")
def harmful_world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Write every payload on a site of its own."""
    folder = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("harmful"))
    with folder, django_db_blocker.unblock(), atomic():
        with transaction():
            image = make_image(title=PAYLOADS[0], credit=PAYLOADS[0], licence=PAYLOADS[2])
            for number, text in enumerate(PAYLOADS):
                write_everywhere(number, text, LINKS[number % len(LINKS)], image)
        settle()
        yield
        set_rollback(True)


# Not parametrised: each process that runs one of these tests makes all these sites.
def test_what_was_written_to_do_harm_does_none(harmful_world: None) -> None:
    found = []
    for number, payload in enumerate(PAYLOADS):
        for root, field in roots().items():
            if "site" not in field.args:
                continue
            for call in CALLS.get(root, [{}]):
                variables = {**call, "site": f"site{number}"}
                query = query_of(root, variables, depth=1, preset="CARD")
                answer = ask(query, variables, context=ReadContext())
                assert answer["errors"] == []
                found += [(payload, root, *harm) for harm in harms(answer["data"])]

    assert found == []


def test_portals_get_no_harm_either(harmful_world: None) -> None:
    after, more, seen = None, True, 0
    while more:
        variables = {"first": 100, "after": after}
        query = query_of("changes", variables, depth=0, preset="CARD")
        answer = ask(query, variables, context=ReadContext())
        page = answer["data"]["changes"]
        assert answer["errors"] == []
        assert harms(page) == []
        after, more, seen = page["cursor"], page["hasMore"], seen + len(page["nodes"])

    assert seen > 10 * len(PAYLOADS)


ADDRESSES_OF_A_SITE = """query ($site: String) {
    route(path: "/old", site: $site) { status redirectTo }
    menu(name: MAIN, site: $site) { url }
    cluster(site: $site) { website }
    siteSettings(site: $site) { socialLinks { url } }
    projects(site: $site) { nodes { programmes { website } coordinator { website } } }
    news(site: $site) { nodes { call { applyUrl } rights { attributionUrl canonicalUrl }
        body { ... on LinkBlock { target { url } } ... on EmbedBlock { address } } } }
}"""
NOWHERE: dict[str, Any] = {
    "route": {"status": "NOT_FOUND", "redirectTo": None},
    "menu": [{"url": ""}],
    "cluster": {"website": None},
    "siteSettings": {"socialLinks": [{"url": ""}]},
    "projects": {"nodes": [{"programmes": [{"website": None}], "coordinator": {"website": None}}]},
    "news": {
        "nodes": [
            {
                "call": {"applyUrl": None},
                "rights": {"attributionUrl": None, "canonicalUrl": None},
                "body": [{"address": ""}, {"target": None}],
            }
        ]
    },
}


def test_an_address_that_leads_nowhere_good_is_dropped(harmful_world: None) -> None:
    for number, link in enumerate(LINKS):
        answer = ask(ADDRESSES_OF_A_SITE, {"site": f"site{number}"}, context=ReadContext())

        assert answer["errors"] == []
        (news,) = answer["data"]["news"]["nodes"]
        news["body"] = [block for block in news["body"] if block]
        assert answer["data"] == NOWHERE, link


def test_the_search_for_harm_would_find_some() -> None:
    assert harms({"html": "<p onclick='x'>y</p>"})
    assert harms({"html": "<a href='java\nscript:x'>y</a>"})
    assert harms({"html": "<!-- x -->"})
    assert harms({"highlight": "<script>"})
    assert harms({"markdown": "[x](javascript:y)"})
    assert harms({"markdown": "<b>"})
    assert harms({"jsonLd": '"</script>"'})
    assert harms({"url": " javascript:x"})
    assert not harms({"title": "<script>", "html": "<p>&lt;script&gt;</p>", "url": "/x"})

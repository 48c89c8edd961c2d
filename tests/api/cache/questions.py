"""The questions that a history asks again and again, of the cache and without it."""

import itertools
import random
from typing import Any

import orjson

FRAGMENTS = """
fragment Card on Page {
  __typename id title path url locale translations { locale url }
}
fragment Whole on Page {
  ...Card
  breadcrumbs { title path } seo { title canonicalUrl jsonLd }
  ... on NewsPage { topics { code label } author { name } related { title url } }
  ... on StandardPage {
    picture { alt image { id rendition(preset: CARD) { url } } }
    body { __typename ... on TextBlock { content { html } } }
  }
}
"""
ROUTE = """query R($path: String!, $site: String, $locale: Locale) {
  route(path: $path, site: $site, locale: $locale) {
    status redirectTo isPermanent page { ...Whole }
  }
}"""
HEAD, TAIL = "query P($site: String, $locale: Locale) {", "}"
AT = "site: $site, locale: $locale"
COUNTS = "facets { name buckets { value label count } }"
PLACED = (
    f"news({AT}, first: 20) {{ totalCount nodes {{ title path }} }}",
    f"news({AT}, first: 3) {{ nodes {{ ...Card topics {{ label }} }} }}",
    f'news({AT}, filter: {{topics: ["TOPIC", "N1", "N2", "N3"]}}) {{ nodes {{ title }} }}',
    f"openCalls({AT}, status: OPEN) {{ nodes {{ title }} }}",
    f"events({AT}, first: 5) {{ nodes {{ title startsAt ...Card }} }}",
    f"events({AT}, filter: {{when: UPCOMING}}) {{ totalCount nodes {{ title startsOn }} }}",
    f"projects({AT}, first: 5) {{ nodes {{ title projectStatus }} }}",
    f'search({AT}, text: "n") {{ totalCount nodes {{ highlight page {{ ...Card }} }} {COUNTS} }}',
    f"menu({AT}, name: MAIN) {{ label url page {{ ...Card }} }}",
    f"cluster({AT}) {{ name url contact {{ name }} }}",
    f"siteSettings({AT}) {{ siteName }}",
)
PATHS = ("/", "/top/", "/top/middle/", "/top/middle/leaf/", "/news/item/", "/gore/", "/bg/gore/")
MADE = tuple(f"{above}n{number}" for above in ("/", "/news/", "/top/") for number in range(1, 9))


def questions() -> list[bytes]:
    """Return every question as the body of a request."""
    found: list[bytes] = []
    places = list(itertools.product((None, "other"), (None, "BG")))
    for asked, (site, code) in itertools.product(PLACED, places):
        found.append(_body(HEAD + asked + TAIL, site=site, locale=code))
    for path in PATHS:
        found += [_body(ROUTE, path=path, site=site, locale=code) for site, code in places]
    for path in MADE:
        found += [_body(ROUTE, path=form) for form in (path, f"{path}/")]
    return found


def _body(query: str, **variables: Any) -> bytes:
    used = FRAGMENTS if "...Whole" in query else FRAGMENTS.partition("fragment Whole")[0]
    text = f"{query} {used}" if "..." in query else query
    return orjson.dumps({"query": text, "variables": variables})


def some(asked: list[bytes], count: int, *, seed: int) -> list[bytes]:
    """Return some of the questions, always the same for a seed."""
    return random.Random(seed).sample(asked, count)

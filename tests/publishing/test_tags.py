"""Tags are short, opaque, the same everywhere, and different for whatever is different."""

import base64
import hashlib
import re
from typing import NamedTuple

from cms.publishing.tags import TAG_LENGTH, tag_of_list, tag_of_thing, tags_of_change


class _Row(NamedTuple):
    public_id: str = "cGFnZQ"
    type: str = "NewsPage"
    site: str = "main"
    locale: str = "en"


def test_a_tag_has_a_fixed_length_and_needs_no_escaping() -> None:
    tags = {tag_of_thing("x" * length) for length in range(200)}

    assert len(tags) == 200
    assert all(re.fullmatch(f"[A-Za-z0-9_-]{{{TAG_LENGTH}}}", tag) for tag in tags)


def test_a_tag_can_be_made_by_whoever_knows_the_id() -> None:
    digest = hashlib.sha256(b"thing\x00cGFnZQ").digest()

    assert tag_of_thing("cGFnZQ") == base64.urlsafe_b64encode(digest).decode()[:12]
    assert tag_of_thing("cGFnZQ") == "erfxB7G78zuZ"


def test_a_tag_of_a_list_depends_on_type_site_and_language() -> None:
    lists = [
        tag_of_list("NewsPage", site="main", locale="en"),
        tag_of_list("EventPage", site="main", locale="en"),
        tag_of_list("NewsPage", site="other", locale="en"),
        tag_of_list("NewsPage", site="main", locale="bg"),
        tag_of_list("NewsPage", site="", locale="mainen"),
        tag_of_list("NewsPage", site="mainen", locale=""),
        tag_of_thing("NewsPage\x00main\x00en"),
    ]

    assert len(set(lists)) == len(lists)


def test_a_change_touches_the_thing_and_its_lists() -> None:
    assert tags_of_change(_Row()) == (
        tag_of_thing("cGFnZQ"),
        tag_of_list("NewsPage", site="main", locale="en"),
    )
    assert not any(text in tag for tag in tags_of_change(_Row()) for text in ("cGFn", "News"))

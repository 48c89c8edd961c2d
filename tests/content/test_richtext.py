"""Rich text: sanitised once, cut at links to our own things, and filled in at read."""

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import nh3
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cms.content import richtext
from tests.executed_lines import count_executed_lines

TAGS = ["p", "b", "strong", "i", "em", "a", "ul", "ol", "li", "h3", "blockquote", "br", "hr"]
HOSTILE_TAGS = ["script", "style", "img", "svg", "iframe", "embed", "object", "math", "template"]
ATTRIBUTES = [
    "",
    ' href="https://a.example/?x=1&amp;y=2"',
    ' href="javascript:alert(1)"',
    ' href="JaVa\tScript:alert(1)"',
    ' href="data:text/html,x"',
    ' onclick="alert(1)"',
    ' linktype="page" id="7"',
    ' linktype="page" id="²"',
    ' linktype="document" id="9"',
    ' linktype="page" id="-1"',
    ' style="background:url(x)"',
]

PARAGRAPH = '<p>Some words and <a linktype="page" id="7">a link</a> &amp; more.</p>'

tags = st.builds(
    "<{}{}{}>".format,
    st.sampled_from(["", "/"]),
    st.sampled_from(TAGS + HOSTILE_TAGS),
    st.sampled_from(ATTRIBUTES),
)
entities = st.sampled_from(
    ["&amp;", "&lt;", "&gt;", "&nbsp;", "&#60;", "&copy;", "&", "<", "&#x3c;"]
)
markup = st.lists(st.one_of(tags, entities, st.text(max_size=8)), max_size=30).map("".join)


def filled(source: str, **addresses: str) -> str:
    """Return the HTML of a text; `page_7="…"` gives the address of `page:7`."""
    known = {name.replace("_", ":"): address for name, address in addresses.items()}
    pieces = richtext.template(source)
    assert pieces is not None
    return richtext.fill(pieces, address=known.get)


class Tags(HTMLParser):
    """Collect the tags and attributes that a browser would see."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


@given(markup.filter(lambda source: "linktype" not in source))
# One cleaning of each of these leaves what a second one changes.
@example("<p><object><p>")
@example("a&#13;b")
@example('<a href="https://a.example"><object><a><hr>')
# An empty address is none.
@example("<a href>x</a>")
def test_with_no_links_of_ours_the_answer_is_what_a_plain_sanitiser_gives(source: str) -> None:
    plain = sanitised(source)

    # An anchor without an address is only its words, so such anchors are taken out of the other too.
    assert unescape(filled(source)) == unescape(without_bare_anchors(plain))


def sanitised(html: str) -> str:
    """Return what nh3 gives once it changes nothing more, without the attributes of our own links."""
    cleaned = nh3.clean(
        html,
        tags=richtext.TAGS,
        attributes={"a": {"href"}},
        url_schemes=richtext.SCHEMES,
        link_rel=None,
    )
    return html if cleaned == html else sanitised(cleaned)


def without_bare_anchors(html: str) -> str:
    """Drop each `<a>` that has no address, with its end tag."""
    out, opened = [], []
    for part in re.split(r"(<a\b[^>]*>|</a>)", html):
        if part.startswith("<a"):
            opened.append(part not in {"<a>", '<a href="">'})
        keep = opened[-1] if part.startswith("<a") else part != "</a>" or opened.pop()
        out.append(part if keep else "")
    return "".join(out)


@given(markup)
def test_whatever_was_written_only_harmless_tags_come_out(source: str) -> None:
    html = filled(source, page_7="https://ours.example/x", document_9='https://ours.example/"><b')

    for tag, attributes in Tags(html).seen:
        assert tag in richtext.TAGS
        assert attributes.keys() <= {"href"}
        assert urlsplit(attributes.get("href") or "").scheme in {"", *richtext.SCHEMES}


@given(markup)
@example("<p><object><p>")
def test_cleaning_twice_is_cleaning_once(source: str) -> None:
    once = filled(source)

    assert filled(once) == once


@given(markup)
def test_words_and_markdown_can_be_made_of_anything(source: str) -> None:
    pieces = richtext.template(source) or []

    assert "\n\n" not in richtext.plain_text(pieces)
    assert "<script" not in richtext.markdown(filled(source)).lower()


def test_a_link_to_a_public_page_is_its_address() -> None:
    source = '<p>See <a linktype="page" id="12">it &amp; that</a>.</p>'

    assert filled(source, page_12="https://x.example/a?b=1&c=2") == (
        '<p>See <a href="https://x.example/a?b=1&amp;c=2">it &amp; that</a>.</p>'
    )


def test_a_link_to_a_hidden_page_is_its_words() -> None:
    source = (
        '<p>See <a linktype="page" id="12"><b>it</b></a>, <a linktype="document" id="3">b</a>.</p>'
    )

    assert filled(source) == "<p>See <b>it</b>, b.</p>"
    assert list(richtext.references(richtext.template(source))) == ["page:12", "document:3"]


def test_an_address_cannot_leave_its_quotes() -> None:
    html = filled('<a linktype="page" id="1">x</a>', page_1='https://x.example/"><script>')

    assert html == '<a href="https://x.example/&quot;&gt;&lt;script&gt;">x</a>'


@pytest.mark.parametrize("number", ["²", "٣x", "-1", "1.5", "", "9" * 5000, "1 OR 1=1"])
def test_a_link_to_something_that_is_no_row_is_its_words(number: str) -> None:
    assert filled(f'<p><a linktype="page" id="{number}">x</a></p>') == "<p>x</p>"


def test_pictures_and_embeds_of_the_editor_are_left_out() -> None:
    source = '<p>a</p><embed alt="secret" embedtype="image" format="left" id="4"/><p>b</p>'

    assert filled(source) == "<p>a</p><p>b</p>"
    assert "secret" not in str(richtext.template(source))


def test_unbalanced_tags_are_balanced() -> None:
    assert filled("<p><b>a<i>b</b>c") == "<p><b>a<i>b</i></b><i>c</i></p>"
    assert filled('<a href="https://a.example">x<a href="https://b.example">y') == (
        '<a href="https://a.example">x</a><a href="https://b.example">y</a>'
    )


def test_entities_stay_what_they_are() -> None:
    assert filled("<p>1 &lt; 2 &amp;&amp; 3 &gt; 2 &#8211; &eacute;</p>") == (
        "<p>1 &lt; 2 &amp;&amp; 3 &gt; 2 – é</p>"
    )


def test_plain_text_has_one_line_a_paragraph() -> None:
    pieces = richtext.template(
        "<h3>Head</h3><p>One <b>two</b></p>three<ul><li>a</li><li>b</li></ul>"
    )

    assert richtext.plain_text(pieces or []) == "Head\nOne two\nthree\na\nb"


def test_markdown_keeps_headings_lists_and_links() -> None:
    html = '<h3>Head</h3><p>One <b>two</b> <a href="https://a.example/x">there</a></p><ul><li>a</li></ul>'

    assert richtext.markdown(html) == "### Head\n\nOne **two** [there](https://a.example/x)\n\n- a"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("<p>[x](javascript:alert(1))</p>", r"\[x\](javascript:alert(1))"),
        ("<p>a_b * c</p>", r"a\_b \* c"),
        ("<p>&amp;lt;b&amp;gt;</p>", "&amp;lt;b&amp;gt;"),
        (
            '<a href="https://a.example/) [y](javascript:alert(1)">x</a>',
            "[x](https://a.example/%29%20%5By%5D%28javascript:alert%281%29)",
        ),
    ],
)
def test_markdown_makes_no_markup_of_the_editors_words(html: str, expected: str) -> None:
    assert richtext.markdown(html) == expected


def test_words_that_look_like_a_file_are_only_words() -> None:
    assert richtext.markdown("report.html") == "report.html"


def test_a_text_nested_a_thousand_deep_has_all_its_forms() -> None:
    html = filled("<blockquote>" * 1000 + "deep" + "</blockquote>" * 1000)

    assert richtext.plain_text(richtext.template(html) or []) == "deep"
    assert richtext.markdown(html).endswith("deep")


def test_the_work_for_a_text_grows_as_the_text_does_and_filling_it_is_little(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clean, cleaned = nh3.clean, []

    def counted(text: str, **options: Any) -> str:
        cleaned.append(text)
        return clean(text, **options)

    def lines_to_store_and_fill(paragraphs: int) -> tuple[int, int]:
        source, pieces = PARAGRAPH * paragraphs, list[richtext.Piece]()
        stored = count_executed_lines(lambda: pieces.extend(richtext.template(source) or []))
        return stored, count_executed_lines(lambda: richtext.fill(pieces, address=str))

    monkeypatch.setattr(nh3, "clean", counted)
    short, long = lines_to_store_and_fill(50), lines_to_store_and_fill(500)

    assert long[0] < 11 * short[0]
    assert long[1] < 11 * short[1]
    # A link is three pieces: what opens it, its words and what closes it.
    assert long[1] < 500 * 40
    # What is harmless is cleaned once.
    assert len(cleaned) == 2

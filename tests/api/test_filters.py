"""Filters find exactly what they say, computed statuses by the rule that answers them."""

import datetime as dt
import itertools
from typing import Any

import pytest
from wagtail.models import Page

from cms.content.models import TermScheme
from cms.publishing.scopes import transaction
from news.call import CallStatus, call_status
from projects.status import ProjectStatus, project_status
from tests.contract.asking import data, refused
from tests.factories import make_organisation, make_programme, make_term
from tests.page_factories import (
    NOON,
    World,
    coordinator_and,
    locale,
    make_event,
    make_news,
    make_project,
    make_world,
    translate,
)

pytestmark = pytest.mark.django_db

NEWS = "query($filter: NewsFilter) { news(first: 100, filter: $filter) { totalCount nodes { title } } }"
PROJECTS = """query($filter: ProjectFilter) {
  projects(first: 100, filter: $filter, orderBy: TITLE_ASC) { totalCount nodes { title } } }"""
STEP = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def world() -> World:
    """Return a site without pages in its lists."""
    return make_world()


def _titles(answered: dict[str, Any]) -> list[str]:
    titles = sorted(node["title"] for node in answered["nodes"])
    assert answered["totalCount"] == len(titles)
    return titles


def _news(**wanted: Any) -> list[str]:
    return _titles(data(NEWS, filter=wanted)["news"])


def _projects(**wanted: Any) -> list[str]:
    return _titles(data(PROJECTS, filter=wanted)["projects"])


def test_news_are_found_by_type(world: World) -> None:
    make_news(world.news, title="Both", types=["NEWS", "OPEN_CALL"])
    make_news(world.news, title="Plain", types=["NEWS"])
    make_news(world.news, title="Paper", types=["DOCUMENT"])

    assert _news(types=["NEWS"]) == ["Both", "Plain"]
    assert _news(types=["OPEN_CALL", "DOCUMENT"]) == ["Both", "Paper"]
    assert _news(types=["ACHIEVEMENT"]) == []
    assert _news(types=[]) == []
    assert _news(types=None) == _news() == ["Both", "Paper", "Plain"]


def test_news_are_found_by_the_code_of_a_topic_which_may_change(world: World) -> None:
    topics = [make_term(scheme=TermScheme.NEWS_TOPIC, code=code) for code in ("AI", "SPACE")]
    for title, chosen in (("AI", topics[:1]), ("Both", topics), ("None", [])):
        page = make_news(world.news, title=title)
        page.topics.set(chosen)
        page.save()

    assert _news(topics=["AI"]) == ["AI", "Both"]
    assert _news(topics=["SPACE"]) == ["Both"]
    assert _news(topics=["SPACE", "AI"]) == ["AI", "Both"]
    assert _news(topics=["ai"]) == _news(topics=[""]) == _news(topics=[]) == []

    topics[1].code = "ORBIT"
    topics[1].save()
    assert (_news(topics=["SPACE"]), _news(topics=["ORBIT"])) == ([], ["Both"])


def test_news_are_found_by_project_in_whichever_language_it_was_chosen(world: World) -> None:
    project = make_project(world.projects, slug="p")
    translate(world.projects, slug="proekti")
    bulgarian = translate(project, slug="proekt")
    make_news(world.news, title="English", project=project)
    make_news(world.news, title="Mixed", project=bulgarian)
    make_news(world.news, title="Neither")

    assert _news(projectId=project.public_id) == ["English", "Mixed"]
    assert _news(projectId=bulgarian.public_id) == ["English", "Mixed"]
    assert _news(projectId=world.news.public_id) == []
    assert _news(projectId="nonsense") == []
    project.unpublish()
    assert _news(projectId=project.public_id) == []


def test_news_are_found_by_date_both_days_included(world: World) -> None:
    for day in (1, 2, 3):
        make_news(world.news, title=str(day), published_on=dt.date(2026, 1, day))

    assert _news(publishedOn={"from": "2026-01-02"}) == ["2", "3"]
    assert _news(publishedOn={"to": "2026-01-02"}) == ["1", "2"]
    assert _news(publishedOn={"from": "2026-01-02", "to": "2026-01-02"}) == ["2"]
    assert _news(publishedOn={"from": "2026-01-03", "to": "2026-01-01"}) == []
    assert _news(publishedOn={}) == ["1", "2", "3"]


def test_what_is_given_must_all_hold(world: World) -> None:
    make_news(world.news, title="A", types=["NEWS"], published_on=dt.date(2026, 1, 1))
    make_news(world.news, title="B", types=["DOCUMENT"], published_on=dt.date(2026, 1, 1))
    make_news(world.news, title="C", types=["NEWS"], published_on=dt.date(2026, 1, 2))

    assert _news(types=["NEWS"], publishedOn={"to": "2026-01-01"}) == ["A"]


INSTANTS = [None, NOON - STEP, NOON, NOON + STEP]


def test_calls_are_filtered_by_the_rule_that_answers_their_status(world: World) -> None:
    expected: dict[str, list[str]] = {status.name: [] for status in CallStatus}
    with transaction():
        for opens, closes in itertools.product(INSTANTS, INSTANTS):
            if opens and closes and closes <= opens:
                continue
            title = f"{opens} {closes}"
            times = {"call_opens_at": opens, "call_closes_at": closes}
            make_news(world.news, title=title, types=["OPEN_CALL"], **times)
            make_news(world.news, title=f"no call {title}", types=["NEWS"], **times)
            expected[call_status(opens, closes, now=NOON).name].append(title)
    calls = """query($status: CallStatus) { openCalls(first: 100, status: $status) {
      totalCount nodes { title call { status } } } }"""

    for status, titles in expected.items():
        assert titles, status
        answered = data(calls, at=NOON, status=status)["openCalls"]
        assert _titles(answered) == sorted(titles)
        assert {node["call"]["status"] for node in answered["nodes"]} == {status}
        assert _news(callStatus=status) == sorted(titles)
    everything = data(calls, at=NOON)["openCalls"]
    assert _titles(everything) == sorted(itertools.chain(*expected.values()))


def test_projects_are_filtered_by_the_rule_that_answers_their_status(world: World) -> None:
    today = NOON.date()
    days = [None, today - DAY, today, today + DAY]
    expected: dict[str, list[str]] = {status.name: [] for status in ProjectStatus}
    with transaction():
        for starts, ends in itertools.product(days, days):
            if starts and ends and ends < starts:
                continue
            make_project(world.projects, title=f"{starts} {ends}", starts_on=starts, ends_on=ends)
            expected[project_status(starts, ends, today=today).name].append(f"{starts} {ends}")
    statuses = "{ projects(first: 100) { nodes { title projectStatus } } }"

    # From the first to the last moment of the day where the cluster is, two hours ahead of UTC.
    for at in (NOON, NOON.replace(hour=0), NOON.replace(hour=21, minute=59)):
        answered = data(statuses, at=at)["projects"]["nodes"]
        assert {node["title"]: node["projectStatus"] for node in answered} == {
            title: status for status, titles in expected.items() for title in titles
        }
        for status, titles in expected.items():
            found = data(PROJECTS, at=at, filter={"statuses": [status]})["projects"]
            assert titles, status
            assert _titles(found) == sorted(titles)
    both = [*expected["PLANNED"], *expected["COMPLETED"]]
    assert _projects(statuses=["PLANNED", "COMPLETED"]) == sorted(both)
    assert _projects(statuses=[]) == []


def test_projects_are_found_by_programme_partner_country_and_start(world: World) -> None:
    cosme, horizon = make_programme(name="COSME"), make_programme(name="Horizon")
    sofia, berlin = make_organisation(country="BG"), make_organisation(country="DE")
    one = make_project(
        world.projects,
        title="One",
        partners=coordinator_and(berlin, coordinator=sofia),
        starts_on=dt.date(2025, 1, 1),
    )
    one.programmes.set([cosme, horizon])
    one.save()
    make_project(
        world.projects,
        title="Two",
        partners=coordinator_and(coordinator=sofia),
        starts_on=dt.date(2025, 6, 1),
    )
    make_project(world.projects, title="Three")

    assert _projects(programmeId=cosme.public_id) == ["One"]
    assert _projects(programmeId=sofia.public_id) == []
    assert _projects(partnerId=sofia.public_id) == ["One", "Two"]
    assert _projects(partnerId=berlin.public_id) == ["One"]
    assert _projects(countries=["BG"]) == ["One", "Two"]
    assert _projects(countries=["DE", "FR"]) == ["One"]
    assert _projects(countries=[]) == []
    assert _projects(startsOn={"from": "2025-01-01", "to": "2025-05-31"}) == ["One"]
    assert _projects(startsOn={"from": "2025-01-02"}) == ["Two"]
    assert _projects(startsOn={"to": "2025-12-31"}) == ["One", "Two"]


def test_a_partner_who_moves_takes_the_project_along(world: World) -> None:
    partner = make_organisation(country="BG")
    make_project(world.projects, title="One", partners=coordinator_and(coordinator=partner))

    partner.country = "RO"
    partner.save()

    assert (_projects(countries=["BG"]), _projects(countries=["RO"])) == ([], ["One"])


def test_a_filter_does_not_tell_of_what_is_hidden(world: World) -> None:
    partner, programme = make_organisation(country="BG"), make_programme()
    project = make_project(world.projects, partners=coordinator_and(coordinator=partner))
    project.programmes.set([programme])
    project.save()

    for thing in (partner, programme):
        thing.unpublish()

    assert _projects(countries=["BG"]) == []
    assert _projects(partnerId=partner.public_id) == []
    assert _projects(programmeId=programme.public_id) == []


def test_events_are_found_by_when_they_are(world: World) -> None:
    for number in range(3):
        starts = NOON + number * STEP * 4
        make_event(world.events, title=str(number), starts_at=starts, ends_at=starts + STEP * 2)
    asked = "query($f: EventFilter) { events(filter: $f) { totalCount nodes { title } } }"

    def found(**arguments: Any) -> list[str]:
        times = {name: value.isoformat() for name, value in arguments.items()}
        return _titles(data(asked, f=times)["events"])

    assert found() == ["0", "1", "2"]
    assert found(**{"from": NOON + STEP}) == ["0", "1", "2"]
    assert found(**{"from": NOON + STEP * 3}) == ["1", "2"]
    assert found(to=NOON + STEP * 4) == ["0"]
    assert found(**{"from": NOON + STEP * 3, "to": NOON + STEP * 5}) == ["1"]


def test_a_search_is_narrowed_like_a_list(world: World) -> None:
    project = make_project(world.projects, title="Common ground", slug="p")
    make_news(world.news, title="Common news", project=project, published_on=dt.date(2026, 1, 1))
    make_event(world.events, title="Common event")
    asked = """query($filter: SearchFilter) { search(text: "common", filter: $filter, first: 100) {
      totalCount nodes { page { title } } } }"""

    def found(**wanted: Any) -> list[str]:
        nodes = data(asked, filter=wanted)["search"]["nodes"]
        return sorted(node["page"]["title"] for node in nodes)

    assert found() == ["Common event", "Common ground", "Common news"]
    assert found(types=["NewsPage", "EventPage"]) == ["Common event", "Common news"]
    assert found(types=[]) == found(types=["Person", "auth_user"]) == []
    assert found(projectId=project.public_id) == ["Common news"]
    assert found(publishedOn={"from": "2026-01-01", "to": "2026-01-01"}) == ["Common news"]
    assert found(topics=["AI"]) == []


def test_a_search_without_words_finds_what_its_filter_lets_through(world: World) -> None:
    partner = make_organisation(country="RO")
    make_project(world.projects, title="Abroad", partners=coordinator_and(coordinator=partner))
    make_news(world.news, title="News")
    asked = """query($text: String, $filter: SearchFilter) { search(text: $text, filter: $filter) {
      totalCount nodes { highlight page { title } } facets { name } } }"""

    def found(text: str | None, **wanted: Any) -> list[str]:
        answered = data(asked, text=text, filter=wanted)["search"]
        assert answered["facets"]
        return sorted(node["page"]["title"] for node in answered["nodes"])

    for text in (None, "", "   "):
        assert found(text, types=["NewsPage", "ProjectPage"]) == ["Abroad", "News"]
        assert found(text, countries=["RO", "GR"]) == ["Abroad"]
        assert found(text, types=["NewsPage"]) == ["News"]


def test_a_search_has_its_limits(world: World) -> None:
    words = " ".join(f"w{number}" for number in range(11))

    assert refused('{ search(text: "%s") { totalCount } }' % ("a" * 201)) == (
        "BAD_USER_INPUT",
        "`text` must have at most 200 characters.",
    )
    assert refused(f'{{ search(text: "{words}") {{ totalCount }} }}') == (
        "BAD_USER_INPUT",
        "`text` must have at most 10 words.",
    )
    for text in ("%", "_", "\\\\", "'"):
        assert data(f'{{ search(text: "{text}") {{ totalCount }} }}') == {
            "search": {"totalCount": 0}
        }


def test_the_buckets_of_a_search_say_what_filters_take(world: World) -> None:
    make_term(scheme=TermScheme.NEWS_TOPIC, code="UNUSED")
    topic = make_term(scheme=TermScheme.NEWS_TOPIC, code="AI", label_en="Minds", label_bg="Умове")
    project = make_project(world.projects, title="Project", slug="p", starts_on=dt.date(2025, 1, 1))
    translate(world.news, slug="novini", title="Новини")
    translate(world.projects, slug="proekti", title="Проекти")
    bulgarian = translate(project, slug="proekt", title="Проект")
    for number, chosen in enumerate((project, bulgarian)):
        page = make_news(world.news, title=f"Item {number}", slug=f"i-{number}", project=chosen)
        page.topics.set([topic])
        page.save()
        translate(page, slug=f"bg-{number}", title=f"Item {number}")
    Page.objects.get(slug="bg-0").unpublish()
    asked = """query($l: Locale) { search(text: "item", locale: $l) {
      totalCount facets { name buckets { value label count } } } }"""

    english, other = (data(asked, l=code)["search"] for code in ("EN", "BG"))

    assert _buckets(english) == {
        "TYPE": [("NewsPage", "NewsPage", 2)],
        "TOPIC": [("AI", "Minds", 2)],
        "PROJECT": [(project.public_id, "Project", 2)],
        "YEAR": [("2026", "2026", 2)],
        "LOCALE": [("EN", "English", 2)],
    }
    assert _buckets(other) == {
        "TYPE": [("NewsPage", "NewsPage", 1)],
        "TOPIC": [("AI", "Умове", 1)],
        "PROJECT": [(bulgarian.public_id, "Проект", 1)],
        "YEAR": [("2026", "2026", 1)],
        "LOCALE": [("BG", "Български", 1)],
    }
    project.unpublish()
    topic.unpublish()
    assert "TOPIC" not in _buckets(data(asked, l="EN")["search"])
    assert locale("bg").language_code == "bg"


def _buckets(search: dict[str, Any]) -> dict[str, list[tuple[str, str, int]]]:
    return {
        facet["name"]: [(b["value"], b["label"], b["count"]) for b in facet["buckets"]]
        for facet in search["facets"]
    }

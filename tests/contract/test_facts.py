"""The facts of the source survive the way from the data files to the answers of POST /graphql.

The numbers in the names are those of the list of facts that the demo content has to keep.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from tests.demo_content import ask, demo_content

pytestmark = pytest.mark.django_db

PROJECT = """query ($path: String!) { route(path: $path) { page { ... on ProjectPage {
  title acronym fullTitle contractNumber summary startsOn endsOn endsOnIsComputed durationMonths
  projectStatus
  programmes { name fullName funder }
  coordinator { name }
  partners { role organisation { name kind country { code } } }
  objectives approaches results { quantity text }
  targetGroup { description minimumAge maximumAge }
  body { ... on FactListBlock { facts { label value } } ... on TextBlock { content { plainText } } }
} } } }"""
NEWS = """query ($path: String!) { route(path: $path) { page { ... on NewsPage {
  title introduction types publishedOn publishedOnIsDerived project { title }
  body { ... on FactListBlock { facts { label value } } ... on TextBlock { content { plainText } } }
} } } }"""
EVENTS = """{ events { nodes { title startsAt endsAt isAllDay timeZone
  venue { name city country { code } } organisers { name } project { title }
  participantsNote body { ... on FactListBlock { facts { label value } } } } } }"""


@pytest.fixture(scope="module", autouse=True)
def content(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with demo_content(django_db_blocker):
        yield


def project(slug: str) -> Any:
    return ask(PROJECT, path=f"/projects/{slug}/")["route"]["page"]


def news(slug: str) -> Any:
    return ask(NEWS, path=f"/news/{slug}/")["route"]["page"]


def event(start: str) -> Any:
    found = ask(EVENTS)["events"]["nodes"]
    return next(item for item in found if start in item["title"])


def words(page: Any) -> str:
    """Return everything that a page says, in one line."""
    texts = [page.get("introduction", "")]
    for block in page["body"]:
        texts.append(block.get("content", {}).get("plainText", ""))
        texts.extend(f"{fact['label']}: {fact['value']}" for fact in block.get("facts", []))
    return " ".join(" ".join(texts).split())


def names(partners: Any) -> list[str]:
    return [partner["organisation"]["name"] for partner in partners]


def test_1_the_composition_with_a_stated_nought_and_an_unknown_date() -> None:
    cluster = ask("""{ cluster { composition {
        asOf source members smes largeCompanies researchOrganisations otherActors startUps } } }""")

    assert cluster["cluster"]["composition"] == {
        "asOf": None,
        "source": "European Cluster Collaboration Platform, public profile",
        "members": 286,
        "smes": 280,
        "largeCompanies": 0,
        "researchOrganisations": 6,
        "otherActors": 0,
        "startUps": None,
    }


def test_2_and_3_figures_of_others_stand_beside_the_composition() -> None:
    cluster = ask("{ cluster { keyFigures { metric value unit asOf } completeness { score } } }")

    assert cluster["cluster"]["keyFigures"] == [
        {"metric": "Profile completed", "value": "61", "unit": "%", "asOf": None},
        {"metric": "Direct members", "value": "10", "unit": "members", "asOf": None},
    ]
    assert cluster["cluster"]["completeness"]["score"] != 61


def test_4_place_and_contact_of_whom_only_the_name_is_shown() -> None:
    cluster = ask("""{ cluster { name localName country { code label } region { code label }
        contact { name email phone role } } }""")

    assert cluster["cluster"] == {
        "name": "ICT Cluster",
        "localName": None,
        "country": {"code": "BG", "label": "Bulgaria"},
        "region": {"code": "BG41", "label": "South-West"},
        "contact": {"name": "Anna Naydenova", "email": None, "phone": None, "role": None},
    }


def test_5_both_flags_of_the_strategy() -> None:
    cluster = ask("{ cluster { strategy { isFormalised hasInternationalisationFocus } } }")

    assert cluster["cluster"]["strategy"] == {
        "isFormalised": True,
        "hasInternationalisationFocus": True,
    }


def test_6_the_conference_of_2018_as_achievement_and_as_event() -> None:
    item = news("industry-and-digital-transformation")
    held = event("Industry and Digital")

    assert (item["types"], item["publishedOn"], item["publishedOnIsDerived"]) == (
        ["ACHIEVEMENT"],
        "2018-10-19",
        True,
    )
    assert item["title"] == "Industry and Digital Transformation: Fears and Hopes"
    assert item["project"] == held["project"] == {"title": "Smart Factory Hub"}
    assert "Danube Transnational Programme" in words(item)
    assert held["isAllDay"]
    assert held["startsAt"].startswith("2018-10-18T21:00:00")
    assert held["endsAt"].startswith("2018-10-19T20:59:00")
    assert held["venue"] == {
        "name": "Microsoft Innovation Center Bulgaria, Sofia Tech Park",
        "city": "Sofia",
        "country": {"code": "BG"},
    }
    assert held["organisers"] == [{"name": "ICT Cluster"}]


def test_7_its_participants_and_the_solutions_from_czechia() -> None:
    text = words(news("industry-and-digital-transformation"))
    note = event("Industry and Digital")["participantsNote"]

    first = "Slovenia, Romania, Croatia, Germany, Austria"
    countries = f"{first}, Czechia, Slovakia, Hungary, Serbia and Bulgaria"
    assert note == f"Guests from 10 countries: {countries}"
    assert countries in text
    assert "Czechia brought 11 solutions" in text


def test_8_its_speakers_and_the_lost_presentations() -> None:
    text = words(news("industry-and-digital-transformation"))

    assert "Todor Mitov" in text
    assert "Peter Stattev: where the Bulgarian innovation hub DigiTech 4.0" in text
    assert "That link is lost and the files are missing here." in text


def test_9_the_black_sea_conference() -> None:
    item = news("balkan-and-black-sea-network")
    held = event("Cooperation of ICT clusters")

    assert (item["types"], item["publishedOn"], item["publishedOnIsDerived"]) == (
        ["ACHIEVEMENT"],
        "2014-04-10",
        True,
    )
    assert "10 and 11 April 2014" in words(item)
    assert held["startsAt"].startswith("2014-04-09T21:00:00")
    assert held["endsAt"].startswith("2014-04-11T20:59:00")
    assert held["timeZone"] == "Europe/Sofia"
    assert held["venue"]["name"] == "Grand Hotel Sofia"
    assert held["organisers"] == [
        {"name": "ICT Cluster"},
        {"name": "Ministry of Transport and Communications"},
    ]
    sponsors = "VIVACOM, Sofia Tech Park, Bulgarian Cluster Telecommunications"
    assert held["body"] == [{"facts": [{"label": "Main sponsors", "value": sponsors}]}]


def test_10_coderdojo_in_ardino() -> None:
    item = news("coderdojo-ardino")
    text = words(item)

    assert (item["types"], item["publishedOn"], item["publishedOnIsDerived"]) == (
        ["ACHIEVEMENT"],
        "2014-06-14",
        True,
    )
    assert "14 June 2014 Anton Tcholakov and Nikolay Chochev" in text
    assert "Participants: 18 Ages: 7–17 Place: School “Vasil Levski”, Ardino" in text


def test_11_danube_ict_once_with_a_computed_end() -> None:
    page = project("danube-ict")
    listed = ask("{ projects { totalCount nodes { acronym } } }")["projects"]
    highlight = news("danube-ict-starts")

    assert (page["startsOn"], page["durationMonths"]) == ("2015-12-01", 6)
    assert (page["endsOn"], page["endsOnIsComputed"]) == ("2016-05-31", True)
    assert page["projectStatus"] == "COMPLETED"
    assert page["coordinator"] == {"name": "ICT Cluster"}
    assert names(page["partners"]) == [
        "ICT Cluster",
        "Cluj IT Cluster",
        "Vojvodina ICT Cluster",
        "Montenegrin IT Cluster",
    ]
    assert page["programmes"] == [
        {
            "name": "DANUBE START",
            "fullName": None,
            "funder": "European Commission and City of Vienna",
        }
    ]
    assert listed["totalCount"] == 6
    assert [node["acronym"] for node in listed["nodes"]].count("DANUBE ICT") == 1
    assert highlight["project"] == {"title": "DANUBE ICT"}
    assert (highlight["publishedOn"], highlight["publishedOnIsDerived"]) == ("2015-12-01", True)


def test_12_entrepreneurship_without_borders() -> None:
    page = project("entrepreneurship-without-borders")

    assert page["contractNumber"] == "BG051PO001-7.0.07-0215"
    assert page["programmes"] == [
        {
            "name": "Human Resources Development",
            "fullName": "Bulgarian Operational Programme “Human Resources Development”",
            "funder": "European Social Fund",
        }
    ]
    assert [
        (partner["organisation"]["name"], partner["organisation"]["country"]["code"])
        for partner in page["partners"]
    ] == [("ICT Cluster", "BG"), ("Ardino Municipality", "BG"), ("CorkBIC", "IE")]
    assert (page["targetGroup"]["minimumAge"], page["targetGroup"]["maximumAge"]) == (18, 40)
    assert len(page["objectives"]) == 4
    assert (page["startsOn"], page["endsOn"], page["projectStatus"]) == (None, None, "UNKNOWN")


def test_13_smart_factory_hub() -> None:
    page = project("smart-factory-hub")

    assert len(page["approaches"]) == 3
    assert [(result["quantity"], result["text"].split(",")[0]) for result in page["results"]] == [
        (1, "RIS3-centred model of the smart factory"),
        (2, "testing schemes: TransferLab"),
    ]
    assert "action plan" in page["results"][0]["text"]
    assert [programme["fullName"] for programme in page["programmes"]] == [
        "Interreg Danube Transnational Programme"
    ]


def test_14_give_with_eight_partners_from_six_countries() -> None:
    page = project("give")

    assert (page["startsOn"], page["durationMonths"]) == ("2017-12-01", 24)
    assert (page["endsOn"], page["endsOnIsComputed"]) == ("2019-11-30", True)
    assert [programme["name"] for programme in page["programmes"]] == ["COSME"]
    assert page["coordinator"] == {"name": "ICT Cluster"}
    assert names(page["partners"]) == [
        "ICT Cluster",
        "Albanian Information and Technology Association",
        "Cluj IT Cluster",
        "Chamber of Commerce for Information and Communication Technologies – Skopje",
        "ICT Cluster Central Serbia",
        "Automotive Cluster Bulgaria",
        "Automotive Cluster Serbia",
        "Green-Tech Latvia",
    ]
    roles = [partner["role"] for partner in page["partners"]]
    assert roles == ["COORDINATOR", *["PARTNER"] * 7]
    countries = {partner["organisation"]["country"]["code"] for partner in page["partners"]}
    assert countries == {"AL", "BG", "LV", "MK", "RO", "RS"}
    assert "5 clusters of ICT, 2 of the automotive industry, 1 of green technology" in words(page)
    counts = [len(page[name]) for name in ("objectives", "approaches", "results")]
    assert counts == [3, 3, 9]


def test_15_erasmus_for_young_entrepreneurs() -> None:
    page = project("erasmus-for-young-entrepreneurs")

    assert "Role of the cluster: Intermediary Organisation" in words(page)
    assert "Taking part since: 2010" in words(page)
    assert "Length of a stay: 1 to 6 months" in words(page)
    assert [(item["name"], item["funder"]) for item in page["programmes"]] == [
        ("COSME", "European Commission"),
        ("Erasmus for Young Entrepreneurs", "European Commission"),
    ]
    # A year is not a day: nobody invents the first one.
    assert page["startsOn"] is None


def test_16_i3e() -> None:
    page = project("i3e")

    assert [programme["fullName"] for programme in page["programmes"]] == [
        "South East Europe Transnational Cooperation Programme"
    ]
    assert "Area of intervention: 1.1" in words(page)
    assert len(page["results"]) == 2


def test_17_news_of_2020_without_the_untitled_one() -> None:
    found = ask("""{ news(filter: {publishedOn: {from: "2020-01-01"}}) { totalCount nodes {
        title publishedOn publishedOnIsDerived types
        call { opensAt closesAt status eligibleApplicants { code } } } } }""")["news"]

    unknown = {"opensAt": None, "closesAt": None, "status": "UNKNOWN"}
    assert found["totalCount"] == 3
    assert found["nodes"] == [
        {
            "title": "BOWI: open call for SMEs and mid-caps",
            "publishedOn": "2020-09-04",
            "publishedOnIsDerived": False,
            "types": ["NEWS", "OPEN_CALL"],
            "call": unknown | {"eligibleApplicants": [{"code": "SME"}, {"code": "MID_CAP"}]},
        },
        {
            "title": "First call of BOWI",
            "publishedOn": "2020-06-09",
            "publishedOnIsDerived": False,
            "types": ["NEWS", "OPEN_CALL"],
            "call": unknown | {"eligibleApplicants": []},
        },
        {
            "title": "Business plans written at home: help during COVID-19",
            "publishedOn": "2020-04-24",
            "publishedOnIsDerived": False,
            "types": ["NEWS", "ACHIEVEMENT"],
            "call": None,
        },
    ]


def test_18_lists_that_the_source_leaves_empty() -> None:
    answer = ask("""{ cluster { managementTeam { name } sectors { code } technologyFields { code }
        s3Priorities { code } programmes { name }
        crossSectoralIndustries { code } supportServices { term { code } otherText }
        cooperation { kind targetedCountries { code } supportActivities { code } } }
        events(filter: {from: "2026-01-01T00:00:00Z"}) { totalCount } }""")

    assert answer["events"]["totalCount"] == 0
    assert answer["cluster"] == {
        "managementTeam": [],
        "sectors": [],
        "technologyFields": [],
        "s3Priorities": [],
        "programmes": [],
        "crossSectoralIndustries": [{"code": "DIGITAL_INDUSTRIES"}],
        "supportServices": [{"term": {"code": "OTHER"}, "otherText": None}],
        "cooperation": [
            {
                "kind": "INTERNATIONAL",
                "targetedCountries": [],
                "supportActivities": [{"code": "MISSIONS_EVENTS_FAIRS"}],
            },
            {
                "kind": "TRANSNATIONAL",
                "targetedCountries": [],
                "supportActivities": [{"code": "COLLABORATIVE_ACTIVITIES"}],
            },
        ],
    }

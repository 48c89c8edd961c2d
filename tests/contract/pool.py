"""Make the things that the pages of a whole world point at, each with a fixed id."""

import uuid
from dataclasses import dataclass
from typing import Any

from cms.content.models import Document, Image, Organisation, Person, PersonField, Programme, Term
from cms.content.models import OrganisationKind as Kind
from cms.content.models import TermScheme as Scheme
from tests.factories import (
    make_document,
    make_image,
    make_organisation,
    make_person,
    make_programme,
    make_term,
    picture_file,
)

COUNTRIES = ("BG", "DE", "RO", "GR", "FR", "IT")


def fixed(space: int, number: int = 0) -> uuid.UUID:
    """Return the uuid of one thing of one kind."""
    return uuid.UUID(int=space * 1_000_000 + number + 1)


@dataclass(frozen=True)
class Pool:
    """Hold the things that pages point at, `count` of each and six organisations for each project."""

    images: list[Image]
    documents: list[Document]
    people: list[Person]
    organisations: list[Organisation]
    programmes: list[Programme]
    topics: list[Term]
    terms: dict[Scheme, list[Term]]


def make_pool(count: int) -> Pool:
    """Make `count` of each thing."""
    schemes = [scheme for scheme in Scheme if scheme is not Scheme.NEWS_TOPIC]
    images = [_image(number) for number in range(count)]
    return Pool(
        images=images,
        documents=[
            make_document(title=f"Paper {n}", name=f"paper-{n}.pdf", uuid=fixed(2, n))
            for n in range(count)
        ],
        people=[_person(images[number], number) for number in range(count)],
        organisations=[
            make_organisation(
                name=f"Organisation {n}",
                kind=list(Kind)[n % len(Kind)],
                country=COUNTRIES[n % len(COUNTRIES)],
                website=f"https://organisation-{n}.example/",
                uuid=fixed(4, n),
            )
            for n in range(6 * count)
        ],
        programmes=[
            make_programme(
                name=f"P{n}", full_name=f"Programme {n}", funder="The Union", uuid=fixed(5, n)
            )
            for n in range(count)
        ],
        topics=[_term(Scheme.NEWS_TOPIC, n, space=6) for n in range(count)],
        terms={
            scheme: [_term(scheme, n, space=10 + place) for n in range(count)]
            for place, scheme in enumerate(schemes)
        },
    )


def _image(number: int) -> Image:
    file = picture_file(name=f"picture-{number}.jpg")
    return make_image(file=file, uuid=fixed(1, number), credit=f"Photographer {number}")


def _person(image: Image, number: int) -> Person:
    return make_person(
        name=f"Person {number}",
        role_en="Director",
        role_bg="Директор",
        biography_en="Has done this for years.",
        email=f"person-{number}@example.org",
        phone="+359 2 000 000",
        shown=list(PersonField),
        **picture_of(image, "A face"),
        uuid=fixed(3, number),
    )


def _term(scheme: Scheme, number: int, *, space: int) -> Term:
    return make_term(
        scheme=scheme,
        code=f"OURS_{number}",
        label_en=f"{scheme.label} {number}",
        label_bg=f"Термин {number}",
        uuid=fixed(space, number),
    )


def picture_of(image: Image, alt: str) -> dict[str, Any]:
    """Return the fields of one use of an image."""
    return {"picture": image, "picture_alt": alt}

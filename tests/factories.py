"""Make the smallest snippets, pictures and documents that a test needs."""

import datetime as dt
import itertools
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image as Pixels

from cms.content.models import (
    Document,
    Image,
    Organisation,
    OrganisationKind,
    Person,
    PersonField,
    Programme,
    Term,
    TermScheme,
)

_numbers = itertools.count(1)


def picture_file(
    *, name: str = "picture.jpg", size: tuple[int, int] = (64, 48), **options: Any
) -> ContentFile:
    """Return a file with a picture of one colour; the name's ending decides the format."""
    ending = name.rpartition(".")[2].lower()
    mode = "RGBA" if ending in {"png", "webp"} else "RGB"
    target = BytesIO()
    Pixels.new(mode, size, (20, 90, 160)).save(
        target, {"jpg": "JPEG"}.get(ending, ending.upper()), **options
    )
    return ContentFile(target.getvalue(), name=name)


def transparent_file(*, name: str = "logo.png", size: tuple[int, int] = (64, 48)) -> ContentFile:
    """Return a file with a picture one half of which lets the ground shine through."""
    picture = Pixels.new("RGBA", size, (20, 90, 160, 255))
    picture.paste((0, 0, 0, 0), (0, 0, size[0] // 2, size[1]))
    target = BytesIO()
    picture.save(target, name.rpartition(".")[2].upper())
    return ContentFile(target.getvalue(), name=name)


def make_image(*, title: str = "Picture", file: ContentFile | None = None, **values: Any) -> Image:
    """Return a stored picture with its presets."""
    return Image.objects.create(title=title, file=file or picture_file(), **values)


def make_document(
    *, title: str = "Document", name: str = "paper.pdf", content: bytes = b"%PDF-1.4", **values: Any
) -> Document:
    """Return a stored document."""
    return Document.objects.create(title=title, file=ContentFile(content, name=name), **values)


def make_term(
    *,
    scheme: TermScheme = TermScheme.TECHNOLOGY_FIELD,
    code: str | None = None,
    label_en: str = "Term",
    **values: Any,
) -> Term:
    """Return a live term; the code is new unless given. TECHNOLOGY_FIELD has no seeded terms."""
    return Term.objects.create(
        scheme=scheme, code=code or f"TERM_{next(_numbers)}", label_en=label_en, **values
    )


def make_programme(*, name: str = "COSME", **values: Any) -> Programme:
    """Return a live programme."""
    return Programme.objects.create(name=name, **values)


def make_organisation(
    *,
    name: str = "Organisation",
    kind: OrganisationKind = OrganisationKind.SME,
    country: str = "BG",
    **values: Any,
) -> Organisation:
    """Return a live organisation."""
    return Organisation.objects.create(name=name, kind=kind, country=country, **values)


def make_person(
    *,
    name: str = "Person",
    consent_given: bool = True,
    shown: list[PersonField] | None = None,
    **values: Any,
) -> Person:
    """Return a live person who agreed to be named, and to show the fields in `shown`."""
    values.setdefault("consent_on", dt.date(2020, 1, 1) if consent_given else None)
    return Person.objects.create(
        name=name,
        consent_given=consent_given,
        public_fields=[field.value for field in shown or []],
        **values,
    )

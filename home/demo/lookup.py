"""Find what was loaded by its name in the data files, whatever an editor called it since.

Everything here may be gone: an editor may have deleted it. Then the answer is None, or one thing less.
"""

from typing import Any

from wagtail.models import Locale, Page

from cms.content.models import Image, Organisation, Person, Programme, Term
from home.demo.files import identity


def image(name: str) -> Image | None:
    """Return a picture."""
    return Image.objects.filter(uuid=identity(f"images/{name}")).first()


def organisation(name: str) -> Organisation | None:
    """Return an organisation."""
    return Organisation.objects.filter(uuid=identity(f"organisations/{name}")).first()


def person(name: str) -> Person | None:
    """Return a person."""
    return Person.objects.filter(uuid=identity(f"people/{name}")).first()


def programmes(names: list[str]) -> list[Programme]:
    """Return programmes."""
    wanted = [identity(f"programmes/{name}") for name in names]
    return list(Programme.objects.filter(uuid__in=wanted))


def terms(scheme: str, codes: list[str]) -> list[Term]:
    """Return terms of the seeded vocabulary.

    Raises: LookupError when a file names a term that the vocabulary never had.
    """
    found = list(Term.objects.filter(scheme=scheme, code__in=codes))
    missing = set(codes) - {term.code for term in found}
    if missing:
        raise LookupError(f"The vocabulary {scheme} has no {', '.join(sorted(missing))}.")
    return found


def page(name: str, *, language: str) -> Any:
    """Return a page in one language as what it is."""
    key = identity(f"pages/{name}")
    found = Page.objects.filter(translation_key=key, locale__language_code=language).first()
    return found.specific if found else None


def locale(language: str) -> Locale:
    """Return a content language, made on first use."""
    return Locale.objects.get_or_create(language_code=language)[0]

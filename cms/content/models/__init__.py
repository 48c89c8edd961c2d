"""What every page shares: the base page, vocabulary, people, organisations, pictures, files."""

from cms.content.models.documents import Document, DocumentLanguage
from cms.content.models.images import FocalPoint, Image, Rendition
from cms.content.models.organisations import Organisation, OrganisationKind, Programme
from cms.content.models.pages import BasePage
from cms.content.models.people import Person, PersonField
from cms.content.models.snippets import PublishedSnippet
from cms.content.models.vocabulary import Term, TermScheme

__all__ = [
    "BasePage",
    "Document",
    "DocumentLanguage",
    "FocalPoint",
    "Image",
    "Organisation",
    "OrganisationKind",
    "Person",
    "PersonField",
    "Programme",
    "PublishedSnippet",
    "Rendition",
    "Term",
    "TermScheme",
]

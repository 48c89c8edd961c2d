"""Let somebody describe a portal by ticking boxes, and say what is wrong with its address."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, Panel

from cms.content.boxes import boxes
from cms.content.models import Term
from cms.content.models.vocabulary import TermScheme
from cms.publishing import exposure, kinds
from cms.syndication.outbound import refuse_address
from cms.syndication.stream import FILE_KINDS, KINDS

Choice = tuple[str, str]
FEEDS: list[Choice] = [
    ("rss", "RSS"),
    ("atom", "Atom"),
    ("json", "JSON Feed"),
    ("ics", "iCalendar"),
    ("oai", "OAI-PMH"),
]


def type_choices() -> list[Choice]:
    """Return the types of things that can be taken over."""
    found = kinds.projected_models()
    models = [model for kind in (*KINDS, *FILE_KINDS.values()) for model in found[kind]]
    return [(model.__name__, str(model._meta.verbose_name).capitalize()) for model in models]


def news_type_choices() -> list[Choice]:
    """Return what a news item may be."""
    choices: list[Choice] = exposure.enum_named("NewsType")()._meta.enum.choices
    return [(value, str(label)) for value, label in choices]


def topic_choices() -> list[Choice]:
    """Return the topics of news, by name."""
    terms = Term.objects.filter(scheme=TermScheme.NEWS_TOPIC).order_by("label_en", "code")
    return [(term.code, term.label_en) for term in terms]


def language_choices() -> list[Choice]:
    """Return the languages of content."""
    return [(code, str(name)) for code, name in settings.WAGTAIL_CONTENT_LANGUAGES]


CHOICES: dict[str, Callable[[], list[Choice]]] = {
    "types": type_choices,
    "news_types": news_type_choices,
    "topics": topic_choices,
    "languages": language_choices,
    "feeds": lambda: FEEDS,
}


def _boxes(label: str, help_text: str) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, help_text=help_text, required=False, widget=boxes()
    )


class PortalForm(WagtailAdminModelForm):
    """Edit a portal."""

    types = _boxes("Types", "Nothing ticked means every type.")
    news_types = _boxes(
        "Types of news",
        "Nothing ticked narrows nothing. With a tick, only news of these types is left.",
    )
    topics = _boxes(
        "Topics", "Nothing ticked narrows nothing. With a tick, only news on these topics is left."
    )
    languages = _boxes("Languages", "Nothing ticked means every language.")
    feeds = _boxes("Feeds", "Nothing ticked means every feed.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in CHOICES.items():
            field: Any = self.fields[name]
            field.choices = _with_former(choices(), getattr(self.instance, name))

    def clean_webhook_url(self) -> str:
        """Refuse an address to which nothing can be sent.

        Raises: ValidationError saying how to mend it.
        """
        address: str = self.cleaned_data["webhook_url"]
        problem = refuse_address(address) if address else None
        if problem:
            raise ValidationError(problem)
        return address


def _with_former(choices: Iterable[Choice], stored: list[str]) -> list[Choice]:
    """Return the choices, and what was chosen before and is offered no longer.

    Left out, the last tick of a list would vanish unseen, and an empty list narrows nothing.
    """
    offered = list(choices)
    known = {value for value, _label in offered}
    return offered + [
        (value, f"{value} (no longer used)") for value in stored if value not in known
    ]


PANELS: list[Panel] = [
    FieldPanel("name"),
    FieldRowPanel([FieldPanel("contact_name"), FieldPanel("contact_email")], heading="Contact"),
    FieldPanel(
        "is_active",
        help_text="A portal that is paused is sent nothing, and its keys are refused. What changes "
        "meanwhile is sent once it is active again.",
    ),
    MultiFieldPanel(
        [
            FieldPanel("types"),
            FieldPanel("languages"),
            FieldPanel("news_types"),
            FieldPanel("topics"),
        ],
        heading="What it takes over",
        help_text="All of this must hold together. A portal never sees more than what is public.",
    ),
    FieldPanel("feeds", heading="Feeds its keys may read"),
    FieldPanel(
        "webhook_url",
        heading="Webhook address",
        help_text="Where changes are sent, starting with https://. Leave it empty for a portal that "
        "asks by itself.",
    ),
]


def portal_form() -> ObjectList:
    """Return the form of a portal."""
    return ObjectList(PANELS, base_form_class=PortalForm)

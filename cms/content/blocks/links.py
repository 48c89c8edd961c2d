"""Blocks that lead somewhere."""

from typing import Any, NamedTuple

import graphene
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from grapple.helpers import register_streamfield_block
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from cms.content.addresses import followed_address
from cms.content.blocks.values import Values
from cms.content.types import PageInterface
from cms.publishing import exposure
from cms.publishing.protocols import Reference


class LinkTargetValue(NamedTuple):
    """Where a link goes: exactly one of a page and an address."""

    page: Reference | None
    address: str | None


class LinkTarget(graphene.ObjectType):
    """Where a link goes.

    Projected: `page` as a recorded reference, `address` as it is. At read, `url` and `title` come
    from the page, or `url` from the address; a page that is hidden makes the whole target null.
    """

    class Meta:
        description = "Where a link goes: a page of this site, or an address elsewhere."

    page = graphene.Field(
        PageInterface, description="The page, when the target is one of this site."
    )
    address = exposure.Stored(description="The address, when the target is elsewhere.")


@register_streamfield_block
class LinkBlock(blocks.StructBlock):
    """A link on its own line."""

    graphql_description = "A link on its own line."

    text = blocks.CharBlock(max_length=200, label=_("Text"))
    page = blocks.PageChooserBlock(required=False, label=_("Page of this site"))
    address = blocks.URLBlock(required=False, label=_("Or an address elsewhere"))

    graphql_fields = [
        exposure.value("text", graphene.String, "The words of the link.", required=True),
        exposure.value(
            "target",
            LinkTarget,
            "Where it goes; null when the target is not public.",
            source="link_target",
        ),
    ]

    class Meta:
        icon = "link"
        label = _("Link")

    def clean(self, value: Any) -> Any:
        """Return the cleaned value.

        Raises: StructBlockValidationError when there is no target, or more than one.
        """
        cleaned = super().clean(value)
        if cleaned["page"] and cleaned["address"]:
            message = _("Choose a page or write an address, not both.")
            raise StructBlockValidationError({"address": ValidationError(message)})
        if not self.is_deferred_validation and not (cleaned["page"] or cleaned["address"]):
            message = _("Choose a page or write an address.")
            raise StructBlockValidationError({"page": ValidationError(message)})
        return cleaned

    def link_target(self, info: Any, values: Values) -> LinkTargetValue | None:
        """Return where the link goes."""
        page, address = values["page"], followed_address(values["address"])
        return LinkTargetValue(page, address) if page or address else None


class CallToActionStyle(models.TextChoices):
    """How much a call to action stands out."""

    PRIMARY = "PRIMARY", _("Stands out")
    SECONDARY = "SECONDARY", _("Quiet")


CallToActionStyleEnum = exposure.enum_type(
    CallToActionStyle, "How much a call to action stands out."
)


@register_streamfield_block
class CallToActionBlock(LinkBlock):
    """A link that asks the reader to do something."""

    graphql_description = "A link that asks the reader to do something, usually shown as a button."

    style = blocks.ChoiceBlock(
        choices=CallToActionStyle.choices, default=CallToActionStyle.PRIMARY, label=_("Style")
    )

    graphql_fields = [
        *LinkBlock.graphql_fields,
        exposure.value("style", CallToActionStyleEnum, "How much it stands out.", required=True),
    ]

    class Meta:
        icon = "pick"
        label = _("Call to action")


@register_streamfield_block
class ProjectTeaserBlock(blocks.StructBlock):
    """A pointer to a project."""

    graphql_description = "A pointer to a project."

    project = blocks.PageChooserBlock(page_type="projects.ProjectPage", label=_("Project"))

    graphql_fields = [
        exposure.reference("project", "projects.ProjectPage", "The project.", required=True),
    ]

    class Meta:
        icon = "folder-open-inverse"
        label = _("Project")


@register_streamfield_block
class EventTeaserBlock(blocks.StructBlock):
    """A pointer to an event."""

    graphql_description = "A pointer to an event."

    event = blocks.PageChooserBlock(page_type="news.EventPage", label=_("Event"))

    graphql_fields = [
        exposure.reference("event", "news.EventPage", "The event.", required=True),
    ]

    class Meta:
        icon = "calendar-alt"
        label = _("Event")

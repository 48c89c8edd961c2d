"""Hold the menus of each site, one per name and language."""

import uuid
from typing import Any, ClassVar, NamedTuple

import graphene
from django.core.exceptions import ValidationError
from django.db import models
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.fields import StreamField

from cms.content.addresses import followed_address_or_path
from cms.content.blocks import TolerantStreamBlock
from cms.content.types import PageInterface
from cms.publishing import exposure
from cms.publishing.protocols import Columns, Reference, WithdrawalReason, public_id
from cms.publishing.together import PublishedTogether
from home.choices import MenuName, MenuNameEnum


class MenuItemValue(NamedTuple):
    """Hold one entry: what it says and where it leads, which is a page or an address."""

    label: str
    page: Reference | None
    address: str | None
    children: list["MenuItemValue"]


class MenuItem(graphene.ObjectType):
    """One entry of a menu, as it is stored."""

    class Meta:
        description = "One entry of a menu."

    label = graphene.String(required=True, description="What the entry says.")
    page = graphene.Field(PageInterface, description="The page it leads to.")
    address = exposure.Stored(
        description="The address it leads to, if that is not one of our pages."
    )
    children = graphene.List(
        graphene.NonNull(lambda: MenuItem), required=True, description="The entries below it."
    )


class MenuLinkBlock(blocks.StructBlock):
    """Let an editor write one entry."""

    text = blocks.CharBlock(max_length=80)
    page = blocks.PageChooserBlock(required=False)
    address = blocks.CharBlock(
        required=False,
        max_length=500,
        help_text="Only if it leads elsewhere: a full address, or a path such as /search.",
    )

    graphql_hidden = "Readers get menus as MenuItem, with hidden pages left out."

    class Meta:
        icon = "link"

    def clean(self, value: Any) -> Any:
        """Refuse an entry that leads nowhere, or to two places."""
        cleaned = super().clean(value)
        page, address = cleaned["page"], cleaned["address"].strip()
        if page and address:
            raise _refuse("address", "Choose a page or give an address, not both.")
        if not page and not address:
            raise _refuse("page", "Choose a page, or give an address below.")
        if address and not followed_address_or_path(address):
            raise _refuse("address", "Give a full address with https://, or a path with /.")
        return cleaned


class MenuItemBlock(MenuLinkBlock):
    """Let an editor write one entry of the first level, with entries below it."""

    graphql_hidden = MenuLinkBlock.graphql_hidden

    children = blocks.ListBlock(MenuLinkBlock(), default=[], label="Entries below it")


def _refuse(field: str, message: str) -> StructBlockValidationError:
    return StructBlockValidationError(block_errors={field: ValidationError(message)})


def _item(raw: dict[str, Any]) -> MenuItemValue:
    children = raw.get("children") or []
    return MenuItemValue(
        label=raw.get("text") or "",
        page=Reference("page", raw["page"]) if raw.get("page") else None,
        address=followed_address_or_path(raw.get("address")),
        # Items of a ListBlock are stored as {type, value, id}; the ones from old content are bare.
        children=[_item(child.get("value", child)) for child in children],
    )


class Menu(PublishedTogether, models.Model):
    """Hold one menu of one site in one language."""

    published_kind: ClassVar[str] = "menu"
    published_conditions: ClassVar[dict[str, WithdrawalReason]] = {}

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    site = models.ForeignKey("wagtailcore.Site", on_delete=models.CASCADE, related_name="+")
    locale = models.ForeignKey(
        "wagtailcore.Locale", on_delete=models.CASCADE, related_name="+", verbose_name="language"
    )
    name = models.CharField("menu", max_length=16, choices=MenuName.choices)
    items = StreamField(
        TolerantStreamBlock([("item", MenuItemBlock())]),
        blank=True,
        help_text="The entries in the order in which readers see them, up to two levels.",
    )

    panels = [
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("site"), FieldPanel("locale"), FieldPanel("name")])],
            heading="Where it stands",
        ),
        FieldPanel("items"),
    ]

    graphql_description = "One menu of one site in one language."
    graphql_fields = [
        exposure.value(
            "id", graphene.ID, "Opaque, global and stable id.", required=True, source="public_id"
        ),
        exposure.value(
            "menu", MenuNameEnum, "Which menu of the site it is.", required=True, source="name"
        ),
        exposure.values("items", MenuItem, "Its entries, in order.", source="item_values"),
    ]

    class Meta:
        verbose_name = "menu"
        ordering = ["site", "name", "locale"]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "locale", "name"],
                name="home_menu_once",
                violation_error_message="This site has this menu in this language: edit it.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_name_display()} ({self.locale.language_code})"

    @property
    def public_id(self) -> str:
        """Return the id by which clients know this menu."""
        return public_id(self.published_kind, self.uuid)

    @property
    def item_values(self) -> list[MenuItemValue]:
        """Return the entries with references instead of pages."""
        return [_item(item["value"]) for item in self.items.raw_data]

    def published_columns(self) -> Columns:
        """Return the menu's name; it is found by its site, language and name."""
        return Columns(title=str(MenuName(self.name).label))

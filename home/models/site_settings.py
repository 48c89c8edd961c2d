"""Hold what belongs to a whole site: its key, its frontend, its name and how to reach it."""

import uuid
from typing import Any, ClassVar

import graphene
from django.conf import settings
from django.db import models
from django.utils.text import slugify
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Orderable

from cms.content.addresses import followed_address
from cms.content.fields import ChoiceListField
from cms.content.sources import StatedText
from cms.publishing import exposure
from cms.publishing.protocols import Columns, WithdrawalReason, public_id
from cms.publishing.together import PublishedTogether
from home.choices import SocialNetwork, SocialNetworkEnum


@register_setting(icon="site", order=100)
class SiteSettings(PublishedTogether, ClusterableModel, BaseSiteSetting):
    """Hold the settings of one site."""

    published_kind: ClassVar[str] = "settings"
    published_conditions: ClassVar[dict[str, WithdrawalReason]] = {}
    has_id_per_language: ClassVar[bool] = True

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    site_key = models.SlugField(
        "key",
        max_length=60,
        unique=True,
        blank=True,
        help_text="The name by which other systems ask for this site. Do not change it later.",
    )
    site_name_en = models.CharField("English name", max_length=120, blank=True)
    site_name_bg = models.CharField("Bulgarian name", max_length=120, blank=True)
    contact_email = models.EmailField(blank=True, help_text="The address shown to visitors.")
    frontend_base_url = models.URLField(
        "address of the site",
        blank=True,
        help_text="Where visitors read it, for instance https://ictcluster.bg. Every link to a "
        "page begins with it.",
    )
    public_languages = ChoiceListField(
        options=settings.WAGTAIL_CONTENT_LANGUAGES,
        default=list,
        blank=True,
        help_text="Only these languages are public. Tick none to make all of them public.",
    )
    is_public = models.BooleanField(
        "the site is public",
        default=True,
        help_text="Untick it to take the whole site off the air.",
    )

    stated_email = StatedText("contact_email")

    panels = [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("site_name_en"), FieldPanel("site_name_bg")]),
                FieldPanel("contact_email"),
            ],
            heading="What visitors see",
        ),
        InlinePanel("social_links", heading="Social networks", label="network"),
        MultiFieldPanel(
            [
                FieldPanel("site_key"),
                FieldPanel("frontend_base_url"),
                FieldPanel("public_languages"),
                FieldPanel("is_public"),
            ],
            heading="How the site is published",
        ),
    ]

    graphql_description = "What belongs to a whole site."
    graphql_fields = [
        exposure.value(
            "id", graphene.ID, "Opaque, global and stable id.", required=True, source="public_id"
        ),
        exposure.value(
            "key",
            graphene.String,
            "The name that the argument `site` takes.",
            required=True,
            source="site_key",
        ),
        exposure.localized("site_name", "What the site is called.", source="site_names"),
        exposure.value(
            "contact_email", graphene.String, "Address for visitors.", source="stated_email"
        ),
        exposure.parts("social_links", "home.SocialLink", "Its pages in social networks."),
    ]

    class Meta:
        verbose_name = "site profile"

    def __str__(self) -> str:
        return self.site_key

    @property
    def public_id(self) -> str:
        """Return the id by which clients know this site's settings."""
        return public_id(self.published_kind, self.uuid)

    @property
    def site_names(self) -> dict[str, str] | None:
        """Return the name by language, or None while it has none."""
        names = {"en": self.site_name_en.strip(), "bg": self.site_name_bg.strip()}
        return {language: name for language, name in names.items() if name} or None

    def published_columns(self) -> Columns:
        """Return the key; settings are found by their site."""
        return Columns(title=self.site_key)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the settings; a site without a key gets one from its host name."""
        if not self.site_key:
            self.site_key = self._free_key()
        super().save(*args, **kwargs)

    def _free_key(self) -> str:
        base = (
            slugify(self.site.site_name) or slugify(self.site.hostname.replace(".", "-")) or "site"
        )
        taken = set(
            type(self)
            .objects.filter(site_key__startswith=base)
            .exclude(pk=self.pk)
            .values_list("site_key", flat=True)
        )
        key, number = base, 2
        while key in taken:
            key, number = f"{base}-{number}", number + 1
        return key


class SocialLink(Orderable):
    """Name one page of the cluster in a social network."""

    settings = ParentalKey(SiteSettings, on_delete=models.CASCADE, related_name="social_links")
    network = models.CharField(max_length=16, choices=SocialNetwork.choices)
    url = models.URLField("address", help_text="Full address of the page.")

    panels = [FieldRowPanel([FieldPanel("network"), FieldPanel("url")])]

    graphql_description = "One page of the cluster in a social network."
    graphql_fields = [
        exposure.value("network", SocialNetworkEnum, "Which network.", required=True),
        exposure.value(
            "url", graphene.String, "Address of the page.", required=True, source="followed_url"
        ),
    ]

    class Meta(Orderable.Meta):
        verbose_name = "page in a social network"

    @property
    def followed_url(self) -> str:
        """Return the address, or nothing when no browser may follow it."""
        return followed_address(self.url) or ""

"""Hold how a whole site shows itself: its logo, its picture for shared links, its postal address."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, Panel

from cms.content.models.snippets import localized_text
from cms.content.pictures import picture_value
from cms.content.types import Picture, PictureValue
from cms.publishing import exposure

NAME_INSTEAD = "Without one, the name of the site is taken."
WHAT_IT_SHOWS = "What the picture shows. One short sentence."


def _picture(verbose_name: str, help_text: str) -> models.ForeignKey:
    return models.ForeignKey(
        "content.Image",
        verbose_name=verbose_name,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=help_text,
    )


def _text(verbose_name: str, help_text: str = "") -> models.CharField:
    return models.CharField(verbose_name, max_length=255, blank=True, help_text=help_text)


class SiteIdentity(models.Model):
    """Give the settings of a site its pictures and its address."""

    logo = _picture("logo", "Shown at the top of every page.")
    logo_alt_en = _text("English text for the logo", NAME_INSTEAD)
    logo_alt_bg = _text("Bulgarian text for the logo", NAME_INSTEAD)
    open_graph_image = _picture(
        "picture for shared links",
        "What social networks show beside a link to a page without a picture of its own.",
    )
    open_graph_image_alt_en = _text("English text for the picture", WHAT_IT_SHOWS)
    open_graph_image_alt_bg = _text("Bulgarian text for the picture", WHAT_IT_SHOWS)
    address_en = models.TextField("English postal address", blank=True)
    address_bg = models.TextField("Bulgarian postal address", blank=True)

    identity_panels: ClassVar[list[Panel]] = [
        FieldRowPanel([FieldPanel("address_en"), FieldPanel("address_bg")]),
        MultiFieldPanel(
            [
                FieldPanel("logo"),
                FieldRowPanel([FieldPanel("logo_alt_en"), FieldPanel("logo_alt_bg")]),
            ],
            heading="Logo",
        ),
        MultiFieldPanel(
            [
                FieldPanel("open_graph_image"),
                FieldRowPanel(
                    [FieldPanel("open_graph_image_alt_en"), FieldPanel("open_graph_image_alt_bg")]
                ),
            ],
            heading="Picture for shared links",
        ),
    ]

    class Meta:
        abstract = True

    @property
    def site_names(self) -> dict[str, str] | None:
        """Return the name of the site by language, or None while it has none."""
        raise NotImplementedError

    @property
    def addresses(self) -> dict[str, str] | None:
        """Return the postal address by language, or None where there is none."""
        return localized_text(en=self.address_en, bg=self.address_bg)

    @property
    def logo_value(self) -> PictureValue | None:
        """Return the logo with its text by language, which is the site's name where none was given."""
        texts = localized_text(en=self.logo_alt_en, bg=self.logo_alt_bg)
        return _use(self.logo_id, {**(self.site_names or {}), **(texts or {})})

    @property
    def open_graph_value(self) -> PictureValue | None:
        """Return the picture for shared links with its text by language."""
        texts = localized_text(en=self.open_graph_image_alt_en, bg=self.open_graph_image_alt_bg)
        return _use(self.open_graph_image_id, texts)

    def clean(self) -> None:
        """Ask for the text of each picture.

        Raises: ValidationError.
        """
        super().clean()
        pictures = {
            "logo_alt_en": self.logo_value,
            "open_graph_image_alt_en": self.open_graph_value,
        }
        silent = [field for field, use in pictures.items() if use and use.is_decorative]
        if silent:
            message = "Describe the picture for people who cannot see it."
            raise ValidationError(dict.fromkeys(silent, message))


def _use(image_id: int | None, texts: dict[str, str] | None) -> PictureValue | None:
    """Return one use of an image; an image about which nothing is said is decorative."""
    use = picture_value(image_id, alt="", is_decorative=not texts)
    return use._replace(alt=texts or "") if use else None


IDENTITY_OF_SITE = [
    exposure.value("logo", Picture, "The logo of the site.", source="logo_value"),
    exposure.value(
        "open_graph_image",
        Picture,
        "What social networks show beside a link to a page without a picture of its own.",
        source="open_graph_value",
    ),
    exposure.localized("address", "Postal address, one line below the other.", source="addresses"),
]

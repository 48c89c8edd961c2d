"""Give a model one picture, and a text for those who cannot see it."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from cms.content.language import current_language
from cms.content.publication import Problem, PublicationRules
from cms.content.types import PictureValue
from cms.publishing.protocols import Reference

ALT_TEXT_MISSING = _(
    "Describe the picture for people who cannot see it, or tick “decorative” if it says nothing."
)


def needs_alt_text(image: Any, *, alt: str | None, is_decorative: bool | None) -> bool:
    """Tell whether a picture is used without saying what it shows."""
    return bool(image) and not is_decorative and not (alt or "").strip()


def usual_alt_text(image: Any) -> str:
    """Return what the image's owner wrote about it in the language being written, or nothing."""
    language = current_language()
    return image.default_alt(language=language) if image and language else ""


def picture_value(
    image_id: int | None, *, alt: str | None, is_decorative: bool | None
) -> PictureValue | None:
    """Return one use of an image; a decorative picture has no text. Never loads the image."""
    if image_id is None:
        return None
    return PictureValue(
        alt="" if is_decorative else (alt or "").strip(),
        is_decorative=bool(is_decorative),
        image=Reference("image", image_id),
    )


class WithPicture(PublicationRules):
    """Add a picture with its text to a page or snippet."""

    picture = models.ForeignKey(
        "content.Image",
        verbose_name=_("picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    picture_alt = models.CharField(
        _("text for the picture"),
        max_length=255,
        blank=True,
        help_text=_("What the picture shows, in the language of this text. One short sentence."),
    )
    picture_is_decorative = models.BooleanField(
        _("decorative"),
        default=False,
        help_text=_("The picture says nothing a reader would miss."),
    )

    picture_panel: ClassVar[MultiFieldPanel] = MultiFieldPanel(
        [
            FieldPanel("picture"),
            FieldPanel("picture_alt"),
            FieldPanel("picture_is_decorative"),
        ],
        heading=_("Picture"),
    )

    class Meta:
        abstract = True

    def fill_in(self) -> None:
        """Take the usual text of the picture where the editor gave none."""
        super().fill_in()
        if needs_alt_text(
            self.picture_id, alt=self.picture_alt, is_decorative=self.picture_is_decorative
        ):
            self.picture_alt = usual_alt_text(self.picture)

    def publication_problems(self) -> list[Problem]:
        """Ask for the text of the picture."""
        problems = super().publication_problems()
        if needs_alt_text(
            self.picture_id, alt=self.picture_alt, is_decorative=self.picture_is_decorative
        ):
            problems.append(Problem("picture_alt", ALT_TEXT_MISSING))
        return problems

    def picture_value(self, info: Any = None) -> PictureValue | None:
        """Return this use of the image, or None when there is no picture.

        Shape: grapple hands `info` to every method it calls; it is not used.
        """
        return picture_value(
            self.picture_id, alt=self.picture_alt, is_decorative=self.picture_is_decorative
        )

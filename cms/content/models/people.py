"""Hold the people that pages name."""

from typing import ClassVar

import graphene
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.search import index

from cms.content.fields import ChoiceListField
from cms.content.models.snippets import ModeratedSnippet, localized_text
from cms.content.pictures import WithPicture
from cms.content.publication import Problem
from cms.content.sources import StatedText
from cms.content.types import Picture, PictureValue
from cms.publishing import exposure
from cms.publishing.protocols import Columns, WithdrawalReason


class PersonField(models.TextChoices):
    """What may be shown of a person besides the name."""

    ROLE = "role", _("Role")
    BIOGRAPHY = "biography", _("Biography")
    EMAIL = "email", _("E-mail address")
    PHONE = "phone", _("Telephone number")
    PICTURE = "picture", _("Picture")


class Person(WithPicture, ModeratedSnippet):
    """Somebody who agreed to be named."""

    published_kind: ClassVar[str] = "person"
    published_conditions: ClassVar[dict[str, WithdrawalReason]] = {
        "live": WithdrawalReason.UNPUBLISHED,
        "consent_given": WithdrawalReason.CONSENT,
    }
    graphql_description = "A person who agreed to be named here."

    name = models.CharField(_("name"), max_length=200)
    local_name = models.CharField(
        _("local name"), max_length=200, blank=True, help_text=_("The name in its own script.")
    )
    role_en = models.CharField(_("role in English"), max_length=200, blank=True)
    role_bg = models.CharField(_("role in Bulgarian"), max_length=200, blank=True)
    biography_en = models.TextField(_("biography in English"), blank=True)
    biography_bg = models.TextField(_("biography in Bulgarian"), blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("telephone number"), max_length=40, blank=True)
    picture_alt_bg = models.CharField(
        _("text for the picture in Bulgarian"),
        max_length=255,
        blank=True,
        help_text=_("Without it, readers in Bulgarian get the text on the left."),
    )
    organisation = models.ForeignKey(
        "content.Organisation",
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="people",
    )
    consent_given = models.BooleanField(
        _("has agreed to be shown"),
        default=False,
        help_text=_("Nothing about the person is public without it, not even the name."),
    )
    consent_on = models.DateField(_("agreed on"), null=True, blank=True)
    public_fields = ChoiceListField(
        _("shown besides the name"),
        options=PersonField.choices,
        default=list,
        blank=True,
        help_text=_("Only what the person agreed to. The name is always shown."),
    )

    panels = [
        MultiFieldPanel(
            [FieldPanel("name"), FieldPanel("local_name"), FieldPanel("organisation")],
            heading=_("Who"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("consent_given"),
                FieldPanel("consent_on"),
                FieldPanel("public_fields"),
            ],
            heading=_("Consent"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("role_en"), FieldPanel("role_bg")]),
                FieldPanel("biography_en"),
                FieldPanel("biography_bg"),
            ],
            heading=_("What they do"),
        ),
        MultiFieldPanel([FieldPanel("email"), FieldPanel("phone")], heading=_("Contact")),
        MultiFieldPanel(
            [
                FieldPanel("picture"),
                FieldRowPanel([FieldPanel("picture_alt"), FieldPanel("picture_alt_bg")]),
                FieldPanel("picture_is_decorative"),
            ],
            heading=_("Portrait"),
        ),
    ]

    search_fields = [
        index.SearchField("name"),
        index.SearchField("local_name"),
        index.AutocompleteField("name"),
        index.AutocompleteField("local_name"),
        index.FilterField("consent_given"),
    ]

    graphql_fields = [
        *ModeratedSnippet.graphql_fields,
        exposure.value("name", graphene.String, "The person's name.", required=True),
        exposure.value(
            "local_name",
            graphene.String,
            "The name in the person's own script.",
            source="stated_local_name",
        ),
        exposure.localized("role", "What the person does.", source="public_role"),
        exposure.localized("biography", "A few words about the person.", source="public_biography"),
        exposure.value(
            "email",
            graphene.String,
            "E-mail address, when the person agreed to show it.",
            source="public_email",
        ),
        exposure.value(
            "phone",
            graphene.String,
            "Telephone number, when the person agreed to show it.",
            source="public_phone",
        ),
        exposure.value(
            "picture",
            Picture,
            "Portrait, when the person agreed to show it.",
            source="public_picture",
        ),
        exposure.reference("organisation", "content.Organisation", "Where the person works."),
    ]

    stated_local_name = StatedText("local_name")

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def _agreed(self, field: PersonField) -> bool:
        return field.value in self.public_fields

    @property
    def public_role(self) -> dict[str, str] | None:
        """Return the role by language, if it may be shown."""
        return (
            localized_text(en=self.role_en, bg=self.role_bg)
            if self._agreed(PersonField.ROLE)
            else None
        )

    @property
    def public_biography(self) -> dict[str, str] | None:
        """Return the biography by language, if it may be shown."""
        return (
            localized_text(en=self.biography_en, bg=self.biography_bg)
            if self._agreed(PersonField.BIOGRAPHY)
            else None
        )

    @property
    def public_email(self) -> str | None:
        """Return the address, if it may be shown."""
        return (self.email or None) if self._agreed(PersonField.EMAIL) else None

    @property
    def public_phone(self) -> str | None:
        """Return the number, if it may be shown."""
        return (self.phone or None) if self._agreed(PersonField.PHONE) else None

    @property
    def public_picture(self) -> PictureValue | None:
        """Return the portrait, if it may be shown."""
        portrait = self.picture_value() if self._agreed(PersonField.PICTURE) else None
        if portrait is None or portrait.is_decorative:
            return portrait
        texts = localized_text(en=self.picture_alt, bg=self.picture_alt_bg)
        return portrait._replace(alt=texts or "")

    def published_columns(self) -> Columns:
        """Return what lists and search need to know: only what may be shown."""
        role: dict[str, str] = self.public_role or {}
        words = [self.name, self.local_name, *role.values()]
        return Columns(title=self.name, search_text=" ".join(filter(None, words)))

    def clean(self) -> None:
        """Keep the day of consent with the consent.

        Raises: ValidationError at `consent_on`.
        """
        super().clean()
        if self.consent_given and self.consent_on is None:
            raise ValidationError({"consent_on": _("Enter the day on which the person agreed.")})

    def publication_problems(self) -> list[Problem]:
        """Ask for the text of the portrait only where it is shown."""
        problems = super().publication_problems()
        if self._agreed(PersonField.PICTURE):
            return problems
        return [problem for problem in problems if problem.field != "picture_alt"]

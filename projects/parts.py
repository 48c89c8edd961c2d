"""Hold the rows that belong to a project: partners, results and documents."""

import graphene
from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel
from wagtail.models import Orderable

from cms.content.attachments import AttachedDocument
from cms.publishing import exposure


class PartnerRole(models.TextChoices):
    """What an organisation does in a project."""

    COORDINATOR = "COORDINATOR", "Coordinator"
    PARTNER = "PARTNER", "Partner"
    ASSOCIATED = "ASSOCIATED", "Associated partner"


PartnerRoleEnum = exposure.enum_type(PartnerRole, "What an organisation does in a project.")


class ProjectPartner(Orderable):
    """Give an organisation its role in a project."""

    page = ParentalKey("projects.ProjectPage", on_delete=models.CASCADE, related_name="partners")
    organisation = models.ForeignKey(
        "content.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    role = models.CharField(
        max_length=16,
        choices=PartnerRole.choices,
        default=PartnerRole.PARTNER,
        help_text="A project has one coordinator.",
    )

    panels = [FieldPanel("organisation"), FieldPanel("role")]

    graphql_description = "An organisation and what it does in a project."
    graphql_fields = [
        exposure.value("role", PartnerRoleEnum, "What it does in the project.", required=True),
        exposure.reference(
            "organisation", "content.Organisation", "The organisation.", required=True
        ),
    ]

    class Meta(Orderable.Meta):
        verbose_name = "partner"


class ProjectResult(Orderable):
    """State one thing a project delivers, with its number where there is one."""

    page = ParentalKey("projects.ProjectPage", on_delete=models.CASCADE, related_name="results")
    quantity = models.PositiveIntegerField(
        null=True, blank=True, help_text="How many. Leave it empty when nobody counted."
    )
    text = models.CharField(max_length=500, help_text="What is delivered, for instance “studies”.")

    panels = [FieldPanel("quantity"), FieldPanel("text")]

    graphql_description = "One thing a project delivers."
    graphql_fields = [
        exposure.value("quantity", graphene.Int, "How many, where somebody counted."),
        exposure.value("text", graphene.String, "What is delivered.", required=True),
    ]

    class Meta(Orderable.Meta):
        verbose_name = "result"


class ProjectDocument(AttachedDocument):
    """Attach one document to a project."""

    page = ParentalKey("projects.ProjectPage", on_delete=models.CASCADE, related_name="documents")

    class Meta(AttachedDocument.Meta):
        pass

"""Name the closed lists of the home room."""

from django.db import models

from cms.publishing import exposure


class LabelLevel(models.TextChoices):
    """The levels of the European label for cluster management."""

    BRONZE = "BRONZE", "Bronze"
    SILVER = "SILVER", "Silver"
    GOLD = "GOLD", "Gold"


class CooperationKind(models.TextChoices):
    """The two ways in which a cluster works across borders."""

    INTERNATIONAL = "INTERNATIONAL", "With countries outside Europe"
    TRANSNATIONAL = "TRANSNATIONAL", "With clusters in other European countries"


class MenuName(models.TextChoices):
    """The menus a site has."""

    MAIN = "MAIN", "Main menu"
    FOOTER = "FOOTER", "Footer"


class SocialNetwork(models.TextChoices):
    """The places where a cluster may have a page of its own."""

    FACEBOOK = "FACEBOOK", "Facebook"
    GITHUB = "GITHUB", "GitHub"
    INSTAGRAM = "INSTAGRAM", "Instagram"
    LINKEDIN = "LINKEDIN", "LinkedIn"
    MASTODON = "MASTODON", "Mastodon"
    X = "X", "X"
    YOUTUBE = "YOUTUBE", "YouTube"
    OTHER = "OTHER", "Another network"


LabelLevelEnum = exposure.enum_type(LabelLevel, "The level of a cluster label.")
CooperationKindEnum = exposure.enum_type(CooperationKind, "How a cluster works across borders.")
MenuNameEnum = exposure.enum_type(MenuName, "Which menu of a site.")
SocialNetworkEnum = exposure.enum_type(SocialNetwork, "A social network.")

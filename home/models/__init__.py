"""The cluster: its profile, standard pages, menus and settings."""

from home.models.cluster import ClusterPage
from home.models.cluster_parts import (
    ClusterLabel,
    Composition,
    KeyFigure,
    ManagementTeamMember,
    SupportService,
)
from home.models.menus import Menu
from home.models.site_settings import SiteSettings, SocialLink
from home.models.standard import StandardPage

__all__ = [
    "ClusterLabel",
    "ClusterPage",
    "Composition",
    "KeyFigure",
    "ManagementTeamMember",
    "Menu",
    "SiteSettings",
    "SocialLink",
    "StandardPage",
    "SupportService",
]

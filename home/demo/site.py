"""Set up the site: its root page, settings, menus and redirect."""

import json
from typing import Any

from django.conf import settings
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Site

from home.demo import lookup, texts
from home.demo.files import Table, identity, read
from home.demo.ledger import Ledger
from home.demo.pages import CLUSTER
from home.models import Menu, SiteSettings, SocialLink

_WELCOME = "Welcome to your new Wagtail site!"
_SITE = "site"


class OtherContent(Exception):
    """Say that this installation has a site of its own."""


def refuse_other_content(ledger: Ledger) -> None:
    """Do nothing when the demo was loaded before, or the default site is Wagtail's empty one.

    Raises: OtherContent.
    """
    if ledger.has(_SITE):
        return
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None:
        raise OtherContent("there is no default site")
    if not _is_welcome(site.root_page):
        raise OtherContent(f"the default site shows “{site.root_page.title}”")


def open_site(ledger: Ledger) -> None:
    """Put the cluster in the place of the page that Wagtail made."""
    if ledger.has(_SITE):
        return
    site = Site.objects.get(is_default_site=True)
    welcome = site.root_page_id
    site.root_page = lookup.page(CLUSTER, language="en").page_ptr
    site.site_name = read("site")["settings"]["site_name_en"]
    site.save()
    # Read afresh, because the tree has changed since.
    Page.objects.get(pk=welcome).delete()
    ledger.write(_SITE, site)


def load_site(ledger: Ledger) -> None:
    """Load what belongs to the whole site; pages come first, because menus lead to them."""
    file = read("site")
    # A default site that somebody deleted since wants none of this.
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        return
    if not ledger.has("settings"):
        ledger.write("settings", _settings(site, file))
    for menu in file["menus"]:
        key = f"menus/{menu['name']}/{menu['language']}"
        if not ledger.has(key):
            ledger.write(key, _menu(site, menu))
    for redirect in file["redirects"]:
        key = f"redirects{redirect['from']}"
        if not ledger.has(key):
            ledger.write(key, _redirect(site, redirect))


def _is_welcome(page: Any) -> bool:
    return bool(page.title == _WELCOME and page.specific_class is Page)


def _settings(site: Site, file: Table) -> SiteSettings:
    values = {"frontend_base_url": settings.FRONTEND_BASE_URL, **file["settings"]}
    stored = SiteSettings(site=site, uuid=identity("settings"), **values)
    stored.social_links.set([SocialLink(**link) for link in file["social_links"]])
    stored.save()
    return stored


def _menu(site: Site, menu: Table) -> Menu:
    language = menu["language"]
    raw = [_entry(entry, language=language) for entry in menu["entries"]]
    stored, _made = Menu.objects.get_or_create(
        site=site,
        locale=lookup.locale(language),
        name=menu["name"],
        defaults={
            "uuid": identity(f"menus/{menu['name']}/{language}"),
            "items": json.dumps(raw),
        },
    )
    return stored


def _entry(entry: Table, *, language: str) -> Table:
    page = lookup.page(entry["page"], language=language) if "page" in entry else None
    value = {
        "text": entry["text"],
        "page": page.pk if page else None,
        "address": entry.get("address", ""),
    }
    if "children" in entry:
        value["children"] = [_entry(child, language=language) for child in entry["children"]]
    return texts.item(value, name=f"{language}/{entry['text']}")


def _redirect(site: Site, redirect: Table) -> Redirect:
    page = lookup.page(redirect["page"], language="en")
    stored, _made = Redirect.objects.get_or_create(
        site=site,
        old_path=Redirect.normalise_path(redirect["from"]),
        defaults={"redirect_page": page, "is_permanent": True},
    )
    return stored

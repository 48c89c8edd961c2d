"""Look at an installation as portals, readers and operators do; every version of the code can run this.

Only the standard library, Django, published tables and public addresses are used here.
"""

import json
import re
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.test import Client

STATEMENTS = {
    "clock": "SELECT value, epoch, horizon FROM publishing_contentclock",
    "rows": """SELECT key, public_id, type, site, locale, path, visible, reason, change, version, seq
        FROM publishing_publisheditem ORDER BY key""",
    "deliveries": """SELECT message_id, public_id, seq, version, is_withdrawal, state, attempt
        FROM syndication_delivery ORDER BY message_id""",
    "followers": "SELECT channel, name, position, is_active FROM syndication_follower ORDER BY name",
    "subscriptions": """SELECT topic, callback, secret, digest
        FROM syndication_hubsubscription ORDER BY callback""",
    "portals": "SELECT name, webhook_url, secret, types FROM syndication_portal ORDER BY name",
    "keys": "SELECT prefix, digest FROM syndication_portalkey ORDER BY prefix",
    "usage": """SELECT document_id, operation, client, requests
        FROM api_operationusage ORDER BY document_id, operation, client""",
    "sites": "SELECT site_key, frontend_base_url FROM home_sitesettings ORDER BY site_key",
    "redirects": "SELECT old_path, redirect_link FROM wagtailredirects_redirect ORDER BY old_path",
}
# What others remember a thing by, in each format.
REMEMBERED = {
    "/feeds/news.rss": rb"<guid[^>]*>([^<]+)<",
    "/feeds/news.atom": rb"<id>([^<]+)<",
    "/feeds/events.rss": rb"<guid[^>]*>([^<]+)<",
    "/feeds/projects.rss": rb"<guid[^>]*>([^<]+)<",
    "/calendar.ics": rb"UID:(\S+)",
    "/oai?verb=ListIdentifiers&metadataPrefix=oai_dc": rb"<identifier>([^<]+)<",
    "/sitemap.xml": rb"<loc>([^<]+)<",
}


def look() -> dict[str, Any]:
    """Return what is stored, and what each public address says of it."""
    found: dict[str, Any] = {name: rows(sql) for name, sql in STATEMENTS.items()}
    found["mirror"] = follow("")
    found["remembered"] = {address: remembered(address) for address in REMEMBERED}
    found["remembered"]["/feeds/news.json"] = remembered_in_json("/feeds/news.json")
    return plain(found)


def plain(found: Any) -> Any:
    """Return a value as it comes back from JSON."""
    return json.loads(json.dumps(found, cls=DjangoJSONEncoder))


def rows(sql: str) -> list[list[Any]]:
    """Return rows; SQLite stores ids without hyphens and truths as numbers."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [[_same(value) for value in row] for row in cursor.fetchall()]


def _same(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, list):
        return json.dumps(value)
    text = str(value)
    return (
        text.replace("-", "")
        if re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text)
        else value
    )


def follow(cursor: str) -> dict[str, Any]:
    """Read the stream from a cursor to its end.

    Shape: the status of the first answer, the changes by id, and the cursor at the end.
    """
    changes: dict[str, Any] = {}
    while True:
        after = {"after": cursor} if cursor else {}
        answer = Client().get("/sync", after)
        if answer.status_code != 200:
            return {"status": answer.status_code, "changes": changes, "cursor": cursor}
        page = json.loads(answer.content)
        changes |= {node["id"]: node for node in page["items"]}
        cursor = page["cursor"]
        if not page["hasMore"]:
            return {"status": 200, "changes": changes, "cursor": cursor}


def remembered(address: str) -> list[str]:
    """Return the names by which readers of an address remember what it lists."""
    answer = Client().get(address)
    body = answer.getvalue()
    if answer.status_code != 200:
        return [f"{answer.status_code} {body[:200]!r}"]
    return sorted({one.decode() for one in re.findall(REMEMBERED[address], body)})


def remembered_in_json(address: str) -> list[str]:
    """Return the ids of the items of a JSON Feed."""
    return sorted(item["id"] for item in json.loads(Client().get(address).getvalue())["items"])

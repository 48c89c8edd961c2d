"""Write the condition of redirects that lead somewhere; see `conditions.ResolvableRedirect`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cms.publishing.reading.loads import SHOWN, TABLE

if TYPE_CHECKING:
    from cms.publishing.reading.context import ReadContext

# In the words of both databases: a path, or an address that leads to a site, a mailbox or a telephone,
# with no space, control character or backslash but at its ends. `cms.content.addresses` says the same.
_SPACES, _USUAL = r"[\x01-\x20]*", r"[^\x01-\x20\x7f\\]"
_PATH = rf"/([^/\x01-\x20\x7f\\]{_USUAL}*)?"
FOLLOWED = rf"^{_SPACES}({_PATH}|(https?://|mailto:|tel:){_USUAL}+){_SPACES}\Z"


def is_resolvable(context: ReadContext, *, site: str) -> tuple[str, list[Any]]:
    """Return the condition that redirects (alias `i`) of a site or of none meet, and its parameters."""
    is_postgresql = context.connection.vendor == "postgresql"
    # A tombstone has an empty text, which is no JSON.
    stored = "(CAST(NULLIF(i.head, '') AS json) ->> '{}')"
    if not is_postgresql:
        stored = "json_extract(NULLIF(i.head, ''), '$.{}')"
    target, address = stored.format("target"), f"lower({stored.format('address')})"
    matches = "~" if is_postgresql else "REGEXP"
    now = context.now_parameter
    # Each looks into an index for one redirect; of EXISTS, PostgreSQL makes a table of all there is.
    is_target = f"SELECT 1 FROM {TABLE} t WHERE t.key = {target} AND {SHOWN.format('t')}"
    leads = f"({is_target}) IS NOT NULL OR ({target} IS NULL AND {address} {matches} %s)"
    # A redirect has no slash at its end, a page has one.
    is_page = (
        f"SELECT 1 FROM {TABLE} p WHERE p.site = %s AND p.path = i.path || '/'"
        f" AND p.kind = 'page' AND {SHOWN.format('p')} LIMIT 1"
    )
    is_redirect = (
        f"SELECT 1 FROM {TABLE} r WHERE r.site = %s AND r.path = i.path"
        f" AND r.kind = 'redirect' AND {SHOWN.format('r')} LIMIT 1"
    )
    test = f"({leads}) AND ({is_page}) IS NULL AND (i.site <> '' OR ({is_redirect}) IS NULL)"
    return f"({test})", [now, FOLLOWED, site, now, site, now]

"""Write the test of redirects that lead somewhere; see `conditions.Leading`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cms.publishing.reading.loads import SHOWN, TABLE

if TYPE_CHECKING:
    from cms.publishing.reading.context import ReadContext

# In the words of both databases: a path, or an address that leads to a site, a mailbox or a telephone,
# without spaces, control characters and backslashes. `cms.content.addresses` says the same in Python.
_UNUSUAL = r"\x01-\x20\x7f\\"
FOLLOWED = rf"^(/([^/{_UNUSUAL}][^{_UNUSUAL}]*)?|(https?://|mailto:|tel:)[^{_UNUSUAL}]+)\Z"


def leads_somewhere(context: ReadContext, *, site: str) -> tuple[str, list[Any]]:
    """Return the test that redirects (alias `i`) of a site, or of no site, pass, and its parameters."""
    is_postgresql = context.connection.vendor == "postgresql"
    document = "CAST(NULLIF(i.head, '') AS json)" if is_postgresql else "i.head"
    target, address = f"({document} ->> 'target')", f"lower({document} ->> 'address')"
    matches = "~" if is_postgresql else "REGEXP"
    now = context.now_parameter
    leads = (
        f"EXISTS (SELECT 1 FROM {TABLE} t WHERE t.key = {target} AND {SHOWN.format('t')})"
        f" OR ({target} IS NULL AND {address} {matches} %s)"
    )
    # A redirect has no slash at its end, a page has one.
    behind_page = (
        f"SELECT 1 FROM {TABLE} p WHERE p.site = %s AND p.path = i.path || '/'"
        f" AND p.kind = 'page' AND {SHOWN.format('p')}"
    )
    behind_redirect = (
        f"SELECT 1 FROM {TABLE} r WHERE i.site = '' AND r.site = %s AND r.path = i.path"
        f" AND r.kind = 'redirect' AND {SHOWN.format('r')}"
    )
    test = f"({leads}) AND NOT EXISTS ({behind_page}) AND NOT EXISTS ({behind_redirect})"
    return f"({test})", [now, FOLLOWED, site, now, site, now]

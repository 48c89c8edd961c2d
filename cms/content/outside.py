"""Give page forms a tab that shows how the page looks outside; what it shows, rooms above decide.

Whoever syndicates pages registers the hook `register_outside_address`: a function from a page to the
address of a fragment. The fragment is asked for when the tab is looked at, so that opening a form costs
nothing more.
"""

from typing import Any

from wagtail import hooks
from wagtail.admin.panels import ObjectList, Panel


class OutsidePanel(Panel):
    """Load, when it comes into view, what the page as last saved looks like outside."""

    class BoundPanel(Panel.BoundPanel):
        """Be the panel of one page."""

        template_name = "content/outside.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Return the address to load; none for a page that was never saved."""
            found: dict[str, Any] = super().get_context_data(parent_context)
            found["address"] = _address(self.instance) if self.instance.pk else ""
            return found


def _address(page: Any) -> str:
    for function in hooks.get_hooks("register_outside_address"):
        address: str = function(page)
        return address
    return ""


def outside_tab() -> ObjectList:
    """Return the tab."""
    return ObjectList([OutsidePanel()], heading="Outside")

"""Read the ids that clients send as arguments: the one place that knows what an id names."""

from typing import NamedTuple


class NodeId(NamedTuple):
    """Name a thing, and the language in which it is answered.

    Shape: `public_id` is that of a published row. `locale` is empty for the thing's own language, and
           where it has none for the default language of its site.
    """

    public_id: str
    locale: str = ""


def read_node_id(text: str) -> NodeId:
    """Return what an id names; any text is one, and most of them name nothing."""
    return NodeId(text)

"""Follow the stream as a portal does, over HTTP."""

from typing import Any

import orjson
from django.test import Client

from tests.publishing.published import number_changes_now


class Mirror:
    """Keep a copy that is fed by `/sync` alone.

    Shape: `items` has what is public by id, `withdrawn` the reason of what no longer is.
    """

    def __init__(self, **parameters: Any) -> None:
        self.parameters = parameters
        self.cursor = ""
        self.items: dict[str, Any] = {}
        self.withdrawn: dict[str, str] = {}

    def ask(self) -> Any:
        """Read one page and take it over; return it."""
        number_changes_now()
        after = {"after": self.cursor} if self.cursor else {}
        response = Client().get("/sync", self.parameters | after)
        assert response.status_code == 200, response.content
        page = orjson.loads(response.content)
        for node in page["items"]:
            self.items.pop(node["id"], None)
            self.withdrawn.pop(node["id"], None)
            if node["kind"] == "WITHDRAWN":
                assert node["item"] is None
                self.withdrawn[node["id"]] = node["reason"]
            else:
                self.items[node["id"]] = {"url": node["url"], **node["item"]}
        self.cursor = page["cursor"]
        return page

    def catch_up(self) -> "Mirror":
        """Read until nothing is waiting."""
        while self.ask()["hasMore"]:
            pass
        return self

    def titles(self) -> list[str]:
        """Return the titles of news in the copy, in alphabetical order."""
        news = (item for item in self.items.values() if item["__typename"] == "NewsPage")
        return sorted(item["title"] for item in news)

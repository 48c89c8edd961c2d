"""Ask the public endpoint over HTTP, as a frontend does."""

import json
import urllib.request
from pathlib import Path
from typing import Any

OPERATIONS = Path(__file__).parents[2] / "frontend_contract" / "operations"


class Graph:
    """Send operations to one server."""

    def __init__(self, origin: str) -> None:
        self.origin = origin

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """Return the data of an operation that must succeed."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.origin}/graphql", data=body, headers=headers)
        with urllib.request.urlopen(request, timeout=60) as response:
            answer = json.load(response)
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    def run(self, operation: str, **variables: Any) -> dict[str, Any]:
        """Return the data of one of the operations that frontends send."""
        return self.ask((OPERATIONS / f"{operation}.graphql").read_text(), **variables)

    def route(self, path: str) -> tuple[str, str | None, str | None]:
        """Return what an address leads to: status, new address, and the title of its page."""
        query = "query ($path: String!) { route(path: $path) { status redirectTo page { title } } }"
        found = self.ask(query, path=path)["route"]
        page = found["page"] or {}
        return found["status"], found["redirectTo"], page.get("title")

    def news(self, **variables: Any) -> list[str]:
        """Return the titles of all news that are public."""
        query = "query ($locale: Locale) { news(locale: $locale) { nodes { title } } }"
        return [node["title"] for node in self.ask(query, **variables)["news"]["nodes"]]

    def fetch(self, address: str) -> tuple[int, str, int]:
        """Return status, type and size of a file."""
        with urllib.request.urlopen(address, timeout=60) as response:
            return response.status, response.headers["Content-Type"], len(response.read())

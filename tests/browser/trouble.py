"""Notice what a person at the screen would not: errors of scripts, of the server, calls to strangers."""

from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response, Route


class Trouble:
    """Collect errors of all windows.

    Shape: `seen` has one line per error, in order. Requests to other hosts are stopped and listed.
    """

    def __init__(self) -> None:
        self.seen: list[str] = []

    def watch(self, context: BrowserContext, origin: str) -> None:
        """Listen to everything that happens in a window."""
        context.on("console", self._console)
        context.on("weberror", lambda error: self.seen.append(f"script: {error.error}"))
        context.on("response", self._response)
        context.on("requestfailed", self._failed)
        own = urlsplit(origin).netloc

        def stop(route: Route, request: Request) -> None:
            self.seen.append(f"stranger: {request.url}")
            route.abort()

        context.route(lambda url: _is_foreign(url, own), stop)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not _is_refused_draft(message):
            self.seen.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.seen.append(f"server: {response.status} {response.url}")

    def _failed(self, request: Request) -> None:
        # Leaving a page ends what it was still loading.
        if request.failure and "ERR_ABORTED" not in request.failure:
            self.seen.append(f"request: {request.failure} {request.url}")


def _is_refused_draft(message: ConsoleMessage) -> bool:
    """Say whether a form was not kept by itself: it tries that while it is filled in, and says so."""
    path = urlsplit(message.location.get("url", "")).path
    return "status of 400" in message.text and ("/edit/" in path or "/add/" in path)


def _is_foreign(url: str, own: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != own


def sideways(page: Page) -> int:
    """Return by how many pixels a page is wider than its window."""
    script = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    found: int = page.evaluate(script)
    return found


def cut_off(page: Page) -> list[str]:
    """Return the columns of lists that no scrolling brings into sight."""
    script = """tables => tables.flatMap(table => {
        const reach = element => getComputedStyle(element).overflowX;
        let around = table.parentElement;
        while (around !== document.body && reach(around) === "visible") around = around.parentElement;
        if (reach(around) === "auto" || reach(around) === "scroll") return [];
        const edge = around.getBoundingClientRect().right;
        return [...table.querySelectorAll("th")]
            .filter(cell => cell.getBoundingClientRect().right > edge + 1)
            .map(cell => cell.innerText.trim());
    })"""
    found: list[str] = page.locator("table.listing").evaluate_all(script)
    return found

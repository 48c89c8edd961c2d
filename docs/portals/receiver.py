"""Keep a copy of what a cluster publishes: load it by /sync, then follow its webhooks."""

import json
import os
import sqlite3
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

KEY = {"Authorization": f"Bearer {os.environ['PORTAL_KEY']}"} if "PORTAL_KEY" in os.environ else {}
copy = sqlite3.connect(os.environ.get("COPY", "copy.sqlite3"))
copy.execute("CREATE TABLE IF NOT EXISTS item (id TEXT PRIMARY KEY, node TEXT)")
copy.execute("CREATE TABLE IF NOT EXISTS cursor (id INTEGER PRIMARY KEY, value TEXT)")


def catch_up() -> None:
    """Read what changed since the last time; everything, when there was none."""
    more = True
    while more:
        after = copy.execute("SELECT value FROM cursor").fetchone()
        address = f"{os.environ['SYNC_URL']}?{urlencode({'after': after[0]} if after else {})}"
        try:
            with urlopen(Request(address, headers=KEY), timeout=30) as answer:
                page = json.load(answer)
        except HTTPError as error:
            if error.code != 410:  # too old, or a backup was restored: begin again
                raise
            page = {"items": [], "cursor": None, "hasMore": True}
        with copy:  # the items and the cursor in one transaction, so a crash loses nothing
            if page["cursor"] is None:
                copy.execute("DELETE FROM item")
            for node in page["items"]:
                copy.execute("DELETE FROM item WHERE id = ?", [node["id"]])
                if node["kind"] != "WITHDRAWN":
                    copy.execute("INSERT INTO item VALUES (?, ?)", [node["id"], json.dumps(node)])
            copy.execute("DELETE FROM cursor")
            if page["cursor"]:
                copy.execute("INSERT INTO cursor VALUES (1, ?)", [page["cursor"]])
        more = page["hasMore"]


class Hook(BaseHTTPRequestHandler):
    """Take a webhook as the news that something changed."""

    def do_POST(self) -> None:
        """Check who says so, catch up, and only then say that it arrived."""
        body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), 65_536))
        try:
            Webhook(os.environ["WEBHOOK_SECRET"]).verify(body, dict(self.headers.items()))
            catch_up()
            self.send_response(204)
        except WebhookVerificationError:
            self.send_response(401)
        except (OSError, ValueError):
            self.send_response(503)  # the webhook comes again
        self.end_headers()


if __name__ == "__main__":
    catch_up()
    HTTPServer(("", int(os.environ.get("PORT", "9000"))), Hook).serve_forever()

"""The receivers of the guide become and stay equal to the site, whatever happens to either."""

import base64
import datetime as dt
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from standardwebhooks.webhooks import Webhook

from tests.portals.installation import Installation, installation
from tests.portals.receivers import Receiver, python_receiver, typescript_receiver
from tests.waiting import wait_until

pytestmark = pytest.mark.portals
SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes ...").decode()
OTHER = "whsec_" + base64.b64encode(b"another one of thirty-two bytes.").decode()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("site")) as found:
        found.do("world", news=3)
        yield found


def called(receiver: Receiver, *, secret: str, age_seconds: int = 0) -> int:
    """Send a receiver a webhook; return the status of its answer."""
    body, stamp = b'{"type": "item.updated"}', int(time.time()) - age_seconds
    moment = dt.datetime.fromtimestamp(stamp, tz=dt.UTC)
    signature = Webhook(secret).sign("msg_1", moment, body.decode())
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(stamp),
        "webhook-signature": signature,
        "content-type": "application/json",
    }
    request = urllib.request.Request(receiver.hook, data=body, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.parametrize("make", [python_receiver, typescript_receiver])
def test_a_receiver_follows_from_an_empty_database_and_again(
    site: Installation, tmp_path: Path, make: Callable[..., Receiver]
) -> None:
    receiver = make(tmp_path, secret=SECRET)
    name = make.__name__

    def settled(public: dict[str, int], what: str) -> None:
        wait_until(lambda: receiver.versions() == public, what=what)

    receiver.key = site.do("portal", address=receiver.hook, secret=SECRET)["key"]
    with receiver.started(site.address):
        assert receiver.versions() == site.do("public")
        settled(site.do("publish", title=f"{name} 1"), "the news of a publication")
        settled(site.do("edit", title=f"{name} 1", into=f"{name} 2"), "the news of a change")
        settled(site.do("publish", title=f"{name} 3"), "the news of another publication")
        settled(site.do("unpublish", title=f"{name} 2"), "the news of a withdrawal")
        settled(site.do("take_back", title=f"{name} 3"), "the news that it is taken back")
        assert called(receiver, secret=SECRET) == 204
        assert called(receiver, secret=OTHER) == 401
        assert called(receiver, secret=SECRET, age_seconds=3600) == 401

    # While nobody listens, things change; and the copy is lost.
    missed = site.do("publish", title=f"{name} 4")
    receiver.forget()
    with receiver.started(site.address):
        assert receiver.versions() == missed
        settled(site.do("unpublish", title=f"{name} 4"), "the news after a new start")

        # A backup was restored: the cursor counts no longer, and the copy is read anew.
        site.do("restore")
        settled(site.do("publish", title=f"{name} 5"), "the news after a restore")
    assert len(receiver.versions()) > 5

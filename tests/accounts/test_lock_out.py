"""Who guesses passwords has to wait; nobody else has to, and nothing that was typed is written down."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from axes.models import AccessAttempt
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.test import Client
from wagtail.models import Collection, CollectionViewRestriction

from tests.accounts.logging_in import NAME, PASSWORD, fail, is_in, log_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("editor")]
NOW = dt.datetime(2026, 12, 1, 9, 0, tzinfo=dt.UTC)
ELSEWHERE = "198.51.100.7"


def test_five_wrong_passwords_lock_the_pair_of_account_and_address() -> None:
    failed = fail(5)

    refused = log_in(PASSWORD)

    assert failed == [200, 200, 200, 200, 429]
    assert refused.status_code == 429
    assert 890 <= int(refused.headers["Retry-After"]) <= 900
    assert "Wait 15 minutes" in refused.content.decode()
    assert not refused.cookies.get("sessionid")


def test_four_wrong_passwords_lock_nobody_and_success_forgets_them() -> None:
    fail(4)

    first = log_in(PASSWORD)
    fail(4)
    second = log_in(PASSWORD)

    assert (is_in(first), is_in(second)) == (True, True)


def test_no_account_is_locked_for_everybody() -> None:
    fail(30)

    assert is_in(log_in(PASSWORD, address=ELSEWHERE))


def test_others_at_the_same_address_are_let_in() -> None:
    User.objects.create_superuser("boris", password=PASSWORD)
    fail(5)

    assert is_in(log_in(PASSWORD, name="boris"))


def test_what_is_tried_while_locked_out_does_not_make_it_longer() -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        fail(5)
        clock.shift(dt.timedelta(minutes=14))
        still = log_in(PASSWORD)
        clock.shift(dt.timedelta(minutes=1, seconds=1))
        after = log_in(PASSWORD)

    assert (still.status_code, still.headers["Retry-After"]) == (429, "60")
    assert is_in(after)


def test_failures_of_a_quarter_of_an_hour_ago_do_not_count() -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        fail(4)
        clock.shift(dt.timedelta(minutes=15, seconds=1))
        fail(4)

        assert is_in(log_in(PASSWORD))


def test_an_address_that_tries_many_accounts_is_locked_out_as_a_whole(settings: Any) -> None:
    settings.LOG_IN_FAILURES_PER_ADDRESS = 8
    fail(4, name="one")
    before = log_in(PASSWORD)
    fail(4, name="two")

    refused, elsewhere = log_in(PASSWORD), log_in(PASSWORD, address=ELSEWHERE)

    assert is_in(before)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 900
    assert is_in(elsewhere)


def test_an_account_that_does_not_exist_is_answered_like_one_that_does() -> None:
    known, unknown = Client(), Client()

    answers = [
        [log_in(f"wrong {number}", name=name, client=client) for number in range(6)]
        for name, client in ((NAME, known), ("xyz", unknown))
    ]

    assert [a.status_code for a in answers[0]] == [a.status_code for a in answers[1]]
    assert [len(a.content) for a in answers[0]] == [len(a.content) for a in answers[1]]


@pytest.mark.parametrize(
    ("proxies", "headers", "is_same_client"),
    [
        (0, ("203.0.113.1", "203.0.113.2"), True),
        (1, ("203.0.113.1", "203.0.113.2"), False),
        (1, ("1.1.1.1, 203.0.113.1", "2.2.2.2, 203.0.113.1"), True),
        (1, ("2001:db8:0:1::1", "2001:db8:0:1::2"), True),
        (1, ("2001:db8:0:1::1", "2001:db8:0:2::1"), False),
    ],
)
def test_the_address_is_what_our_proxies_vouch_for(
    settings: Any, proxies: int, headers: tuple[str, str], is_same_client: bool
) -> None:
    settings.TRUSTED_PROXY_COUNT = proxies
    fail(5, HTTP_X_FORWARDED_FOR=headers[0])

    answer = log_in(PASSWORD, HTTP_X_FORWARDED_FOR=headers[1])

    assert is_in(answer) is not is_same_client


def test_failures_are_logged_without_what_was_typed(caplog: pytest.LogCaptureFixture) -> None:
    log_in("secret one")
    log_in("secret two", name="a password typed as a name")

    messages = [record.getMessage() for record in caplog.records if "log-in" in record.getMessage()]
    stored = repr(list(AccessAttempt.objects.values()))
    assert messages == [
        "log-in failed: account ani from 192.0.2.1 at /admin/login/",
        "log-in failed: unknown account from 192.0.2.1 at /admin/login/",
    ]
    assert "secret" not in caplog.text + stored
    assert "typed as a name" not in caplog.text + stored


def test_a_name_with_a_nul_or_of_any_length_is_just_wrong() -> None:
    answers = [log_in("wrong", name=name).status_code for name in ("\0", "ж" * 254, "ж" * 10_000)]

    assert answers == [200, 200, 200]


def test_without_a_request_nothing_is_counted() -> None:
    for _ in range(6):
        assert authenticate(username=NAME, password="wrong") is None

    assert authenticate(username=NAME, password=PASSWORD) is not None


def test_the_password_of_a_collection_cannot_be_guessed_either(editor: User) -> None:
    collection = Collection.get_first_root_node().add_child(name="Board")
    restriction = CollectionViewRestriction.objects.create(
        collection=collection, restriction_type="password", password="sesame"
    )
    client = Client()
    client.force_login(editor)

    def send(password: str) -> Any:
        form = {"password": password, "return_url": "/admin/"}
        address = f"/documents/authenticate_with_password/{restriction.pk}/"
        return client.post(address, form, REMOTE_ADDR="192.0.2.1")

    failed = [send(f"wrong {number}").status_code for number in range(5)]
    refused = send("sesame")

    assert failed == [200, 200, 200, 200, 429]
    assert (refused.status_code, refused.headers["Content-Type"]) == (
        429,
        "text/plain; charset=utf-8",
    )
    assert int(refused.headers["Retry-After"]) > 0
    assert is_in(log_in(PASSWORD))

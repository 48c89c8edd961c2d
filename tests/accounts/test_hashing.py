"""Few hashes are computed at once; who comes beyond that is told so at once, and nothing is lost."""

import os
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import (
    PBKDF2PasswordHasher,
    PBKDF2SHA1PasswordHasher,
    ScryptPasswordHasher,
    check_password,
    make_password,
)
from django.contrib.auth.models import User
from django.test import Client
from wagtail.test.utils.form_data import querydict_from_html

from cms.accounts import hashing
from cms.accounts.hashing import PLACES, HashingBusy, HashingPlaces
from cms.client_addresses import CURRENT
from cms.publishing import middleware
from cms.settings import base
from tests.accounts.logging_in import PASSWORD, is_in, log_in
from tests.waiting import wait_until

# Only turns a hang into a failure.
HANG_SECONDS = 60.0
BOUNDED = base.PASSWORD_HASHERS


@pytest.fixture
def quick(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Use the hasher of production, with little work for each hash."""
    settings.PASSWORD_HASHERS = BOUNDED
    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 1_000)


def test_a_client_has_one_place_and_all_together_so_many(settings: Any) -> None:
    settings.PASSWORDS_AT_ONCE = 2
    places = HashingPlaces()

    with places.taken("a"):
        assert (places.is_full("a"), places.is_full("b")) == (True, False)
        with pytest.raises(HashingBusy), places.taken("a"):
            pass
        with places.taken("b"):
            assert places.is_full("c")
            with pytest.raises(HashingBusy), places.taken("c"):
                pass

    assert not places.is_full("a")


def test_commands_have_no_client_and_share_what_is_there(settings: Any) -> None:
    settings.PASSWORDS_AT_ONCE = 2
    places = HashingPlaces()

    with places.taken(""), places.taken(""):
        assert places.is_full("")


@pytest.fixture
def slow_hash(quick: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Let every hash wait for this event; it is set at the end."""
    compute, go = PBKDF2PasswordHasher.encode, threading.Event()

    def encode(self: Any, *arguments: Any, **named: Any) -> str:
        assert go.wait(HANG_SECONDS)
        return compute(self, *arguments, **named)

    monkeypatch.setattr(PBKDF2PasswordHasher, "encode", encode)
    yield go
    go.set()


def test_a_hash_is_refused_at_once_while_another_is_computed(slow_hash: threading.Event) -> None:
    made: list[str] = []

    def make() -> None:
        CURRENT.set("192.0.2.1")
        made.append(make_password("one"))

    thread = threading.Thread(target=make)
    thread.start()
    wait_until(lambda: PLACES.is_full("192.0.2.1"), what="the first hash")
    mark = CURRENT.set("192.0.2.1")
    try:
        with pytest.raises(HashingBusy):
            make_password("two")
    finally:
        CURRENT.reset(mark)
    slow_hash.set()
    thread.join()

    assert check_password("one", made[0])


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    "hasher", [PBKDF2PasswordHasher, PBKDF2SHA1PasswordHasher, ScryptPasswordHasher]
)
def test_hashes_that_django_made_still_hold(hasher: Any) -> None:
    encoded = hasher().encode("one", "salt")

    assert (check_password("one", encoded), check_password("two", encoded)) == (True, False)
    assert make_password("one").startswith("pbkdf2_sha256$")


def test_hashes_never_take_every_place_of_requests(settings: Any) -> None:
    settings.PASSWORDS_AT_ONCE, settings.REQUESTS_AT_ONCE = 5, 3
    places = HashingPlaces()

    with places.taken("a"), places.taken("b"):
        assert places.is_full("c")


@pytest.mark.usefixtures("quick")
def test_hashes_are_computed_with_low_priority() -> None:
    def priority() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    in_thread = hashing._threads(os.getpid()).submit(priority).result()

    assert in_thread == hashing.NICENESS
    assert priority() < hashing.NICENESS


@pytest.mark.django_db
@pytest.mark.usefixtures("quick", "editor")
def test_a_log_in_that_is_too_much_is_503_and_no_failure() -> None:
    with PLACES.taken("192.0.2.1"):
        refused = log_in(PASSWORD)
        elsewhere = log_in(PASSWORD, address="198.51.100.7")
    after = log_in(PASSWORD)

    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "2")
    assert refused.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert refused.headers["Cache-Control"] == "no-store"
    assert b"try again" in refused.content
    assert (is_in(elsewhere), is_in(after)) == (True, True)
    assert AccessAttempt.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.usefixtures("quick", "editor")
def test_a_log_in_that_is_too_much_asks_the_database_nothing(
    django_assert_num_queries: Any,
) -> None:
    with PLACES.taken("192.0.2.1"), django_assert_num_queries(0):
        log_in("wrong")


@pytest.mark.django_db
@pytest.mark.usefixtures("quick")
def test_other_forms_with_passwords_are_refused_too_and_change_nothing(
    editor: User, settings: Any
) -> None:
    client = Client()
    client.force_login(editor)
    settings.PASSWORDS_AT_ONCE = 1
    page = client.get("/admin/account/").content.decode()
    forms = [querydict_from_html(page, form_index=number) for number in range(page.count("<form"))]
    form = next(form for form in forms if "name_email-email" in form)
    form["name_email-first_name"], form["name_email-last_name"] = "Ani", "Changed"
    form["password-old_password"] = PASSWORD
    form["password-new_password1"] = form["password-new_password2"] = "something else, and long"

    with PLACES.taken("198.51.100.7"):
        answer = client.post("/admin/account/", form)
        incomplete = client.post("/admin/account/", {**form.dict(), "name_email-email": "x"})
    editor.refresh_from_db()

    for refused in (answer, incomplete):
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "2")
        assert refused.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert editor.last_name == ""
    assert is_in(log_in(PASSWORD))
    assert client.post("/admin/account/", form).status_code == 302
    assert is_in(log_in("something else, and long"))


@pytest.mark.django_db
@pytest.mark.usefixtures("quick", "editor")
def test_a_log_in_holds_no_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: Any, **_options: Any) -> None:
        raise AssertionError("SQLite's only writer would wait for the hash.")

    monkeypatch.setattr(middleware, "in_transaction", refuse)

    assert is_in(log_in(PASSWORD))

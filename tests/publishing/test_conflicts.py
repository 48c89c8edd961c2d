"""A transaction that another one made impossible is done again, before anybody is told of it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import EmailMessage
from django.db import IntegrityError, InternalError, OperationalError
from django.db.models import Model
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageLogEntry, Workflow

from cms.content.models import Document, Organisation
from cms.publishing import conflicts, mail_afterwards
from cms.publishing.conflicts import ATTEMPTS
from cms.publishing.models import PublishedItem
from cms.publishing.reconcile import sweep
from cms.publishing.row_locks import Deleted
from cms.publishing.scheduled import publish_due
from cms.publishing.scopes import call_afterwards, in_transaction
from home.models import StandardPage
from tests.admin_forms import open_form, send_form
from tests.factories import make_organisation
from tests.page_factories import World, make_standard_page
from tests.publishing.published import document_of, is_public, path_of


def deadlock() -> OperationalError:
    error = OperationalError("deadlock detected")
    error.__cause__ = psycopg.errors.DeadlockDetected()
    return error


def failing_first(
    monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, *, times: int
) -> Callable[[], int]:
    """Let a method do its work and end in a deadlock the first times; return how often it began."""
    original, calls = getattr(owner, name), [0]

    def method(*args: Any, **kwargs: Any) -> Any:
        calls[0] += 1
        result = original(*args, **kwargs)
        if calls[0] <= times:
            raise deadlock()
        return result

    monkeypatch.setattr(owner, name, method)
    return lambda: calls[0]


def said(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


@pytest.fixture
def page(world: World) -> StandardPage:
    return make_standard_page(world.cluster, title="Before", slug="about")


def count(action: str) -> int:
    return PageLogEntry.objects.filter(action=action).count()


# In the admin


def test_a_publish_that_met_a_deadlock_is_done_once(
    admin: Client, page: StandardPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = open_form(admin, page)
    data["title"] = "After"
    begun = failing_first(monkeypatch, Page, "update_aliases", times=2)

    answer = send_form(admin, page, data, publish=True)

    assert begun() == 3
    assert (answer.status_code, document_of(page)["title"]) == (302, "After")
    assert (count("wagtail.publish"), page.revisions.count()) == (1, 1)
    assert len(said(answer)) == 1


def test_a_takedown_that_meets_nothing_but_deadlocks_is_refused_with_a_sentence(
    admin: Client, page: StandardPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = failing_first(monkeypatch, StandardPage, "save", times=99)

    answer = admin.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))

    assert begun() == ATTEMPTS
    assert said(answer) == [
        "Nothing was changed: Others are changing the same at this moment. Please try again."
    ]
    assert answer.status_code == 302
    assert is_public(page)
    assert count("wagtail.unpublish") == 0


def submit(admin: Client, page: StandardPage) -> list[list[str]]:
    """Submit a page for approval, and return who was written to."""
    mail.outbox.clear()
    data = open_form(admin, page)
    data["action-submit"] = "1"
    admin.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data)
    return sorted(message.to for message in mail.outbox)


def test_a_mail_goes_out_once_and_after_the_change(
    admin: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    User.objects.create_superuser("other", "other@cms.test", "-")
    wanted = submit(admin, make_standard_page(world.cluster))
    sent_within: list[bool] = []
    send = mail_afterwards._send

    def watched(message: EmailMessage) -> int:
        sent_within.append(transaction_is_open())
        return send(message)

    monkeypatch.setattr(mail_afterwards, "_send", watched)
    begun = failing_first(monkeypatch, Workflow, "start", times=2)

    written_to = submit(admin, make_standard_page(world.cluster))

    assert begun() == 3
    assert ["other@cms.test"] in wanted
    assert (written_to, sent_within) == (wanted, [False] * len(wanted))


def transaction_is_open() -> bool:
    """Say whether what is called afterwards has to wait."""
    called: list[bool] = []
    call_afterwards(lambda: called.append(True))
    return not called


def test_an_upload_is_not_done_twice(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = failing_first(monkeypatch, Document, "save", times=1)
    file = SimpleUploadedFile("paper.pdf", b"%PDF-1.4", content_type="application/pdf")
    data = {"title": "Paper", "file": file, "collection": "1", "tags": ""}

    answer = admin.post(reverse("wagtaildocs:add"), data)

    assert begun() == 1
    assert said(answer)[-1].endswith("Please try again.")
    assert not Document.objects.exists()


def test_an_action_on_a_page_that_is_gone_says_so(admin: Client, page: StandardPage) -> None:
    data = open_form(admin, page)
    StandardPage.objects.get(pk=page.pk).delete()

    answer = send_form(admin, page, data, publish=True)

    sentence = "Nothing was changed: Somebody else has deleted it in the meantime."
    assert said(answer) == [sentence]
    assert answer["location"] == reverse("wagtailadmin_explore_root")


def test_a_draft_that_is_saved_in_the_background_is_answered_in_json(
    admin: Client, page: StandardPage
) -> None:
    data = open_form(admin, page)
    StandardPage.objects.get(pk=page.pk).delete()

    answer = admin.post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        data,
        headers={"accept": "application/json"},
    )

    assert answer.status_code == 400
    assert answer.json() == {
        "success": False,
        "error_code": "refused",
        "error_message": "Somebody else has deleted it in the meantime.",
    }


def test_a_page_that_never_was_is_not_found(admin: Client, world: World) -> None:
    url = reverse("wagtailadmin_pages:delete", args=[10**6])

    assert admin.post(url).status_code == 404


# In programs


def test_a_program_that_meets_a_deadlock_publishes_once(
    page: StandardPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = failing_first(monkeypatch, Page, "update_aliases", times=1)
    page.title = "After"

    page.save_revision().publish()

    assert (begun(), document_of(page)["title"], count("wagtail.publish")) == (2, "After", 1)


def test_the_scheduler_meets_a_deadlock_and_publishes(
    page: StandardPage, monkeypatch: pytest.MonkeyPatch, world: World
) -> None:
    page.unpublish()
    revision = page.save_revision()
    revision.approved_go_live_at = timezone.now() - dt.timedelta(days=1)
    revision.save()
    begun = failing_first(monkeypatch, Page, "update_aliases", times=1)

    assert publish_due() == []

    assert (begun(), is_public(page)) == (2, True)


def test_a_snippet_whose_deletion_met_a_deadlock_is_deleted(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    organisation = make_organisation()
    key = f"organisation:{organisation.pk}"
    begun = failing_first(monkeypatch, Model, "delete", times=1)

    organisation.delete()

    assert begun() == 2
    assert not Organisation.objects.exists()
    assert not PublishedItem.objects.filter(key=key, visible=True).exists()


def test_unpublishing_from_an_old_copy_does_not_undo_a_publish(page: StandardPage) -> None:
    old = StandardPage.objects.get(pk=page.pk)
    page.title = "After"
    revision = page.save_revision()
    revision.publish()

    old.unpublish()

    stored = StandardPage.objects.get(pk=page.pk)
    assert (stored.live, stored.title, stored.latest_revision_id) == (False, "After", revision.pk)


def test_publishing_an_old_copy_leaves_a_page_where_it_was_moved_to(
    world: World, page: StandardPage
) -> None:
    section = make_standard_page(world.cluster, slug="section")
    below = make_standard_page(page, slug="below")
    old = StandardPage.objects.get(pk=below.pk)
    page.move(section, pos="last-child")

    old.title = "After"
    old.save_revision().publish()

    assert path_of(below).endswith("/section/about/below/")
    assert document_of(below)["title"] == "After"
    assert not any(Page.find_problems())


def test_saving_an_old_copy_leaves_a_page_where_it_was_moved_to(
    world: World, page: StandardPage
) -> None:
    section = make_standard_page(world.cluster, slug="section")
    old = StandardPage.objects.get(pk=page.pk)
    page.move(section, pos="last-child")

    old.save()

    assert path_of(page).endswith("/section/about/")
    assert not any(Page.find_problems())


def rename(page: StandardPage) -> list[Callable[[], Any]]:
    """Give a page another address; return what follows the commit, so that others may come first."""
    page.slug = "renamed"
    with TestCase.captureOnCommitCallbacks() as following:
        page.save_revision().publish()
    return following


def test_a_page_that_is_deleted_right_after_its_renaming_has_no_redirects(
    page: StandardPage,
) -> None:
    following = rename(page)
    StandardPage.objects.get(pk=page.pk).delete()

    for function in following:
        function()

    assert not Redirect.objects.exists()


def test_redirects_of_a_page_that_is_moved_right_after_its_renaming_are_published(
    world: World, page: StandardPage
) -> None:
    below = make_standard_page(page, slug="below")
    section = make_standard_page(world.cluster, slug="section")
    following = rename(page)
    StandardPage.objects.get(pk=page.pk).move(section, pos="last-child")
    StandardPage.objects.get(pk=below.pk).move(section, pos="last-child")

    for function in following:
        function()

    assert Redirect.objects.filter(old_path="/about").exists()
    assert str(sweep()) == "0 changes"


@pytest.mark.parametrize(
    "act",
    [
        lambda page: page.save_revision(),
        lambda page: page.unpublish(),
        lambda page: page.save(),
        lambda page: page.delete(),
        lambda page: page.move(Page.objects.get(depth=2, slug="cluster-main"), pos="last-child"),
        lambda page: page.copy(update_attrs={"slug": "copy"}),
        lambda page: page.create_alias(update_slug="alias"),
    ],
    ids=["draft", "unpublish", "save", "delete", "move", "copy", "alias"],
)
def test_a_program_that_acts_on_a_deleted_page_is_told_so(
    page: StandardPage, act: Callable[[StandardPage], object]
) -> None:
    old = StandardPage.objects.get(pk=page.pk)
    page.delete()
    log = PageLogEntry.objects.count()

    with pytest.raises(Deleted, match="Somebody else has deleted it"):
        act(old)

    assert PageLogEntry.objects.count() == log


# What is repeated


def chained(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "error",
    [
        deadlock(),
        chained(OperationalError(), psycopg.errors.SerializationFailure()),
        chained(IntegrityError(), psycopg.errors.UniqueViolation()),
        chained(IntegrityError(), psycopg.errors.ForeignKeyViolation()),
        chained(InternalError(), psycopg.errors.InFailedSqlTransaction()),
    ],
)
def test_a_conflict_is_repeated_a_bounded_number_of_times(db: None, error: Exception) -> None:
    tries: list[int] = []

    def work() -> None:
        tries.append(1)
        raise error

    with pytest.raises(type(error)):
        in_transaction(work)

    assert len(tries) == ATTEMPTS


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("the server is away"),
        chained(OperationalError(), psycopg.errors.QueryCanceled()),
        chained(IntegrityError(), psycopg.errors.NotNullViolation()),
        ValueError(),
    ],
)
def test_nothing_else_is_repeated(db: None, error: Exception) -> None:
    tries: list[int] = []

    def work() -> None:
        tries.append(1)
        raise error

    with pytest.raises(type(error)):
        in_transaction(work)

    assert len(tries) == 1


def test_only_the_outermost_transaction_is_repeated(db: None) -> None:
    outer: list[int] = []
    inner: list[int] = []

    def within() -> None:
        inner.append(1)
        if len(inner) < 3:
            raise deadlock()

    def work() -> None:
        outer.append(1)
        in_transaction(within)

    in_transaction(work)

    assert (len(outer), len(inner)) == (3, 3)


# It writes nothing: no table has to be emptied.
@pytest.mark.django_db(transaction=True, available_apps=[])
def test_what_fails_after_the_commit_is_not_done_again() -> None:
    from django.db import transaction as database

    tries: list[int] = []

    def fail() -> None:
        raise deadlock()

    def work() -> None:
        tries.append(1)
        database.on_commit(fail)

    with pytest.raises(OperationalError):
        in_transaction(work)

    assert len(tries) == 1


def test_what_follows_a_change_is_not_done_when_it_is_undone(db: None) -> None:
    called: list[str] = []

    def work() -> None:
        call_afterwards(lambda: called.append("undone"))
        raise ValueError

    with pytest.raises(ValueError):
        in_transaction(work)
    in_transaction(lambda: call_afterwards(lambda: called.append("done")))

    assert called == ["done"]


def test_a_failure_of_what_follows_does_not_undo_the_change(db: None) -> None:
    called: list[str] = []

    def fail() -> None:
        raise ConnectionError("no mail server")

    def work() -> str:
        call_afterwards(fail)
        call_afterwards(lambda: called.append("next"))
        return "done"

    assert (in_transaction(work), called) == ("done", ["next"])


def test_a_busy_sqlite_file_is_a_conflict() -> None:
    import sqlite3

    busy, other = sqlite3.OperationalError(), sqlite3.OperationalError()
    busy.sqlite_errorcode = sqlite3.SQLITE_BUSY_SNAPSHOT
    other.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN

    found = [conflicts.is_conflict(chained(OperationalError(), one)) for one in (busy, other)]

    assert found == [True, False]

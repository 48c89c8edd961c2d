"""Let editors act on one page, or on a page and its parent, at the same instant, through the admin.

Each race has two pages of its own, one below the other. The editors open what their browsers would have
open, wait for each other, and act. What they were told is compared with the log of the pages: whatever
was said to be done is there once, and the pages are as the last of it left them.
"""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.concurrency.agreement import verdict
from tests.concurrency.processes import Child, collected, forked, next_order, report

EDITORS = 3
READY, DONE, END = b"r", b"d", b"e"
TAGS = re.compile(r"<[^>]+>")
# Orders are single bytes: one for each act of each target.
TARGETS = ("parent", "child")


@dataclass(frozen=True)
class Act:
    """Hold one thing that an editor does.

    Shape: `prepare` is given the client, the page and the title of this race, and returns what sends
           the request; `logged` are the actions of which the log of the page then has one.
    """

    prepare: Callable[[Any, Any, str], Callable[[], Any]]
    logged: tuple[str, ...]


def _url(name: str, *args: int | str, query: str = "") -> str:
    from django.urls import reverse

    return reverse(name, args=args) + query


def _publish(client: Any, page: Any, title: str) -> Callable[[], Any]:
    from tests.admin_forms import open_form, send_form

    data = open_form(client, page)
    data["title"] = title
    return lambda: send_form(client, page, data, publish=True)


def _rename(client: Any, page: Any, title: str) -> Callable[[], Any]:
    from tests.admin_forms import open_form, send_form

    data = open_form(client, page)
    data["title"], data["slug"] = title, f"renamed-{page.pk}"
    return lambda: send_form(client, page, data, publish=True)


def _schedule(client: Any, page: Any, title: str) -> Callable[[], Any]:
    from tests.admin_forms import open_form, send_form

    data = open_form(client, page)
    data["title"], data["go_live_at"] = title, "2099-01-01 12:00"
    return lambda: send_form(client, page, data, publish=True)


def _post(name: str, *, query: str = "", **fields: str) -> Callable[..., Callable[[], Any]]:
    def prepare(client: Any, page: Any, title: str) -> Callable[[], Any]:
        return lambda: client.post(_url(name, page.pk, query=query), fields)

    return prepare


def _move(client: Any, page: Any, title: str) -> Callable[[], Any]:
    url = _url("wagtailadmin_pages:move_confirm", page.pk, section("other").pk)
    return lambda: client.post(url)


def _copy(client: Any, page: Any, title: str) -> Callable[[], Any]:
    fields = {
        "new_title": title,
        "new_slug": slug_of_copy(title, pk=page.pk),
        "new_parent_page": str(section("other").pk),
        "copy_subpages": "on",
    }
    return lambda: client.post(_url("wagtailadmin_pages:copy", page.pk), fields)


def _bulk(action: str, **fields: str) -> Callable[..., Callable[[], Any]]:
    def prepare(client: Any, page: Any, title: str) -> Callable[[], Any]:
        from django.urls import reverse

        url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
        chosen = {"chooser": str(section("other").pk)} if action == "move" else {}
        return lambda: client.post(f"{url}?id={page.pk}", {**fields, **chosen})

    return prepare


def _stale(method: str) -> Callable[..., Callable[[], Any]]:
    """Return an act of a program that has read the page before."""

    def prepare(client: Any, page: Any, title: str) -> Callable[[], Any]:
        def act() -> None:
            page.title = title
            page.save_revision().publish(user=editor_of(client))

        def move() -> None:
            page.move(section("other"), pos="last-child", user=editor_of(client))

        return {
            "publish": act,
            "move": move,
            "unpublish": lambda: page.unpublish(user=editor_of(client)),
            "delete": lambda: page.delete(user=editor_of(client)),
        }[method]

    return prepare


def _approve(client: Any, page: Any, title: str) -> Callable[[], Any]:
    from tests.admin_forms import open_form

    data = open_form(client, page)
    data["title"], data["action-submit"] = title, "1"
    client.post(_url("wagtailadmin_pages:edit", page.pk), data)
    state = page.workflow_states.order_by("-pk").first().current_task_state
    url = _url("wagtailadmin_pages:workflow_action", page.pk, "approve", state.pk)
    return lambda: client.post(url)


WITH_ALL_BELOW = {"include_descendants": "on"}
PUBLISHED, UNPUBLISHED, DELETED = ("wagtail.publish",), ("wagtail.unpublish",), ("wagtail.delete",)
# To the end of the section where the page is already.
MOVED = ("wagtail.move", "wagtail.reorder")
ACTS = {
    "publish": Act(_publish, PUBLISHED),
    "unpublish": Act(_post("wagtailadmin_pages:unpublish", **WITH_ALL_BELOW), UNPUBLISHED),
    "move": Act(_move, MOVED),
    "delete": Act(_post("wagtailadmin_pages:delete"), DELETED),
    "schedule": Act(_schedule, ("wagtail.publish.schedule",)),
    "rename": Act(_rename, PUBLISHED),
    "copy": Act(_copy, ("wagtail.copy",)),
    "reorder": Act(_post("wagtailadmin_pages:set_page_position", query="?position=0"), MOVED),
    "restrict": Act(
        _post("wagtailadmin_pages:set_privacy", restriction_type="login"),
        ("wagtail.view_restriction.create", "wagtail.view_restriction.edit"),
    ),
    "approve": Act(_approve, ("wagtail.workflow.approve",)),
    "bulk publish": Act(_bulk("publish", **WITH_ALL_BELOW), PUBLISHED),
    "bulk unpublish": Act(_bulk("unpublish", **WITH_ALL_BELOW), UNPUBLISHED),
    "bulk move": Act(_bulk("move"), MOVED),
    "bulk delete": Act(_bulk("delete"), DELETED),
    "program publishes": Act(_stale("publish"), PUBLISHED),
    "program unpublishes": Act(_stale("unpublish"), UNPUBLISHED),
    "program moves": Act(_stale("move"), MOVED),
    "program deletes": Act(_stale("delete"), DELETED),
}
# Said to be done and rightly not in the log where nothing was to do.
QUIET = frozenset({"reorder", "restrict", "bulk unpublish", "program unpublishes", "bulk publish"})
CHOICES = [(name, target) for name in ACTS for target in TARGETS]
# The number of the two actions that meet step by step.
MEETING = 10**6
# The ids of the pages of each race, also of those that are gone.
_ids: dict[int, dict[str, int]] = {}


def section(name: str) -> Any:
    """Return one of the two pages between which pages are moved."""
    from home.models import StandardPage

    return StandardPage.objects.get(slug=f"races-{name}")


def editor_of(client: Any) -> Any:
    """Return who is logged in."""
    from django.contrib.auth.models import User

    return User.objects.get(pk=client.session["_auth_user_id"])


def pages_of(number: int) -> dict[str, Any]:
    """Return the pages of a race that are still there."""
    from home.models import StandardPage

    found = {}
    for target in TARGETS:
        page = StandardPage.objects.filter(search_description=f"race {number} {target}").first()
        if page is not None:
            found[target] = page
    return found


def make_pages(number: int) -> dict[str, Any]:
    """Make the pages of a race: public, and one below the other."""
    from tests.page_factories import make_standard_page

    parent = make_standard_page(
        section("home"), slug=f"race-{number}", search_description=f"race {number} parent"
    )
    child = make_standard_page(
        parent, slug=f"race-{number}-below", search_description=f"race {number} child"
    )
    _ids[number] = {"parent": parent.pk, "child": child.pk}
    return {"parent": parent, "child": child}


def make_editors() -> None:
    """Make who acts, and where."""
    from django.contrib.auth.models import User

    from home.models import ClusterPage, StandardPage
    from tests.page_factories import make_standard_page

    for number in range(EDITORS):
        User.objects.get_or_create(
            username=f"editor-{number}", defaults={"is_superuser": True, "is_staff": True}
        )
    cluster = ClusterPage.objects.filter(locale__language_code="en").get()
    for name in ("home", "other"):
        # Another scenario in the same database may have made them.
        if not StandardPage.objects.filter(slug=f"races-{name}").exists():
            make_standard_page(cluster, slug=f"races-{name}")


def editing(number: int) -> Callable[[], list[dict[str, str]]]:
    """Return work that acts once in each race, when all are ready, and remembers how that ended."""

    def work() -> list[dict[str, str]]:
        client = _client_of(number)
        told: list[dict[str, str]] = []
        while (order := next_order()) != END:
            name, target = CHOICES[order[0] - ord("A")]
            race = int(next_line())
            page = pages_of(race)[target]
            act = ACTS[name].prepare(client, page, title_by(number, race=race))
            # What earlier answers said, and nobody has read.
            client.cookies.pop("messages", None)
            report(READY)
            next_order()
            told.append({"act": name, "target": target, **outcome(act)})
            report(DONE)
        return told

    return work


def slug_of_copy(title: str, *, pk: int) -> str:
    """Return the address that a copy is given."""
    from django.utils.text import slugify

    return slugify(f"{title} {pk}")


def title_by(number: int, *, race: int) -> str:
    """Return the title that an editor gives in a race."""
    return f"By {number} in race {race}"


def next_line() -> bytes:
    """Return the digits of the next orders, up to a full stop."""
    found = b""
    while (order := next_order()) != b".":
        found += order
    return found


def outcome(act: Callable[[], Any]) -> dict[str, str]:
    """Act, and return what an editor sees of it: done, refused with a sentence, or an error."""
    from django.contrib.messages import get_messages
    from django.core.exceptions import PermissionDenied
    from django.http import Http404

    from cms.publishing.row_locks import Deleted

    try:
        answer = act()
    except (Deleted, Http404, PermissionDenied) as refused:
        return {"is": "refused", "said": str(refused)}
    except Exception as error:  # noqa: BLE001 - counted and shown by the test
        return {"is": "error", "said": f"{type(error).__name__}: {error}"}
    if not hasattr(answer, "wsgi_request"):
        # Of a program: it ended without an error.
        return {"is": "done", "said": ""}
    storage: Any = get_messages(answer.wsgi_request)
    # What was shown in the answer is among the loaded ones.
    messages = [*storage._loaded_messages, *storage._queued_messages]
    said = " ".join(TAGS.sub("", str(message)).strip() for message in messages)
    if answer.status_code >= 500:
        return {"is": "error", "said": f"{answer.status_code} {said}"}
    if answer.status_code == 404 or any(message.level_tag == "error" for message in messages):
        return {"is": "refused", "said": said or "The page could not be found."}
    return {"is": "done", "said": said or f"{answer.status_code} {answer.get('location', '')}"}


def race(times: int, *, seed: int) -> dict[str, Any]:
    """Let editors race, and return what was wrong."""
    make_editors()
    chance = random.Random(seed)
    editors = [forked(editing(number)) for number in range(EDITORS)]
    chosen: list[list[tuple[str, str]]] = []
    left: list[str] = []
    problems: list[str] = []
    for number in range(times):
        make_pages(number)
        acts = chosen_acts(number, chance)
        chosen.append(acts)
        for editor, act in zip(editors, acts, strict=True):
            editor.tell(bytes([ord("A") + CHOICES.index(act)]) + f"{number}.".encode())
        for step in (READY, DONE):
            for editor in editors:
                assert editor.wait_for(step), editor.collect()
            if step == READY:
                for editor in editors:
                    editor.tell()
        left += [f"race {number} {acts}: {missed}" for missed in left_to_sweep(number)]
        problems += [f"race {number} {acts}: {problem}" for problem in problems_of(number)]
    from wagtail.models import Page

    return {
        "seed": seed,
        **ended(editors),
        "left_to_sweep": left,
        "problems": problems,
        "tree": [list(part) for part in Page.find_problems() if part],
        **verdict(),
    }


def chosen_acts(number: int, chance: random.Random) -> list[tuple[str, str]]:
    """Return what each editor does: first of all publish and unpublish one page, which deadlocked."""
    if number % 5 == 0:
        return [("publish", "child"), ("unpublish", "child"), chance.choice(CHOICES)]
    return [chance.choice(CHOICES) for _ in range(EDITORS)]


def ended(editors: list[Child]) -> dict[str, Any]:
    """End the editors; return how often something was done and refused, and what went wrong."""
    for editor in editors:
        editor.tell(END)
    told = collected(editors)
    flat = [one for list_ in told for one in list_]
    return {
        "done": sum(one["is"] == "done" for one in flat),
        "refused": sum(one["is"] == "refused" for one in flat),
        "without_a_sentence": [one for one in flat if one["is"] == "refused" and not one["said"]],
        "errors": [one for one in flat if one["is"] == "error"],
        "lost": lost(told),
    }


def lost(told: list[list[dict[str, str]]]) -> list[str]:
    """Return what was said to be done, and is not once in the log of its page."""
    from django.db.models import Q
    from wagtail.models import Page, PageLogEntry

    found = []
    for number, acts in enumerate(told):
        for race_number, one in enumerate(acts):
            logged = PageLogEntry.objects.filter(
                user__username=f"editor-{number}",
                action__in=ACTS[one["act"]].logged,
            )
            pk = _ids[race_number][one["target"]]
            # Of a copy the entry is of the new page.
            copy = Page.objects.filter(slug=slug_of_copy(title_by(number, race=race_number), pk=pk))
            entries = logged.filter(Q(page_id=pk) | Q(page_id__in=copy.values("pk"))).count()
            wanted = {0, 1} if one["act"] in QUIET else {1}
            if entries not in (wanted if one["is"] == "done" else {0}):
                found.append(f"race {race_number}: {one} is {entries} times in the log")
    return found


def left_to_sweep(number: int) -> list[str]:
    """Sweep, and return what no hook had named, beside the ids of the race, so that it can be traced."""
    from cms.publishing.reconcile import sweep

    swept = sweep()
    missed = [*swept.published, *swept.updated, *swept.withdrawn]
    return [f"{swept}: {missed}, ids {_ids[number]}"] if missed else []


def problems_of(number: int) -> list[str]:
    """Return how the pages of a race differ from what their log says."""
    from wagtail.models import Page

    found: list[str] = []
    for target, pk in _ids[number].items():
        page = Page.objects.filter(pk=pk).first()
        for name, (is_so, wanted) in _states(pk, page).items():
            if is_so != wanted:
                found.append(f"{target}: {name} is {is_so}, by the log {wanted}")
    return found


def _states(pk: int, page: Any) -> dict[str, tuple[Any, Any]]:
    """Return how a page is, and how it was left by the last entries of its log."""
    from wagtail.models import PageLogEntry

    entries = list(PageLogEntry.objects.filter(page_id=pk).order_by("pk"))
    last = {entry.action: entry for entry in entries}
    found: dict[str, tuple[Any, Any]] = {
        "deleted": (page is None, "wagtail.delete" in last),
    }
    if page is None:
        return found
    parent = page.get_parent()
    found["address"] = (page.url_path, f"{parent.url_path}{page.slug}/")
    shown = [e for e in entries if e.action in (*PUBLISHED, *UNPUBLISHED)]
    if shown:
        found["live"] = (page.live, shown[-1].action in PUBLISHED)
    # What is scheduled stands in the page's row as long as nothing of it is live.
    if "wagtail.publish" in last and page.live:
        content = last["wagtail.publish"].revision.content
        found["title"] = (page.title, content["title"])
    if "wagtail.move" in last:
        found["parent"] = (parent.pk, last["wagtail.move"].data["destination"]["id"])
    return found


# One deadlock, step by step


def opposite_orders() -> list[dict[str, str]]:
    """Publish a page up to where its revisions are locked, unpublish it meanwhile, and go on."""
    from tests.concurrency.skew import wait_for_meeting

    make_editors()
    page = make_pages(MEETING)["child"]

    def publishing() -> dict[str, str]:
        from django.db import connection

        held: list[bool] = []

        def hold(execute: Any, sql: str, *rest: Any) -> Any:
            found = execute(sql, *rest)
            if sql.startswith('UPDATE "wagtailcore_revision"') and not held:
                held.append(True)
                report(READY)
                next_order()
            return found

        act = ACTS["publish"].prepare(_client_of(0), page, "After")
        with connection.execute_wrapper(hold):
            return outcome(act)

    def unpublishing() -> dict[str, str]:
        return outcome(ACTS["unpublish"].prepare(_client_of(1), page, ""))

    first = forked(publishing)
    assert first.wait_for(READY), first.collect()
    second = forked(unpublishing)
    wait_for_meeting(second)
    first.tell()
    left = {"problems": str([*left_to_sweep(MEETING), *problems_of(MEETING)])}
    return [*collected([first, second]), left]


def _client_of(number: int) -> Any:
    from django.contrib.auth.models import User
    from django.test import Client

    client = Client()
    client.force_login(User.objects.get(username=f"editor-{number}"))
    return client

"""What editors do with pages, as rules of a history."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule
from wagtail.actions.convert_alias import ConvertAliasPageAction
from wagtail.models import Page, PageViewRestriction

from home.models import StandardPage
from news.models import NewsPage
from tests.page_factories import locale, make_news, make_standard_page
from tests.publishing.acting import HOUR, PICK, TOGETHER, Acting

HOURS = st.sampled_from([1, 2, 5])


class PageHistory(Acting):
    """Make, edit, hide, move, translate and delete pages."""

    @rule(together=TOGETHER, pick=PICK, live=st.booleans(), is_news=st.booleans())
    def create(self, together: bool, pick: int, live: bool, is_news: bool) -> None:
        make: Any = make_news if is_news else make_standard_page
        values = {} if is_news else {"picture": self.start.image, "picture_alt": "A bridge"}
        with self.step(together):
            name = self.next_name()
            make(self.page(pick), slug=name, title=name, live=live, **values)

    @rule(together=TOGETHER, pick=PICK, publish=st.booleans(), slug=st.booleans())
    def edit(self, together: bool, pick: int, publish: bool, slug: bool) -> None:
        page = self.page(pick, sections=False, aliases=False)
        if page is None:
            return
        with self.step(together):
            draft: Any = page.get_latest_revision_as_object()
            draft.title = self.next_name()
            draft.slug = draft.title if slug else draft.slug
            revision = draft.save_revision()
            if publish:
                revision.publish()

    @rule(together=TOGETHER, pick=PICK)
    def rename(self, together: bool, pick: int) -> None:
        page = self.page(pick, sections=False)
        if page is None:
            return
        with self.step(together):
            page.slug = self.next_name()
            page.save()

    @rule(together=TOGETHER, pick=PICK, below=st.booleans())
    def unpublish(self, together: bool, pick: int, below: bool) -> None:
        with self.step(together):
            page = self.page(pick)
            page.unpublish()
            if below:
                for child in page.get_descendants().live():
                    child.specific.unpublish()

    @rule(together=TOGETHER, pick=PICK)
    def delete(self, together: bool, pick: int) -> None:
        page = self.page(pick, sections=False)
        if page is None:
            return
        with self.step(together):
            page.delete()

    @rule(together=TOGETHER, pick=PICK, goal=PICK, out=st.integers(0, 3))
    def move(self, together: bool, pick: int, goal: int, out: int) -> None:
        page = self.page(pick, sections=False)
        if page is None:
            return
        parent: Any = self.page(goal) if out else Page.objects.get(pk=self.start.attic.pk)
        if parent.path.startswith(page.path):
            return
        with self.step(together):
            page.move(parent, pos="last-child")

    @rule(together=TOGETHER, pick=PICK, kind=st.sampled_from(["login", "password", "groups"]))
    def make_private(self, together: bool, pick: int, kind: str) -> None:
        page = self.page(pick)
        with self.step(together):
            PageViewRestriction.objects.get_or_create(
                page=page, defaults={"restriction_type": kind, "password": "x"}
            )

    @rule(together=TOGETHER, pick=PICK)
    def open_again(self, together: bool, pick: int) -> None:
        restriction = self.thing(PageViewRestriction, pick)
        if restriction is None:
            return
        with self.step(together):
            restriction.delete()

    @rule(together=TOGETHER, pick=PICK, go_live=st.booleans(), hours=HOURS)
    def schedule(self, together: bool, pick: int, go_live: bool, hours: int) -> None:
        page = self.page(pick, aliases=False)
        with self.step(together):
            field = "go_live_at" if go_live else "expire_at"
            setattr(page, field, self.time() + hours * HOUR)
            page.title = self.next_name()
            page.save_revision().publish()

    @rule(together=TOGETHER, pick=PICK, hours=st.sampled_from([None, 1, 3]))
    def embargo(self, together: bool, pick: int, hours: int | None) -> None:
        page: Any = self.thing(NewsPage, pick)
        if page is None or page.alias_of_id:
            return
        with self.step(together):
            page.embargo_until = self.time() + hours * HOUR if hours else None
            page.save_revision().publish()

    @rule(together=TOGETHER, pick=PICK, alias=st.booleans(), live=st.booleans())
    def translate(self, together: bool, pick: int, alias: bool, live: bool) -> None:
        page = self.page(pick, sections=False)
        if page is None:
            return
        language = locale("en" if page.locale.language_code == "bg" else "bg")
        if page.has_translation(language) or page.get_parent().pk == self.start.attic.pk:
            return
        with self.step(together):
            copy = page.copy_for_translation(language, copy_parents=True, alias=alias)
            if live and not alias:
                copy.get_latest_revision_as_object().save_revision().publish()

    @rule(together=TOGETHER, pick=PICK, goal=PICK)
    def alias(self, together: bool, pick: int, goal: int) -> None:
        page, parent = self.page(pick, sections=False), self.page(goal)
        if page is None or parent.path.startswith(page.path):
            return
        with self.step(together):
            page.create_alias(parent=parent, update_slug=self.next_name())

    @rule(together=TOGETHER, pick=PICK)
    def make_a_page_of_an_alias(self, together: bool, pick: int) -> None:
        aliases = list(Page.objects.exclude(alias_of=None).order_by("path"))
        if not aliases:
            return
        with self.step(together):
            ConvertAliasPageAction(aliases[pick % len(aliases)].specific).execute()

    @rule(pick=PICK, live=st.booleans())
    def update_silently(self, pick: int, live: bool) -> None:
        page = self.page(pick)
        with self.step(False):
            values: dict[str, Any] = {"title": self.next_name()} | ({"live": False} if live else {})
            type(page).objects.filter(pk=page.pk).update(**values)
            self.sweep()

    @rule(together=TOGETHER, pick=PICK)
    def change_language(self, together: bool, pick: int) -> None:
        page = self.thing(StandardPage, pick)
        if page is None or page.pk == self.start.attic.pk:
            return
        other = locale("en" if page.locale.language_code == "bg" else "bg")
        if page.has_translation(other):
            return
        with self.step(together):
            self.ledger.given_up.add(page.public_id)
            page.locale = other
            page.save()

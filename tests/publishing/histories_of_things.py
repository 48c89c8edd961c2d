"""What editors do with all that is not a page, and what time does, as rules of a history."""

import datetime as dt
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Collection, CollectionViewRestriction

from cms.content.models import Image, Person
from cms.publishing.reconcile import tick
from cms.publishing.scheduled import publish_due
from home.models import Menu, SiteSettings
from tests.factories import make_image, make_person, make_term
from tests.page_factories import make_menu
from tests.publishing.acting import HOUR, PICK, TOGETHER, Acting

SECOND = dt.timedelta(seconds=1)


class ThingHistory(Acting):
    """Change snippets, pictures, collections, menus, redirects and settings; let time pass."""

    @rule(together=TOGETHER, is_person=st.booleans(), live=st.booleans())
    def make_snippet(self, together: bool, is_person: bool, live: bool) -> None:
        with self.step(together):
            if is_person:
                make_person(name=self.next_name(), live=live)
            else:
                make_term(code=self.next_name().upper(), live=live)

    @rule(together=TOGETHER, pick=PICK, act=st.sampled_from(["publish", "unpublish", "delete"]))
    def change_snippet(self, together: bool, pick: int, act: str) -> None:
        thing = self.snippet(pick)
        if thing is None:
            return
        with self.step(together):
            if act == "publish":
                setattr(
                    thing, "name" if isinstance(thing, Person) else "label_en", self.next_name()
                )
                thing.save_revision().publish()
            elif act == "unpublish":
                thing.unpublish()
            else:
                thing.delete()

    @rule(together=TOGETHER, pick=PICK)
    def let_a_snippet_expire(self, together: bool, pick: int) -> None:
        thing = self.snippet(pick)
        if thing is None:
            return
        with self.step(together):
            thing.expire_at = self.time() + 2 * HOUR
            thing.save_revision().publish()

    @rule(together=TOGETHER, pick=PICK)
    def change_consent(self, together: bool, pick: int) -> None:
        person: Any = self.thing(Person, pick)
        if person is None:
            return
        with self.step(together):
            person.consent_given = not person.consent_given
            person.consent_on = dt.date(2026, 1, 1) if person.consent_given else None
            person.save()

    @rule(together=TOGETHER, pick=PICK, goal=PICK)
    def move_picture(self, together: bool, pick: int, goal: int) -> None:
        image: Any = self.thing(Image, pick)
        collection: Any = self.thing(Collection, goal)
        if image is None:
            return
        with self.step(together):
            image.collection = collection
            image.save()

    @rule(together=TOGETHER)
    def switch_private_collection(self, together: bool) -> None:
        with self.step(together):
            found = CollectionViewRestriction.objects.filter(collection=self.start.private).first()
            if found:
                found.delete()
            else:
                CollectionViewRestriction.objects.create(
                    collection=self.start.private, restriction_type="login"
                )

    @rule(together=TOGETHER, pick=PICK, is_new=st.booleans())
    def change_menu(self, together: bool, pick: int, is_new: bool) -> None:
        menu: Any = self.thing(Menu, pick)
        item = {"text": self.next_name(), "page": self.page(pick).pk}
        with self.step(together):
            if menu is None:
                make_menu(self.start.world.site, [item], language="bg" if is_new else "en")
            elif is_new:
                menu.items = []
                menu.save()
            else:
                menu.delete()

    @rule(together=TOGETHER, pick=PICK, is_new=st.booleans())
    def change_redirect(self, together: bool, pick: int, is_new: bool) -> None:
        redirect: Any = self.thing(Redirect, pick)
        with self.step(together):
            if redirect is None or is_new:
                site = self.start.world.site if pick % 2 else None
                path = f"/{self.next_name()}"
                Redirect.objects.create(old_path=path, site=site, redirect_page=self.page(pick))
            else:
                redirect.delete()

    @rule(
        together=TOGETHER,
        pick=PICK,
        is_public=st.integers(0, 3),
        languages=st.sampled_from([[], ["en"], ["bg"]]),
    )
    def change_settings(
        self, together: bool, pick: int, is_public: int, languages: list[str]
    ) -> None:
        found: Any = self.thing(SiteSettings, pick)
        with self.step(together):
            found.is_public, found.public_languages = bool(is_public), languages
            found.save()

    # Time

    @rule(hours=st.sampled_from([0, 1, 2, 6]), over=st.booleans())
    def wait(self, hours: int, over: bool) -> None:
        with self.step(False):
            self.now.move_to(self.time() + hours * HOUR + (SECOND if over else 0 * SECOND))

    @rule()
    def tick(self) -> None:
        with self.step(False):
            self.count(tick())
            self.ledger.ticked_at = self.time()

    @rule()
    def publish_what_is_due(self) -> None:
        with self.step(False):
            assert publish_due() == []

    @rule()
    def sweep_everything(self) -> None:
        with self.step(False):
            self.sweep()

    @rule(together=TOGETHER)
    def make_picture(self, together: bool) -> None:
        with self.step(together):
            make_image(title=self.next_name())

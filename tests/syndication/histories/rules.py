"""What editors do that only concerns those who take content over, as rules of a history."""

import datetime as dt
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from cms.content.models import Term
from news.models import EventPage, NewsPage
from tests.publishing.acting import HOUR, PICK, TOGETHER, TOPIC, Acting

TYPES = st.sampled_from([["NEWS"], ["ACHIEVEMENT"], ["NEWS", "ACHIEVEMENT"], ["OPEN_CALL"]])


class SyndicationHistory(Acting):
    """Take items back from others, and change what streams are filtered by."""

    def news(self, pick: int) -> Any:
        """Return one of the news that have drafts of their own."""
        page = self.thing(NewsPage, pick)
        return None if page is None or page.alias_of_id else page

    def topic(self, pick: int) -> Any:
        """Return the topic that a stream is filtered by as often as any other."""
        known = Term.objects.filter(code=TOPIC).first()
        return known if known and pick % 2 else self.thing(Term, pick)

    @rule(together=TOGETHER, pick=PICK, is_event=st.booleans())
    def switch_syndication(self, together: bool, pick: int, is_event: bool) -> None:
        page: Any = self.thing(EventPage, pick) if is_event else self.news(pick)
        if page is None or page.alias_of_id or not hasattr(page, "syndication_allowed"):
            return
        with self.step(together):
            page.syndication_allowed = not page.syndication_allowed
            page.save_revision().publish()

    @rule(together=TOGETHER, pick=PICK, types=TYPES, hours=st.sampled_from([-1, 1, 3]))
    def change_types(self, together: bool, pick: int, types: list[str], hours: int) -> None:
        page = self.news(pick)
        if page is None:
            return
        with self.step(together):
            page.types = types
            if page.is_open_call:
                page.call_opens_at = self.time() - dt.timedelta(days=2)
                page.call_closes_at = self.time() + hours * HOUR
            page.save_revision().publish()

    @rule(together=TOGETHER, pick=PICK, goal=PICK, is_more=st.booleans())
    def change_topics(self, together: bool, pick: int, goal: int, is_more: bool) -> None:
        page, term = self.news(pick), self.topic(goal)
        if page is None or term is None:
            return
        with self.step(together):
            page.topics.set([*page.topics.all(), term] if is_more else [])
            page.save_revision().publish()

"""What editors do with pictures and documents, and with what refers to them, as rules of a history."""

import json
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Collection

from cms.content.models import Document, Image, Person, PersonField
from home.models import StandardPage
from news.models import NewsPage
from tests.factories import make_document
from tests.publishing.acting import PICK, TOGETHER, Acting

LINK = '<p><a linktype="document" id="{0}">x</a></p>'
ADDRESS = '<p><a href="https://cms.example/files/{0}/0123456789ab/x.pdf">x</a></p>'


class FileHistory(Acting):
    """Refer to files in every way, and stop doing so."""

    @rule(together=TOGETHER)
    def make_document(self, together: bool) -> None:
        with self.step(together):
            make_document(title=self.next_name())

    @rule(together=TOGETHER, pick=PICK, goal=PICK, publish=st.booleans())
    def change_picture(self, together: bool, pick: int, goal: int, publish: bool) -> None:
        page: Any = self.thing(NewsPage if pick % 2 else StandardPage, pick // 2)
        if page is None or page.alias_of_id:
            return
        with self.step(together):
            draft = page.get_latest_revision_as_object()
            draft.picture = self.thing(Image, goal) if goal % 3 else None
            draft.picture_alt = "A bridge"
            revision = draft.save_revision()
            if publish:
                revision.publish()

    @rule(
        together=TOGETHER,
        pick=PICK,
        goal=PICK,
        how=st.sampled_from(["link", "address", "picture", "document", "nothing"]),
    )
    def change_body(self, together: bool, pick: int, goal: int, how: str) -> None:
        page: Any = self.thing(StandardPage, pick)
        document: Any = self.thing(Document, goal)
        image: Any = self.thing(Image, goal)
        if page is None or page.alias_of_id or document is None or image is None:
            return
        blocks: dict[str, Any] = {
            "link": {"text": {"content": LINK.format(document.pk)}},
            "address": {"text": {"content": ADDRESS.format((document, image)[goal % 2].public_id)}},
            "picture": {"image": {"image": image.pk, "alt": "x", "caption": ""}},
            "document": {"document": {"document": document.pk}},
            "nothing": {},
        }
        body = [{"type": t, "value": value, "id": "b"} for t, value in blocks[how].items()]
        with self.step(together):
            draft = page.get_latest_revision_as_object()
            draft.body = json.dumps(body)
            draft.save_revision().publish()

    @rule(pick=PICK, goal=PICK)
    def change_picture_silently(self, pick: int, goal: int) -> None:
        page: Any = self.thing(StandardPage, pick)
        image: Any = self.thing(Image, goal)
        with self.step(False):
            StandardPage.objects.filter(pk=page.pk).update(picture=image, picture_alt="A bridge")
            self.sweep()

    @rule(together=TOGETHER, pick=PICK, goal=PICK)
    def change_portrait(self, together: bool, pick: int, goal: int) -> None:
        person: Any = self.thing(Person, pick)
        if person is None:
            return
        with self.step(together):
            person.picture, person.picture_alt = self.thing(Image, goal), "Ana"
            person.public_fields = [] if person.public_fields else [PersonField.PICTURE.value]
            person.save_revision().publish()

    @rule(together=TOGETHER, pick=PICK)
    def redirect_to_a_document(self, together: bool, pick: int) -> None:
        document: Any = self.thing(Document, pick)
        if document is None:
            return
        with self.step(together):
            link = f"/files/{document.public_id}/0123456789ab/x.pdf"
            Redirect.objects.create(old_path=f"/{self.next_name()}", redirect_link=link)

    @rule(together=TOGETHER, pick=PICK)
    def change_keep_public(self, together: bool, pick: int) -> None:
        document: Any = self.thing(Document, pick)
        if document is None:
            return
        with self.step(together):
            document.keep_public = not document.keep_public
            document.save()

    @rule(together=TOGETHER, pick=PICK, goal=PICK)
    def move_document(self, together: bool, pick: int, goal: int) -> None:
        document: Any = self.thing(Document, pick)
        collection: Any = self.thing(Collection, goal)
        if document is None:
            return
        with self.step(together):
            document.collection = collection
            document.save()

    @rule(together=TOGETHER, pick=PICK, is_image=st.booleans())
    def delete_file(self, together: bool, pick: int, is_image: bool) -> None:
        file: Any = self.thing(Image if is_image else Document, pick)
        # The pages that a history makes show the picture that was there from the start.
        if file is None or file == self.start.image:
            return
        with self.step(together):
            file.delete()

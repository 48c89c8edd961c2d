"""Names in the storage are ours; what the uploader called a file is kept and offered."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from wagtail.models import UploadedFile
from wagtail.users.models import UserProfile

from cms.content.models import Document, Image
from cms.content.models.files import plain_name
from cms.storage import own_name
from tests.factories import make_document, make_image, picture_file

pytestmark = pytest.mark.django_db

# From the pictures of the first user, and others that Wagtail's cuts cannot store.
NAMES = [
    "Среща 10.04.2014 г. в София с гости",
    "10.04.2014 г. Конференция на ИКТ клъстерите от Черноморието",
    "д-р Х и проф. Y на срещата в гр. София и в Пловдив",
    "a." + "b" * 34,
    "x" * 240,
    ". " * 40 + "a",
    "наименование " * 12,
    "CON",
    "emoji 🎉",
]
OURS = re.compile(r"(original_images|images|documents)/[a-z0-9.-]+-[0-9a-f]{16}\.[a-z0-9]+")


@pytest.fixture
def client_of_an_editor(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("editor"))
    return client


def content_disposition(client: Client, address: str) -> str:
    answer = client.get(address)
    answer.getvalue()
    assert answer.status_code == 200
    return answer.headers["Content-Disposition"]


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_is_stored_whatever_it_is_called(client_of_an_editor: Client, name: str) -> None:
    upload = SimpleUploadedFile(f"{name}.jpg", picture_file().read(), "image/jpeg")

    answer = client_of_an_editor.post(
        reverse("wagtailimages:add"), {"title": "A picture", "file": upload, "collection": 1}
    )

    assert answer.status_code == 302, answer.context["form"].errors
    image = Image.objects.get()
    names = [image.file.name, *image.renditions.values_list("file", flat=True)]
    assert [each for each in names if not OURS.fullmatch(each)] == []
    assert len(names) == 9
    assert image.filename == image.uploaded_name == plain_name(upload.name or "")


@pytest.mark.parametrize("name", NAMES)
def test_a_document_is_stored_whatever_it_is_called(client_of_an_editor: Client, name: str) -> None:
    upload = SimpleUploadedFile(f"{name}.pdf", b"%PDF-1.4", "application/pdf")

    answer = client_of_an_editor.post(
        reverse("wagtaildocs:add"), {"title": "A paper", "file": upload, "collection": 1}
    )

    assert answer.status_code == 302
    document = Document.objects.get()
    assert OURS.fullmatch(str(document.file.name))
    assert document.filename == plain_name(upload.name or "")
    assert document.lower_file_extension == "pdf"


def test_an_editor_gets_a_file_under_the_name_it_was_uploaded_with(
    client_of_an_editor: Client,
) -> None:
    image = make_image(file=picture_file(name="Среща 10.04.jpg"))
    document = make_document(name='Устав "нов".pdf')

    picture = content_disposition(client_of_an_editor, reverse("original_file", args=[image.pk]))
    paper = content_disposition(client_of_an_editor, document.url)

    assert picture.startswith("inline; filename*=utf-8''%D0%A1%D1%80%D0%B5%D1%89%D0%B0%20")
    assert "filename*=utf-8''%D0%A3%D1%81%D1%82%D0%B0%D0%B2" in paper.replace("UTF-8", "utf-8")


def test_files_from_before_keep_their_names(client_of_an_editor: Client) -> None:
    image, document = make_image(), make_document()
    default_storage.save("original_images/old.jpg", picture_file())
    default_storage.save("documents/old.pdf", ContentFile(b"old"))
    Image.objects.update(file="original_images/old.jpg", uploaded_name="")
    Document.objects.update(file="documents/old.pdf", uploaded_name="")
    image, document = Image.objects.get(), Document.objects.get()

    image.save()
    document.save()

    assert (image.file.name, image.filename) == ("original_images/old.jpg", "old.jpg")
    assert (document.file.name, document.filename) == ("documents/old.pdf", "old.pdf")
    assert "old.pdf" in content_disposition(client_of_an_editor, document.url)


def test_a_replaced_file_has_another_name_in_the_storage() -> None:
    image, document = make_image(), make_document()
    before = {image.file.name, document.file.name}

    image.file = picture_file(name="new.jpg")
    image.save()
    document.file = ContentFile(b"new", name="new.pdf")
    document.save()

    assert before.isdisjoint({image.file.name, document.file.name})
    assert (image.uploaded_name, document.uploaded_name) == ("new.jpg", "new.pdf")


def test_a_profile_picture_is_stored_under_a_name_of_ours(client_of_an_editor: Client) -> None:
    upload = SimpleUploadedFile("Иван " * 30 + ".jpg", picture_file().read(), "image/jpeg")

    answer = client_of_an_editor.post(reverse("wagtailadmin_account"), account_form(avatar=upload))

    assert answer.status_code == 302
    name = str(UserProfile.objects.get().avatar.name)
    assert re.fullmatch(r"avatar_images/file-[0-9a-f]{16}\.png", name)


def account_form(**values: Any) -> dict[str, Any]:
    return {
        "name_email-first_name": "Ana",
        "name_email-last_name": "A",
        "name_email-email": "ana@example.org",
        "locale-preferred_language": "",
        "locale-current_time_zone": "",
        "theme-theme": "system",
        "theme-contrast": "system",
        "theme-density": "default",
        **{f"avatar-{name}": value for name, value in values.items()},
    }


@pytest.mark.parametrize("model", [Image, Document])
def test_wagtails_second_way_of_taking_in_a_file_has_our_names_too(
    client_of_an_editor: Client, model: Any
) -> None:
    content = picture_file().read()
    upload = model()
    upload.file.save("Среща 10.04.jpg", ContentFile(content, name="kept"), save=False)
    upload.title = "By hand"
    upload.save()

    assert OURS.fullmatch(str(upload.file.name))
    assert model.objects.get().uploaded_name == "Среща 10.04.jpg"


def test_what_is_kept_aside_has_a_name_of_ours() -> None:
    kept = UploadedFile(file=ContentFile(b"x", name="Среща.jpg"))

    kept.file.save("Среща.jpg", ContentFile(b"x"), save=False)

    assert re.fullmatch(r"wagtail_uploads/file-[0-9a-f]{16}\.jpg", str(kept.file.name))


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("a.pdf", "a.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\a.pdf", "a.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie: x.pdf"),
        ("a\u202efdp.exe", "a fdp.exe"),
        ("\udcff.pdf", ".pdf"),
        ("x" * 300 + ".pdf", "x" * 251 + ".pdf"),
        ("x" * 300, "x" * 255),
        ("и\u0306.pdf", "й.pdf"),
        ("", ""),
    ],
)
def test_an_uploaded_name_is_fit_to_be_read_and_sent(name: str, plain: str) -> None:
    assert plain_name(name) == plain


@pytest.mark.parametrize("ending", ["", ".", ".jpg\n", ".a b", ".лог", "." + "x" * 9])
def test_a_strange_ending_is_left_away(ending: str) -> None:
    assert re.fullmatch(
        r"documents/x-[0-9a-f]{16}", own_name("documents", label="x", uploaded=ending)
    )

"""Load the pictures, which are drawn here."""

from django.core.files.base import ContentFile

from cms.content.models import Image
from home.demo.drawings import SIZE, draw
from home.demo.files import identity, read
from home.demo.ledger import Ledger


def load_pictures(ledger: Ledger, *, size: tuple[int, int] = SIZE) -> None:
    """Draw and store every picture, with the files made of it."""
    file = read("images")
    for name, values in file["images"].items():
        key = f"images/{name}"
        if ledger.has(key):
            continue
        content = ContentFile(draw(values["drawing"], size=size), name=f"{name}.jpg")
        image = Image.objects.create(
            uuid=identity(key),
            file=content,
            title=values["title"],
            default_alt_en=values["en"],
            default_alt_bg=values["bg"],
            credit=file["credit"],
            licence=file["licence"],
        )
        ledger.write(key, image)

"""Write bodies of eight blocks and about 3 KB, the same ones in every run."""

import json
import random
import uuid
from typing import Any

TEXT = """
cluster members develop digital services together with universities and public authorities across the
region while training open data energy health mobility security skills research innovation support
funding partners pilot results market export start-ups companies network
"""
WORDS = TEXT.split()
NAMESPACE = uuid.UUID("6b1f0c52-6a5b-4f0e-9a44-0d7b5a6c1e00")


def sentence(chance: random.Random, *, words: int) -> str:
    """Return a sentence of so many words."""
    return " ".join(chance.choices(WORDS, k=words)).capitalize() + "."


def paragraphs(chance: random.Random, *, count: int, link: int | None = None) -> str:
    """Return rich text as Wagtail stores it, the first paragraph with a link to a page."""
    texts = [f"<p>{sentence(chance, words=45)}</p>" for _number in range(count)]
    if link is not None:
        texts[0] = f'<p>See <a linktype="page" id="{link}">the project</a>. {texts[0][3:]}'
    return "".join(texts)


def body(name: str, *, image: int, page: int) -> str:
    """Return the JSON of a body with a picture, a table and links to a page."""
    chance = random.Random(name)
    table = {
        "data": [[sentence(chance, words=2) for _cell in range(3)] for _row in range(4)],
        "first_row_is_table_header": True,
        "first_col_is_header": False,
        "table_caption": "Figures",
    }
    picture = {"image": image, "alt": "People at work", "is_decorative": False, "caption": "Work"}
    quote = {"quotation": sentence(chance, words=25), "attribution": "A member"}
    values: list[tuple[str, dict[str, Any]]] = [
        ("heading", {"text": sentence(chance, words=4), "level": "2"}),
        ("text", {"content": paragraphs(chance, count=2, link=page)}),
        ("image", picture),
        ("text", {"content": paragraphs(chance, count=2)}),
        ("quote", quote),
        ("heading", {"text": sentence(chance, words=4), "level": "3"}),
        ("table", {"table": table}),
        ("link", {"text": "More about the project", "page": page, "address": ""}),
    ]
    return json.dumps(
        [
            {"type": kind, "value": value, "id": str(uuid.uuid5(NAMESPACE, f"{name}-{number}"))}
            for number, (kind, value) in enumerate(values)
        ]
    )

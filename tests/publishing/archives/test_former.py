"""Documents in the archives of former versions are read under the present names."""

from typing import Any

import orjson

from cms.publishing.archive.former import rename_fields
from cms.publishing.reading.stored import Shapes, StoredField, Stores


def shapes(**types: dict[str, str]) -> Shapes:
    """Make types: the names of their fields, and the type of each that is a part of the document."""
    found = Shapes()
    for type_name, fields in types.items():
        found.fields[type_name] = {
            name: StoredField(
                name,
                Stores.PART if target else Stores.VALUE,
                target,
                is_list=False,
                is_required=False,
            )
            for name, target in fields.items()
        }
    return found


PRESENT = shapes(
    NewsPage={"title": "", "rights": "UsageRights", "body": "Block"},
    UsageRights={"licence": "", "isSyndicationAllowed": ""},
    OpenCall={"eligibleApplicants": ""},
    Organisation={"name": ""},
)


def renamed(type_name: str, document: dict[str, Any]) -> Any:
    return orjson.loads(rename_fields(orjson.dumps(document).decode(), type_name, PRESENT))


def test_fields_are_renamed_by_the_type_that_has_them() -> None:
    document = {"title": "A", "usage": {"licence": "CC0", "syndicationAllowed": True}}

    assert renamed("NewsPage", document) == {
        "title": "A",
        "rights": {"licence": "CC0", "isSyndicationAllowed": True},
    }


def test_parts_in_lists_say_their_type_themselves() -> None:
    body = [{"__typename": "OpenCall", "eligible": [1]}, {"__typename": "Gone", "eligible": [2]}]

    assert renamed("NewsPage", {"body": body}) == {
        "body": [
            {"__typename": "OpenCall", "eligibleApplicants": [1]},
            {"__typename": "Gone", "eligible": [2]},
        ]
    }


def test_a_name_that_the_schema_has_stays() -> None:
    document = {"name": "A", "usage": "of another type"}

    assert renamed("Organisation", document) == document


def test_a_tombstone_has_no_document() -> None:
    assert rename_fields("", "NewsPage", PRESENT) == ""

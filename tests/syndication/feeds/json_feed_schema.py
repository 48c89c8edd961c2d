"""The JSON Feed 1.1 specification, written down as a JSON Schema.

Source: https://www.jsonfeed.org/version/1.1/ - required members, types, and which may be absent; names
of extensions begin with an underscore. Members of version 1 that 1.1 deprecates are not allowed here.
"""

from typing import Any

ADDRESS = {"type": "string", "format": "uri", "pattern": "^https?://"}
# RFC 3339, with a zone.
INSTANT = {
    "type": "string",
    "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$",
}
TEXT = {"type": "string", "minLength": 1}
LANGUAGE = {"type": "string", "pattern": "^[a-zA-Z]{2,3}(-[a-zA-Z0-9]+)*$"}
EXTENSIONS = {"^_[a-zA-Z]": {"type": "object"}}

AUTHORS = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "properties": {"name": TEXT, "url": ADDRESS, "avatar": ADDRESS},
        "minProperties": 1,
        "additionalProperties": False,
    },
}
ATTACHMENT = {
    "type": "object",
    "required": ["url", "mime_type"],
    "properties": {
        "url": ADDRESS,
        "mime_type": {"type": "string", "pattern": "^[a-z]+/[a-z0-9.+-]+$"},
        "title": TEXT,
        "size_in_bytes": {"type": "number", "minimum": 0},
        "duration_in_seconds": {"type": "number", "minimum": 0},
    },
    "additionalProperties": False,
}
ITEM = {
    "type": "object",
    "required": ["id"],
    "anyOf": [{"required": ["content_html"]}, {"required": ["content_text"]}],
    "properties": {
        "id": TEXT,
        "url": ADDRESS,
        "external_url": ADDRESS,
        "title": TEXT,
        "content_html": {"type": "string"},
        "content_text": {"type": "string"},
        "summary": {"type": "string"},
        "image": ADDRESS,
        "banner_image": ADDRESS,
        "date_published": INSTANT,
        "date_modified": INSTANT,
        "authors": AUTHORS,
        "tags": {"type": "array", "items": TEXT},
        "language": LANGUAGE,
        "attachments": {"type": "array", "items": ATTACHMENT},
    },
    "patternProperties": EXTENSIONS,
    "additionalProperties": False,
}
JSON_FEED: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["version", "title", "items"],
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": TEXT,
        "home_page_url": ADDRESS,
        "feed_url": ADDRESS,
        "description": {"type": "string"},
        "user_comment": {"type": "string"},
        "next_url": ADDRESS,
        "icon": ADDRESS,
        "favicon": ADDRESS,
        "authors": AUTHORS,
        "language": LANGUAGE,
        "expired": {"type": "boolean"},
        "hubs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["type", "url"],
                "properties": {"type": TEXT, "url": ADDRESS},
                "additionalProperties": False,
            },
        },
        "items": {"type": "array", "items": ITEM},
    },
    "patternProperties": EXTENSIONS,
    "additionalProperties": False,
}

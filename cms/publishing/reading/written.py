"""Write JSON into as many bytes as it has.

orjson hands out the room in which it wrote, which is up to eight times as much: what is kept must not
hold on to that.
"""

from typing import Any

import orjson


def written(value: Any) -> bytes:
    """Return the JSON of a value; what JSON does not know is written as text."""
    return bytes(memoryview(orjson.dumps(value, default=str)))

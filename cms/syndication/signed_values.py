"""Check the shape of what a signed text holds: former releases sign with the same key."""

import zlib

from django.core import signing

# What Django raises for a signed text that cannot be read, and `check_shape` for one of another shape.
UNREADABLE = (
    signing.BadSignature,
    ValueError,
    TypeError,
    OverflowError,
    RecursionError,
    zlib.error,
)
# What a column of the database holds.
INTEGER_MAX = 2**63 - 1


def check_shape(values: object, *types: type) -> None:
    """Check that a decoded value is a list of values of these types, in this order.

    Raises: ValueError when it is not, when a number is negative or too large for the database, or when
            a text holds a NUL, which PostgreSQL refuses.
    """
    if not isinstance(values, list) or len(values) != len(types):
        raise ValueError("not a list of the expected length")
    for value, expected in zip(values, types, strict=True):
        # A bool is an int for isinstance().
        if type(value) is not expected:
            raise ValueError("not a value of the expected type")
        if isinstance(value, int) and not 0 <= value <= INTEGER_MAX:
            raise ValueError("not a number of the expected range")
        if isinstance(value, str) and "\0" in value:
            raise ValueError("not a text that a database holds")

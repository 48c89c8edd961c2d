"""Name what a block's methods are given."""

from collections.abc import Mapping
from typing import Any

# Text as it is; a page, image or document as a `Reference`, never loaded; a list as a list of
# mappings like this one.
Values = Mapping[str, Any]

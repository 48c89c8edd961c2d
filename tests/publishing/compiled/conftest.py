"""Share the world in which everything is there, hidden things too."""

from tests.visibility.conftest import secret_world

__all__ = ["secret_world"]

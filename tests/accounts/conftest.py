from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password

from tests.accounts.logging_in import NAME, PASSWORD


@pytest.fixture
def editor() -> Any:
    """Return an account that may use the admin."""
    return get_user_model().objects.create(
        username=NAME, email="ani@cluster.test", is_superuser=True, password=make_password(PASSWORD)
    )

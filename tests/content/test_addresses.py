"""Only addresses that a reader's browser may follow are published."""

import pytest

from cms.content.addresses import followed_address, followed_address_or_path

GOOD = ["https://a.example/x?y#z", "HTTP://a.example", "mailto:a@b.example", "tel:+3592"]
BAD = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "\x01javascript:alert(1)",
    "java\nscript:alert(1)",
    "https://a.example/\njavascript:alert(1)",
    "data:text/html,<script>1</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "https://",
    "mailto:",
    "example",
    "\\\\a.example",
    "https:\\\\a.example",
    "",
    None,
]


@pytest.mark.parametrize("address", GOOD)
def test_an_address_elsewhere_stays_as_it_is(address: str) -> None:
    assert followed_address(f" {address} ") == address
    assert followed_address_or_path(address) == address


@pytest.mark.parametrize("address", BAD)
def test_anything_else_is_dropped(address: str | None) -> None:
    assert followed_address(address) is None
    assert followed_address_or_path(address) is None


def test_a_path_stays_on_the_readers_own_site() -> None:
    assert followed_address_or_path("/search?q=1") == "/search?q=1"
    assert followed_address_or_path("//evil.example/") is None
    assert followed_address_or_path("/\\evil.example/") is None
    assert followed_address("/search") is None

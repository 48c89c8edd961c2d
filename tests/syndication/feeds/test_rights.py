"""Licences that have an address are found by the names that editors give them."""

import pytest

from cms.syndication.feeds.rights import licence_url

BY = "https://creativecommons.org/licenses/by/4.0/"


@pytest.mark.parametrize(
    ("licence", "address"),
    [
        ("CC BY 4.0", BY),
        (" cc-by-4.0 ", BY),
        ("CC  BY-NC-ND 3.0", "https://creativecommons.org/licenses/by-nc-nd/3.0/"),
        ("CC BY-SA 2.5", "https://creativecommons.org/licenses/by-sa/2.5/"),
        ("CC0", "https://creativecommons.org/publicdomain/zero/1.0/"),
        ("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
        ("https://example.org/licence", "https://example.org/licence"),
        ("CC BY 4.0 or later", None),
        ("CC BY-XX 4.0", None),
        ("javascript:alert(1)", None),
        ("https://example.org/ and more", None),
        ("All rights reserved", None),
        ("", None),
        (None, None),
    ],
)
def test_a_known_licence_has_its_address(licence: str | None, address: str | None) -> None:
    assert licence_url(licence) == address

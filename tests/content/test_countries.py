"""The countries an editor may choose."""

import pytest
from django.core.exceptions import ValidationError

from cms.content.countries import country_choices, country_label, validate_country

SEED = ["SI", "RO", "HR", "DE", "AT", "CZ", "SK", "HU", "RS", "BG", "ME", "IE"]


def test_countries_of_the_seed_are_there_and_areas_are_not() -> None:
    codes = [code for code, _name in country_choices()]

    assert set(SEED) <= set(codes)
    assert set(codes) & {"EU", "UN", "ZZ", "EZ", "QO"} == set()
    assert len(codes) == len(set(codes)) == 250


def test_names_follow_the_language() -> None:
    assert country_label("BG") == "Bulgaria"
    assert country_label("BG", language="bg") == "България"
    assert country_label("ZZZ") == "ZZZ"


def test_unknown_code_is_refused() -> None:
    validate_country("BG")

    with pytest.raises(ValidationError) as refusal:
        validate_country("XX")

    assert refusal.value.messages == ["“XX” is not an ISO country code of two letters, such as BG."]

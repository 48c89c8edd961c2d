"""Name the countries an editor may choose.

Source: ISO 3166-1 alpha-2 through the Unicode CLDR, as shipped with Babel. XK (Kosovo) is not in
        the standard but is used by the EU's own portals.
"""

from collections.abc import Mapping
from functools import cache

from babel import Locale
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# CLDR lists these beside the countries, but nobody has a seat there.
_NOT_COUNTRIES = frozenset(
    ["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"]
)


@cache
def _territories(language: str) -> Mapping[str, str]:
    return Locale.parse(language).territories


def country_label(code: str, *, language: str = "en") -> str:
    """Return the country's name in a language, or its code when CLDR has no name for it."""
    return _territories(language).get(code) or code


def country_choices() -> list[tuple[str, str]]:
    """Return (code, English name) of every country, by name."""
    territories = Locale.parse("en").territories
    countries = [
        (code, name)
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES
    ]
    return sorted(countries, key=lambda country: country[1])


def validate_country(code: str) -> None:
    """Refuse a code that names no country.

    Raises: ValidationError.
    """
    if code not in dict(country_choices()):
        raise ValidationError(
            _("“%(code)s” is not an ISO country code of two letters, such as BG."),
            code="invalid_country",
            params={"code": code},
        )

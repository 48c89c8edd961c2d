"""What one operation asks for in two languages has different ids."""

from typing import Any

import pytest
from django.utils import timezone

from cms.content.models import TermScheme
from tests.contract.asking import data
from tests.contract.conftest import settle
from tests.factories import make_term
from tests.page_factories import make_world

pytestmark = pytest.mark.django_db

# What frontend developers met: one id, two labels.
TWO_LOCALES = """{
  en: cluster { crossSectoralIndustries { id label } }
  bg: cluster(locale: BG) { crossSectoralIndustries { id label } }
  enS: siteSettings { id siteName }
  bgS: siteSettings(locale: BG) { id siteName }
}"""


def test_two_languages_of_one_thing_have_two_ids() -> None:
    world = make_world(site_name_bg="Сайтът")
    term = make_term(
        scheme=TermScheme.CROSS_SECTORAL_INDUSTRY,
        label_en="Digital industries",
        label_bg="Цифрови индустрии",
    )
    for cluster in (world.cluster, world.cluster_bg):
        page: Any = type(cluster).objects.get(pk=cluster.pk)
        page.cross_sectoral_industries.set([term])
        page.save()
    settle()

    found = data(TWO_LOCALES, at=timezone.now())

    (english,) = found["en"]["crossSectoralIndustries"]
    (bulgarian,) = found["bg"]["crossSectoralIndustries"]
    assert (english["label"], bulgarian["label"]) == ("Digital industries", "Цифрови индустрии")
    assert english["id"] != bulgarian["id"]
    assert (found["enS"]["siteName"], found["bgS"]["siteName"]) == ("Site main", "Сайтът")
    assert found["enS"]["id"] != found["bgS"]["id"]

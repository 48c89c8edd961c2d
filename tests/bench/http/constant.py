"""Settings and the one address of a Django view that answers constant bytes: the product's own base."""

import os
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.urls import path

from cms.settings.base import *  # noqa: F403 - settings build on settings

ROOT_URLCONF = "tests.bench.http.constant"
ALLOWED_HOSTS = ["127.0.0.1"]
ANSWER = Path(os.environ["BENCH_CONSTANT"]).read_bytes()


def answer(_request: HttpRequest) -> HttpResponse:
    """Answer the bytes."""
    return HttpResponse(ANSWER, content_type="application/json")


urlpatterns = [path("constant", answer)]

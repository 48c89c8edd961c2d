"""Addresses of the process in which plain grapple answers: Wagtail's, from which pages get theirs."""

from django.urls import include, path

urlpatterns = [path("", include("wagtail.urls"))]

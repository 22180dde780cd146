"""Addresses of the translators' desk, under `translate/`."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

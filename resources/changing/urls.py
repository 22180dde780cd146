"""Addresses of editors, under `r/`."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

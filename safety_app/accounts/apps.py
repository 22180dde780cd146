"""Organisations, members, invitations and keys."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "safety_app.accounts"
    label = "accounts"

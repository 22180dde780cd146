"""Organisations, members, invitations and keys: who somebody is and who admitted them."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "safety_app.accounts"
    label = "accounts"

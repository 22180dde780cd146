"""Organisations, members, invitations and keys."""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "safety_app.members"
    label = "members"

"""How Django knows this room."""

from django.apps import AppConfig


class StorageConfig(AppConfig):
    """The tables of Poise."""

    name = "poise.storage"
    label = "storage"
    verbose_name = "Poise"

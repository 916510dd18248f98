"""How Django knows this room."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The pages of Poise."""

    name = "poise.web"
    label = "web"

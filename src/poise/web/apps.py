"""How Django knows this room."""

import re

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class WebConfig(AppConfig):
    """The pages of Poise."""

    name = "poise.web"
    label = "web"

    def ready(self) -> None:
        """Stop the start where links in letters would lead nowhere."""
        if settings.POISE_URL and not re.fullmatch(r"https?://[^\s/?#@]+", settings.POISE_URL):
            raise ImproperlyConfigured(
                f"POISE_URL is {settings.POISE_URL!r}, expected an address such as https://poise.example.org"
            )

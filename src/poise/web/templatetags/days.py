"""Days as people read them."""

from datetime import datetime

from django import template
from django.utils.dateformat import format as write

register = template.Library()


@register.filter
def day(at: str) -> str:
    """Write the day of a moment that is stored as text."""
    return write(datetime.fromisoformat(at), "j F Y")

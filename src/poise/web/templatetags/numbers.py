"""Numbers as people read them."""

from django import template

register = template.Library()


@register.filter
def thousands(number: int) -> str:
    """Write a whole number with a comma between thousands."""
    return f"{number:,}"

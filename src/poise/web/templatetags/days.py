"""Days as people read them."""

from django import template

from poise.sitting.days import say_day

register = template.Library()

register.filter("day", say_day)

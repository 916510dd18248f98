"""Who is shown the way to the author's desk."""

from django import template

from poise.storage.views import MembershipView
from poise.web.author_access import may_author

register = template.Library()
register.filter("may_author", lambda member: isinstance(member, MembershipView) and may_author(member))

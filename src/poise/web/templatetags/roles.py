"""What a member is shown, by what their role covers."""

from django import template

from poise.hiring.roles import may
from poise.storage.views import MembershipView

register = template.Library()
register.filter("may", lambda member, deed: isinstance(member, MembershipView) and may(member.role, deed))

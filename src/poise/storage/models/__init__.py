"""The tables. Every row belongs to an organisation; what has happened is never changed, and words can be erased.

Rows of events and published libraries are written once. A sitting's `version` is the number of its events, so that
two who write at the same time cannot both succeed. Of a token only its SHA-256 is kept.
"""

from poise.storage.models.auditing import AuditEntry
from poise.storage.models.connecting import ApiKey, Delivery, Webhook
from poise.storage.models.counting import Tally
from poise.storage.models.deciding import Answer, Decision, Judgement, StoredReport
from poise.storage.models.inviting import Invitation, Mail
from poise.storage.models.libraries import Draft, PublishedLibrary
from poise.storage.models.organisations import Member, MemberInvitation, Organisation
from poise.storage.models.sittings import Event, HumanRating, Position, Sitting, Text
from poise.storage.models.writing_once import ImmutableRowError, WrittenOnce, WrittenOnceRows

__all__ = [
    "Answer",
    "ApiKey",
    "AuditEntry",
    "Decision",
    "Delivery",
    "Draft",
    "Event",
    "HumanRating",
    "ImmutableRowError",
    "Invitation",
    "Judgement",
    "Mail",
    "Member",
    "MemberInvitation",
    "Organisation",
    "Position",
    "PublishedLibrary",
    "Sitting",
    "StoredReport",
    "Tally",
    "Text",
    "Webhook",
    "WrittenOnce",
    "WrittenOnceRows",
]

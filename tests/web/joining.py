"""What tests of signing in have in common: two employers with members, and somebody who was asked to join."""

from datetime import timedelta
from hashlib import sha256

from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from poise.storage import records
from poise.storage.models import Member, MemberInvitation, Organisation

PASSWORD = "a long password for a test"
OWNER, HIRER = "owner@harbour.example", "hirer@harbour.example"


def found_harbour() -> None:
    """Make an employer with an owner and a hirer, and another employer."""
    records.ensure_organisation("harbour", "Harbour & Hill")
    records.ensure_organisation("other", "Other Ltd")
    records.add_member("harbour", OWNER, PASSWORD, "owner")
    records.add_member("harbour", HIRER, PASSWORD, "hirer")


def ask_to_join(email: str, role: str = "analyst", days: int = 7, token: str = "t" * 43) -> str:
    """Ask somebody to join, some days before or after now, and return the token."""
    now = timezone.now()
    MemberInvitation.objects.create(
        organisation=Organisation.objects.get(key="harbour"),
        email=email,
        role=role,
        token_hash=sha256(token.encode()).hexdigest(),
        created_by=OWNER,
        created_at=now - timedelta(days=30),
        expires_at=now + timedelta(days=days),
    )
    return token


def ask_everybody_for_second_step() -> None:
    Organisation.objects.filter(key="harbour").update(needs_second_factor=True)


def role_of(email: str) -> str:
    """Return as what an account works, or nothing."""
    return str(Member.objects.filter(user__username=email).values_list("role", flat=True).first() or "")


def account(email: str) -> User:
    return User.objects.get(username=email)


def sign_in(client: Client, email: str = HIRER, password: str = PASSWORD) -> str:
    """Send the form and return where it leads, or nothing."""
    return str(client.post("/sign-in/", {"username": email, "password": password}).headers.get("Location", ""))

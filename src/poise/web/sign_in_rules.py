"""What differs here from how allauth lets people in: nobody signs up, and mail that fails breaks no page."""

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.urls import reverse
from qrcode.image.svg import SvgPathFillImage
from qrcode.main import QRCode

from poise.storage.records import membership
from poise.storage.sealing import SECOND_STEP, UnreadableSecretError, seal, unseal

logger = logging.getLogger(__name__)
QUIET_ZONE = 4
UNREADABLE = "unreadable_second_step"


class AccountRules(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Rules for accounts."""

    error_messages = {  # noqa: RUF012  as in allauth
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": "That was wrong too often. Wait five minutes, then try again.",
        "incorrect_password": "This is not the password of your account.",
        "enter_current_password": "This is not your password as it is now.",
        "invalid_password_reset": "This link was used before, or it is older than an hour.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  given by allauth
        """Say no: an account comes from an invitation, never from a form that anybody can open."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ANN401  as in allauth
        """Count nothing here: wrong passwords are counted by axes, over all processes."""

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002  as above
        """Lead back to the account."""
        return reverse("account")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a letter; where that fails the page says the same, so that it tells nobody who has an account."""
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException) as error:
            logger.warning("The letter %s could not be sent: %s", template_prefix, type(error).__qualname__)


class SecondStepRules(DefaultMFAAdapter):  # type: ignore[misc]  # as above
    """Rules for the second step."""

    error_messages = {  # noqa: RUF012  as in allauth
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This code is not right, or it is too old. Type the newest one.",
        "cannot_delete_authenticator": "Your organisation asks for a second step, so it stays on.",
        UNREADABLE: (
            "Your second step cannot be checked, because the secret key of this Poise was changed since you set it up. "
            "Ask whoever runs it: they can put the key back, or reset your second step."
        ),
    }

    def encrypt(self, text: str) -> str:
        """Return the key of a second step, or that of its spare codes, as it is stored."""
        return seal(text, SECOND_STEP)

    def decrypt(self, encrypted_text: str) -> str:
        """Return it as it is; raises ValidationError where it cannot be read, which a form shows beside the field."""
        try:
            return unseal(encrypted_text, SECOND_STEP)
        except UnreadableSecretError as error:
            logger.error("A second step cannot be checked: %s", error)  # noqa: TRY400  the trace tells no more
            raise self.validation_error(UNREADABLE) from error

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Say whether the second step may be switched off: not where the organisation asks for it."""
        member = membership(authenticator.user_id)
        return member is None or not member.organisation.needs_second_factor

    def build_totp_svg(self, url: str) -> str:
        """Draw the code for an authenticator app, as a picture that stands in the page itself."""
        code = QRCode(border=QUIET_ZONE)
        code.add_data(url)
        drawn: bytes = code.make_image(image_factory=SvgPathFillImage).to_string()
        return drawn.decode()
